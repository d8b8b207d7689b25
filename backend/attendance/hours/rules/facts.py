"""What is known of a person's presence, and what the rules make of it: proofs, sheets, missed spot checks; stretches, days."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.vocabulary import CheckInKind, Outcome, PresenceEnd


class Why(StrEnum):
    """Why minutes of presence are not credited."""

    UNPROVEN = "unproven"
    NOT_CREDITED = "not_credited"
    NO_ORDER = "no_order"
    DAY_NOT_ALLOWED = "day_not_allowed"
    DAILY_CAP = "daily_cap"
    WEEKLY_CAP = "weekly_cap"
    ORDER_SERVED = "order_served"


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
class Missed:
    """A spot check that nobody answered."""

    spot_check_id: UUID
    task_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a person decided on a gap, for the minutes that it had then."""

    gap_id: UUID
    credited: bool
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Everything that is known of one person's presence; ``long_task_ids``: tasks of several days, each day a shift."""

    proofs: Collection[Proof] = ()
    sheets: Collection[Sheet] = ()
    missed: Collection[Missed] = ()
    decisions: Mapping[UUID, Decision] = field(default_factory=dict)
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
    """Minutes round a missed spot check; ``credited`` is None while nobody has decided."""

    id: UUID
    spot_check_id: UUID
    task_id: UUID
    due_at: datetime
    starts_at: datetime
    ends_at: datetime
    credited: bool | None = None


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
        """Minutes round missed spot checks that no person has credited."""
        return sum(piece.minutes for piece in self.pieces if piece.why in (Why.UNPROVEN, Why.NOT_CREDITED))

    @property
    def over_cap_min(self) -> int:
        """Proven minutes that the order does not allow to be credited."""
        return self.worked_min - self.credited_min - self.unproven_min
