"""What is left of a night under way: from where each machine stands, with what it carries, and the run it heads for locked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.clock import now
from backend.database import db
from backend.routing import rows
from backend.routing.models import Route, RouteStop
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.clearing.assembling import (
    depots_of,
    grit_from_s,
    machines_of,
    rates_of,
    works_of,
)
from backend.routing.plans.clearing.night import Night, NightHeld, NightMachine, NightWork, Standing
from backend.routing.plans.hands import shifts_of_night
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.plans.rules import Events
from backend.web.principal import Principal
from backend.winter import service as winter
from shared.contracts import decode
from shared.vocabulary import RouteState, StopAction, StopState, WinterWork

PASSES_MOST = 100
URGENCY_FIRST = 10.0  # of a segment that a dispatcher calls urgent, at least
Side = tuple[int, bool | None, WinterWork]


def assemble(by: Principal, plan: Plan, routes: Sequence[Route], events: Events) -> Night:
    """What is left of a night: passes that nobody reported, and what snow or a dispatcher has added."""
    origin, moment = midnight(plan.day), now()
    now_s = int((moment - origin).total_seconds())
    works = frozenset(map(WinterWork, plan.wishes["works"]))
    shifts = [shift for shift in shifts_of_night(by, plan.day) if shift.id not in events.out_shift_ids]
    by_shift = {route.shift_id: route for route in routes if route.state is not RouteState.CLOSED}
    wished = {UUID(each) for each in plan.wishes["shift_ids"]}
    shifts = [
        shift
        for shift in shifts
        if shift.id in by_shift or (shift.ends_at > moment and (not wished or shift.id in wished))
    ]
    stops_of = rows.stops_of([route.id for route in routes])
    known = _known(plan)
    left = _left(routes, stops_of, known, events)
    if events.urgent_segment_ids or events.new_snow:
        needs = winter.needs(
            by,
            night=plan.day,
            works=works,
            district_id=plan.district_id,
            segment_ids=None if events.new_snow else events.urgent_segment_ids,
        )
        for work in works_of(needs, origin):
            if work.segment_id not in events.dropped_segment_ids:
                left[_side(work)] = _at_least(left.get(_side(work)), work)
    left = {side: _urgent(work, events) for side, work in left.items()}
    tasks = {id for work in left.values() for id in map(work.task_id, work.numbers)}
    held = tuple(_held(by_shift, stops_of, known, tasks))
    machines = [
        _under_way(each, by_shift.get(UUID(each.id)), stops_of, known, tasks, now_s)
        for each in machines_of(by, shifts, origin, works)
    ]
    return Night(
        works=tuple(left.values()),
        depots=depots_of(by),
        vehicles=tuple(machines),
        rates=rates_of(plan.wishes["balanced_min"]),
        held=held,
        grit_from_s=grit_from_s(),
        closed_segment_ids=tuple(sorted(events.closed_segment_ids)),
    )


def _known(plan: Plan) -> dict[Side, NightWork]:
    """What every run of the plan knew of each side of a segment; the latest run's word counts."""
    runs = db.session().scalars(
        sa.select(PlanRun.day).where(PlanRun.plan_id == plan.id).order_by(PlanRun.number)
    )
    return {_side(work): work for day in runs for work in decode(Night, day).works}


def _left(
    routes: Sequence[Route],
    stops_of: Mapping[UUID, Sequence[RouteStop]],
    known: Mapping[Side, NightWork],
    events: Events,
) -> dict[Side, NightWork]:
    """The passes that the plan still owes, without those that were dropped."""
    numbers: dict[Side, set[int]] = {}
    for route in routes:
        for stop in stops_of[route.id]:
            if stop.state is StopState.PLANNED:
                for side, number in _passes(stop):
                    if side[0] not in events.dropped_segment_ids:
                        numbers.setdefault(side, set()).add(number)
    return {
        side: replace(known[side], numbers=tuple(sorted(found)))
        for side, found in numbers.items()
        if side in known
    }


