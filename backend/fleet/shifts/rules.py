"""A shift's life, what makes one sound, and the span in which its positions are kept. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.i18n import Message
from shared.vocabulary import ShiftState

_ = Message
SHIFT_MAX = timedelta(hours=24)
NEXT: dict[ShiftState, tuple[ShiftState, ...]] = {
    ShiftState.PLANNED: (ShiftState.RUNNING, ShiftState.CANCELLED),
    ShiftState.RUNNING: (ShiftState.CLOSED,),
    ShiftState.CLOSED: (),
    ShiftState.CANCELLED: (),
}
OPEN = (ShiftState.PLANNED, ShiftState.RUNNING)


@dataclass(frozen=True, kw_only=True)
class Break:
    """So many minutes of rest that begin between two moments."""

    earliest_at: datetime
    latest_at: datetime
    minutes: int


@dataclass(frozen=True, kw_only=True)
class ShiftFacts:
    """A shift as planners see it."""

    id: UUID
    district_id: UUID
    vehicle_id: UUID
    driver_id: UUID | None
    state: ShiftState
    starts_at: datetime
    ends_at: datetime
    breaks: tuple[Break, ...]
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A window that a vehicle or driver has already."""

    id: UUID
    vehicle_id: UUID
    driver_id: UUID | None
    starts_at: datetime
    ends_at: datetime


def span_of(shift: ShiftFacts, *, now: datetime) -> tuple[datetime, datetime] | None:
    """From when to when somebody was at work: as it was where that is known, else as planned; None for one that fell away.

    One that runs longer than planned goes on until it is closed, for at most a day: a driver who forgets to close it is
    not followed for ever.
    """
    if shift.state is ShiftState.CANCELLED:
        return None
    start = shift.started_at or shift.starts_at
    if shift.ended_at is not None:
        return start, shift.ended_at
    if shift.state is ShiftState.RUNNING:
        return start, max(shift.ends_at, min(now, start + SHIFT_MAX))
    return start, shift.ends_at


def shift_errors(starts_at: datetime, ends_at: datetime, breaks: Sequence[Break]) -> dict[str, list[Message]]:
    """What is wrong with the times of a shift, by field; empty when they are sound."""
    if not starts_at < ends_at <= starts_at + SHIFT_MAX:
        message = _("must lie after starts_at {start}, by at most {hours} hours, was {value}")
        hours = int(SHIFT_MAX.total_seconds() // 3600)
        late = message.format(start=starts_at.isoformat(), hours=hours, value=ends_at.isoformat())
        return {"ends_at": [late]}
    errors: dict[str, list[Message]] = {}
    free_from = starts_at
    for index, each in enumerate(breaks):
        last_end = each.latest_at + timedelta(minutes=each.minutes)
        if not starts_at <= each.earliest_at <= each.latest_at or last_end > ends_at:
            message = _(
                "must lie within the shift: earliest_at, latest_at and the minutes after it between {start} and {end}"
            )
            outside = message.format(start=starts_at.isoformat(), end=ends_at.isoformat())
            errors[f"breaks[{index}]"] = [outside]
        elif each.earliest_at < free_from:
            errors[f"breaks[{index}]"] = [_("must begin after the break before it can have ended")]
        free_from = last_end
    return errors


def clash_errors(
    *,
    vehicle_id: UUID,
    driver_id: UUID | None,
    starts_at: datetime,
    ends_at: datetime,
    others: Iterable[Taken],
) -> dict[str, list[Message]]:
    """Which other shifts the vehicle or the driver has at the same time, by field."""
    errors: dict[str, list[Message]] = {}
    message = _("has another shift from {start} to {end} ({id}): change that one, or choose another time")
    for other in others:
        if other.starts_at >= ends_at or other.ends_at <= starts_at:
            continue
        same = {
            "vehicle_id": other.vehicle_id == vehicle_id,
            "driver_id": driver_id is not None and other.driver_id == driver_id,
        }
        start, end = other.starts_at.isoformat(), other.ends_at.isoformat()
        for name in (name for name, is_same in same.items() if is_same):
            errors.setdefault(name, []).append(message.format(start=start, end=end, id=str(other.id)))
    return errors
