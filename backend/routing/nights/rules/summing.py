"""A night's passes together: by priority, district and work, by cause, by street and by machine. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from backend.routing.nights.rules.judging import Cause, Judged, PassState, Why
from shared.vocabulary import SkipReason, WinterWork

Key = TypeVar("Key", bound=Hashable)


@dataclass(kw_only=True)
class Sum:
    """Passes and metres by how they stand; done ones also by what proves them."""

    passes: int = 0
    metres: int = 0
    in_time_m: int = 0
    late_m: int = 0
    not_done_m: int = 0
    open_m: int = 0
    by_track_m: int = 0
    by_report_m: int = 0
    grit_kg: int = 0
    grit_spread_kg: int = 0

    @property
    def done_m(self) -> int:
        """In time or late."""
        return self.in_time_m + self.late_m

    def add(self, each: Judged) -> None:
        """One pass more."""
        metres, grit_kg = each.night_pass.metres, each.night_pass.grit_kg
        self.passes += 1
        self.metres += metres
        self.in_time_m += metres * (each.state is PassState.IN_TIME)
        self.late_m += metres * (each.state is PassState.LATE)
        self.not_done_m += metres * (each.state is PassState.NOT_DONE)
        self.open_m += metres * (each.state is PassState.OPEN)
        self.by_track_m += metres * (each.by_track is True)
        self.by_report_m += metres * (each.by_track is False)
        self.grit_kg += grit_kg
        self.grit_spread_kg += grit_kg * (each.by_track is not None)


@dataclass(kw_only=True)
class CauseSum:
    """All that was late, or not done, for one cause."""

    state: PassState
    cause: Cause
    skip_reason: SkipReason | None
    because: str = ""  # why a new plan was made, where that is the cause
    passes: int = 0
    metres: int = 0
    streets: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class StreetSum(Sum):
    """One street's passes of one work, in one district and priority."""

    street: str
    work: WinterWork
    priority: int
    district_id: UUID | None
    due_at: datetime | None = None
    last_done_at: datetime | None = None
    causes: dict[Why, int] = field(default_factory=dict)  # metres
    why_left_out: str = ""


def sums_by(judged: Iterable[Judged], key: Callable[[Judged], Key]) -> dict[Key, Sum]:
    """Sums by whatever tells passes apart."""
    found: dict[Key, Sum] = {}
    for each in judged:
        found.setdefault(key(each), Sum()).add(each)
    return found


def total(judged: Iterable[Judged]) -> Sum:
    """Of all."""
    found = Sum()
    for each in judged:
        found.add(each)
    return found


def causes_of(judged: Iterable[Judged]) -> list[CauseSum]:
    """Why passes were late or not done, the most metres first; what was not done before what was late."""
    found: dict[tuple[PassState, Why], CauseSum] = {}
    for each in judged:
        if each.cause is None:
            continue
        cause, skip_reason, because = each.why
        row = found.setdefault(
            (each.state, each.why),
            CauseSum(state=each.state, cause=cause, skip_reason=skip_reason, because=because),
        )
        row.passes += 1
        row.metres += each.night_pass.metres
        row.streets.add(each.night_pass.street)
    return sorted(found.values(), key=lambda row: (row.state is PassState.LATE, -row.metres))


def streets_of(judged: Iterable[Judged]) -> list[StreetSum]:
    """Street by street: those with something not done first, then those that were late, by priority and name."""
    found: dict[tuple[str, WinterWork, int, str], StreetSum] = {}
    for each in judged:
        one = each.night_pass
        key = (one.street, one.work, one.priority, str(one.district_id))
        row = found.setdefault(
            key,
            StreetSum(street=one.street, work=one.work, priority=one.priority, district_id=one.district_id),
        )
        row.add(each)
        row.due_at = _earlier(row.due_at, one.due_at)
        if each.done_at is not None:
            row.last_done_at = max(row.last_done_at or each.done_at, each.done_at)
        if each.cause is not None:
            row.causes[each.why] = row.causes.get(each.why, 0) + one.metres
            if each.cause in (Cause.LEFT_OUT, Cause.TAKEN_OFF):
                row.why_left_out = row.why_left_out or one.why_left_out
    return sorted(
        found.values(),
        key=lambda row: (row.not_done_m == 0, row.late_m == 0, row.priority, row.street, row.work.value),
    )


def by_route(judged: Iterable[Judged]) -> Mapping[UUID, Sequence[Judged]]:
    """Passes by the sheet that they stand on."""
    found: dict[UUID, list[Judged]] = {}
    for each in judged:
        if each.night_pass.sheet is not None:
            found.setdefault(each.night_pass.sheet.route_id, []).append(each)
    return found


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    known = [each for each in (one, other) if each is not None]
    return min(known, default=None)
