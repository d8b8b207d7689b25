"""What is known of a person's presence, and what the rules make of it: proofs, sheets, spot checks; stretches, gaps, days."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.vocabulary import CheckInKind, Outcome, PresenceEnd


class Why(StrEnum):
    """Why minutes of presence are not credited."""

    UNPROVEN = "unproven"
    WAITING = "waiting"
    NOT_CREDITED = "not_credited"
    NO_ORDER = "no_order"
    DAY_NOT_ALLOWED = "day_not_allowed"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"
    ORDER_SERVED = "order_served"


ROUND_SPOT_CHECKS = frozenset({Why.UNPROVEN, Why.WAITING, Why.NOT_CREDITED})


@dataclass(frozen=True, kw_only=True)
class Proof:
    """One check-in; only one that stands as accepted proves anything."""

    check_in_id: UUID
    task_id: UUID
    kind: CheckInKind
    at: datetime
    outcome: Outcome | None = Outcome.ACCEPTED


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A stretch on paper that a second member of staff approved."""

    sheet_id: UUID
    task_id: UUID
    came_at: datetime
    left_at: datetime


@dataclass(frozen=True, kw_only=True)
class Unanswered:
    """A spot check that fell due and has no answer; ``waiting``: not settled as missed, the answer may still come."""

    spot_check_id: UUID
    task_id: UUID
    due_at: datetime
    answer_by: datetime
    waiting: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person decided on a gap; it holds for the minutes that the gap had then, whatever gaps they lie in now."""

    decision_id: UUID
    gap_id: UUID
    number: int  # of its gap; 1 is the first
    credited: bool
    starts_at: datetime
    ends_at: datetime
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that is known of one person's presence; ``long_task_ids``: tasks of several days, each day a shift."""

    proofs: Collection[Proof] = ()
    sheets: Collection[Sheet] = ()
    unanswered: Collection[Unanswered] = ()
    decisions: Collection[Decision] = ()
    long_task_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Presence between two proofs of one shift, or on one sheet."""

    task_id: UUID
    came_at: datetime
    left_at: datetime
    ended_by: PresenceEnd
    check_in_ids: tuple[UUID, ...] = ()
    sheet_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Minutes between two proofs, with every spot check that nobody answered there, by time; one decision is enough.

    ``task_id`` and ``due_at`` are the first one's. ``waiting``: the answer to one of them may still come. ``credited`` is
    None while some minute is not decided on, and true when all are credited; ``decision`` is the one to appeal against.
    """

    id: UUID
    spot_check_ids: tuple[UUID, ...]
    task_id: UUID
    due_at: datetime
    starts_at: datetime
    ends_at: datetime
    waiting: bool = False
    credited: bool | None = None
    decision: Decision | None = None


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Whole minutes of one day that rest on the same proofs and count alike; ``why`` is None for what is credited."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    why: Why | None
    check_in_ids: tuple[UUID, ...]
    sheet_ids: tuple[UUID, ...]
    gap_ids: tuple[UUID, ...]
    order_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What the order says of a day; the dates are checked by whoever asks for the day's terms."""

    order_id: UUID
    hours_total_min: int
    daily_cap_min: int
    weekly_cap_min: int | None
    allowed_weekdays: frozenset[int]  # 0 is Monday
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Day:
    """One day in the city's time: worked = credited + over the cap + unproven."""

    day: date
    pieces: tuple[Piece, ...]

    @property
    def worked_min(self) -> int:
        """Minutes between proofs, credited or not."""
        return sum(piece.minutes for piece in self.pieces)

    @property
    def credited_min(self) -> int:
        """Minutes that count towards the order."""
        return sum(piece.minutes for piece in self.pieces if piece.why is None)

    @property
    def unproven_min(self) -> int:
        """Minutes round spot checks that nobody answered and that no person has credited."""
        return sum(piece.minutes for piece in self.pieces if piece.why in ROUND_SPOT_CHECKS)

    @property
    def over_cap_min(self) -> int:
        """Proven minutes that the order does not allow to be credited."""
        return self.worked_min - self.credited_min - self.unproven_min