def _held(
    by_shift: Mapping[UUID | None, Route],
    stops_of: Mapping[UUID, Sequence[RouteStop]],
    known: Mapping[Side, NightWork],
    tasks: set[str],
) -> Iterator[NightHeld]:
    """Where the plan in force holds each pass."""
    for shift_id, route in by_shift.items():
        before: str | None = None
        for stop in stops_of[route.id]:
            for id in _task_ids(stop, known):
                if stop.state is StopState.PLANNED and id in tasks:
                    yield NightHeld(task_id=id, shift_id=str(shift_id), after_id=before)
                    before = id


def _under_way(
    machine: NightMachine,
    route: Route | None,
    stops_of: Mapping[UUID, Sequence[RouteStop]],
    known: Mapping[Side, NightWork],
    tasks: set[str],
    now_s: int,
) -> NightMachine:
    """The machine where it stands now: at the end of the last run that it reported, with the grit that is left."""
    shift = Hours(
        opens_s=max(machine.shift.opens_s, min(now_s, machine.shift.closes_s)),
        closes_s=machine.shift.closes_s,
    )
    if machine.rest is not None and now_s > machine.rest.closes_s:
        machine = replace(machine, rest=None, rest_s=0)
    stops = [] if route is None else stops_of[route.id]
    done = [stop for stop in stops if stop.state is not StopState.PLANNED]
    if route is None or not done:
        return replace(machine, shift=shift)
    last = max(done, key=lambda stop: stop.number or 0)
    coming = [
        stop for stop in stops if stop.state is StopState.PLANNED and (stop.number or 0) > (last.number or 0)
    ]
    firmly = [stop for index, stop in enumerate(coming) if index == 0 or stop.locked]
    return replace(
        machine,
        shift=shift,
        start=_standing(last),
        load_kg=_load_kg(machine, done, known),
        locked=tuple(id for stop in firmly for id in _task_ids(stop, known) if id in tasks),
        under_way=True,
    )


def _standing(stop: RouteStop) -> Standing:
    if not stop.segments or stop.line is None:
        return Standing(spot=Spot(lat=stop.lat, lon=stop.lon))
    lon, lat = stop.line["coordinates"][-1][:2]
    last = stop.segments[-1]
    return Standing(spot=Spot(lat=lat, lon=lon), segment_id=last["id"], forward=last["forward"])


def _load_kg(machine: NightMachine, done: Sequence[RouteStop], known: Mapping[Side, NightWork]) -> int | None:
    """Grit left since the last refill, by what was planned to be spread."""
    if machine.capacity_kg is None:
        return None
    load = machine.capacity_kg
    for stop in sorted(done, key=lambda stop: stop.number or 0):
        if stop.state is not StopState.DONE:
            continue
        if stop.action is StopAction.REFILL:
            load = machine.capacity_kg
        else:
            load -= sum(known[side].grit_kg for side, _ in _passes(stop) if side in known)
    return max(0, load)


def _at_least(owed: NightWork | None, needed: NightWork) -> NightWork:
    """What a side lacks now: as many passes as are needed, under the numbers that are owed already and then the next free ones."""
    if owed is None:
        return needed
    free = [number for number in range(1, PASSES_MOST) if number not in owed.numbers]
    more = free[: max(0, len(needed.numbers) - len(owed.numbers))]
    return replace(
        needed, numbers=tuple(sorted((*owed.numbers, *more))), passes=max(owed.passes, needed.passes)
    )


def _urgent(work: NightWork, events: Events) -> NightWork:
    if work.segment_id not in events.urgent_segment_ids:
        return work
    return replace(work, urgency=max(URGENCY_FIRST, work.urgency), priority=0)


def _task_ids(stop: RouteStop, known: Mapping[Side, NightWork]) -> list[str]:
    return [known[side].task_id(number) for side, number in _passes(stop) if side in known]


def _passes(stop: RouteStop) -> Iterator[tuple[Side, int]]:
    """The sides and numbers of passes that a stop stands for."""
    for each in stop.segments or ():
        forward = None if each["either"] else each["forward"]
        yield (each["id"], forward, WinterWork(each["work"])), each["pass"]


def _side(work: NightWork) -> Side:
    return work.segment_id, work.forward, work.work
