"""What is true of hauled volumes: what a report tells, which counts belong to which trips, and where plan, driver and gate differ. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

NEAR = timedelta(hours=1)
"""A count at the gate and a report of unloading belong together when they are no farther apart."""


class Difference(StrEnum):
    """Where plan, driver and gate do not say the same of a trip."""

    NO_GATE_COUNT = "no_gate_count"
    NO_TRIP = "no_trip"  # counted at the gate, but no route tells of it
    LESS_AT_GATE = "less_at_gate"
    MORE_AT_GATE = "more_at_gate"
    LESS_THAN_PLANNED = "less_than_planned"
    NOTHING_TOLD = "nothing_told"  # done, with neither body volume nor weigh ticket
    NO_PROOF = "no_proof"  # neither photo nor ticket, and no count either
    MORE_THAN_BODY = "more_than_body"
    TOO_SOON = "too_soon"  # after the trip before: faster than the way can be driven
    OTHER_DUMP = "other_dump"  # counted at another dump than reported


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A truckload as a driver reported it."""

    route_id: UUID
    stop_id: UUID
    vehicle_id: UUID | None
    board: str
    contractor: str
    dump_id: UUID | None
    number: int
    planned_m3: float
    body_m3: float
    told_m3: float | None
    weight_kg: float | None
    ticket: str
    photos: int
    done_at: datetime
    least_s: float | None
    """Seconds that the way from the unloading before must take at the very least; None where nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """A truck as somebody counted it at a dump's gate."""

    id: UUID
    dump_id: UUID
    vehicle_id: UUID | None
    board: str
    contractor: str
    counted_at: datetime
    m3: float
    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From which share on a difference is named."""

    gate_share: float
    plan_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One truckload with everything that is said of it; ``percent`` is how much less (or more) the gate or the driver says."""

    trip: Trip | None
    count: Count | None
    differences: tuple[Difference, ...] = ()
    percent: float | None = None
    stated_s: float | None = field(default=None)

    @property
    def at(self) -> datetime:
        """When it was unloaded, as the driver says, else as the gate does."""
        if self.trip is not None:
            return self.trip.done_at
        assert self.count is not None
        return self.count.counted_at

    @property
    def contractor(self) -> str:
        """Whose truck it was."""
        if self.trip is not None:
            return self.trip.contractor
        assert self.count is not None
        return self.count.contractor


def told_m3(volume_m3: float | None, weight_kg: float | None, density_kg_m3: float) -> float | None:
    """Cubic metres that a driver's report tells: by the weigh ticket where there is one, else as he saw it; None where it tells nothing."""
    if weight_kg is not None:
        return weight_kg / density_kg_m3
    return volume_m3


def side_by_side(
    trips: Sequence[Trip], counts: Sequence[Count], counted_dumps: frozenset[UUID], limits: Limits
) -> list[Line]:
    """Trips beside counts, in order of time.

    A ticket's number joins them first; else the same truck's nearest count within an hour. ``counted_dumps`` are those at whose gate anybody counted:
    only there a missing count means something.
    """
    free = sorted(counts, key=lambda each: (each.counted_at, each.id))
    joined: dict[UUID, Count] = {}
    in_order = sorted(trips, key=lambda each: (each.done_at, each.stop_id))
    for by_ticket in (True, False):
        for trip in in_order:
            if trip.stop_id in joined:
                continue
            found = _match(trip, free, by_ticket=by_ticket)
            if found is not None:
                joined[trip.stop_id] = found
                free.remove(found)
    last: dict[str, datetime] = {}
    lines = []
    for trip in in_order:
        key = str(trip.vehicle_id or trip.board)
        lines.append(_line(trip, joined.get(trip.stop_id), last.get(key), counted_dumps, limits))
        last[key] = trip.done_at
    lines += [Line(trip=None, count=each, differences=(Difference.NO_TRIP,)) for each in free]
    return sorted(lines, key=lambda each: each.at)


def _match(trip: Trip, free: Sequence[Count], *, by_ticket: bool) -> Count | None:
    if by_ticket:
        return next((each for each in free if trip.ticket and each.ticket == trip.ticket), None)
    near = [each for each in free if _same_truck(trip, each) and abs(each.counted_at - trip.done_at) <= NEAR]
    return min(near, key=lambda each: (abs(each.counted_at - trip.done_at), each.id), default=None)


def _same_truck(trip: Trip, count: Count) -> bool:
    if trip.vehicle_id is not None and count.vehicle_id is not None:
        return trip.vehicle_id == count.vehicle_id
    return trip.board.casefold() == count.board.casefold()


def _line(
    trip: Trip,
    count: Count | None,
    before: datetime | None,
    counted_dumps: frozenset[UUID],
    limits: Limits,
) -> Line:
    found: list[Difference] = []
    percent = stated_s = None
    if count is None and trip.dump_id in counted_dumps:
        found.append(Difference.NO_GATE_COUNT)
    if count is not None and count.dump_id != trip.dump_id:
        found.append(Difference.OTHER_DUMP)
    if trip.told_m3 is None:
        found.append(Difference.NOTHING_TOLD)
    elif count is not None and trip.told_m3 > 0:
        share = count.m3 / trip.told_m3 - 1
        if abs(share) > limits.gate_share:
            found.append(Difference.LESS_AT_GATE if share < 0 else Difference.MORE_AT_GATE)
            percent = round(100 * abs(share))
    if not trip.photos and not trip.ticket and count is None:
        found.append(Difference.NO_PROOF)
    told = trip.told_m3 if count is None else count.m3
    if told is not None and trip.planned_m3 > 0 and told < trip.planned_m3 * (1 - limits.plan_share):
        found.append(Difference.LESS_THAN_PLANNED)
        percent = percent if percent is not None else round(100 * (1 - told / trip.planned_m3))
    if told is not None and trip.body_m3 > 0 and told > trip.body_m3 * (1 + limits.gate_share):
        found.append(Difference.MORE_THAN_BODY)
    if before is not None and trip.least_s is not None:
        took_s = (trip.done_at - before).total_seconds()
        if took_s < trip.least_s:
            found.append(Difference.TOO_SOON)
            stated_s = took_s
    return Line(trip=trip, count=count, differences=tuple(found), percent=percent, stated_s=stated_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Everything of one contractor."""

    contractor: str
    trips: int
    planned_m3: float
    told_m3: float
    gate_m3: float
    counts: int
    differences: dict[Difference, int]


def sums(lines: Sequence[Line]) -> list[Sum]:
    """By contractor; the city's own, which has no name, comes first."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.contractor, []).append(line)
    return [_sum(name, found[name]) for name in sorted(found)]


def _sum(contractor: str, lines: Sequence[Line]) -> Sum:
    differences: dict[Difference, int] = {}
    for line in lines:
        for each in line.differences:
            differences[each] = differences.get(each, 0) + 1
    trips = [line.trip for line in lines if line.trip is not None]
    counts = [line.count for line in lines if line.count is not None]
    return Sum(
        contractor=contractor,
        trips=len(trips),
        planned_m3=round(sum(each.planned_m3 for each in trips), 1),
        told_m3=round(sum(each.told_m3 or 0.0 for each in trips), 1),
        gate_m3=round(sum(each.m3 for each in counts), 1),
        counts=len(counts),
        differences=differences,
    )
