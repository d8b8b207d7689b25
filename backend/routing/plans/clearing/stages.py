"""What of a night must wait: grit that is spread before the plough comes is thrown aside with the snow. Pure.

Streets that are both cleared and gritted in one night are gritted from a certain hour on (the city's: from 05:00, when clearing is over). A night is
therefore planned in stages, one problem each: first everything else, until that hour; then that gritting, by spreaders that come from their depot
with a full load.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend.routing.clearing.plan import Act, Cost, Leg, Plan, Tour
from backend.routing.plans.basics import Hours
from backend.routing.plans.clearing.night import Night, NightMachine, NightWork, by_task
from shared.vocabulary import WinterWork

HANDOVER_S = 1800  # to be home and full again by the hour


def stages_of(night: Night) -> tuple[Night, ...]:
    """The night as one or two problems, in order."""
    cleared = {each.segment_id for each in night.works if each.work is WinterWork.CLEAR}
    waiting = {
        each.side for each in night.works if each.work is WinterWork.GRIT and each.segment_id in cleared
    }
    if not waiting or night.grit_from_s is None:
        return (night,)
    first = _with(night, [each for each in night.works if each.side not in waiting])
    second = _with(night, [each for each in night.works if each.side in waiting])
    from_s = night.grit_from_s
    early = {each.id for each in first.vehicles if not _only_grits(each, from_s)}
    late = {
        each.id
        for each in second.vehicles
        if _grits_later(each, from_s) and (each.id not in early or each.shift.opens_s + HANDOVER_S < from_s)
    }
    return (
        replace(first, vehicles=tuple(_until(each, from_s) for each in first.vehicles if each.id in early)),
        replace(second, vehicles=tuple(_since(each, from_s) for each in second.vehicles if each.id in late)),
    )


def without_fixed_costs(night: Night, plan: Plan) -> Night:
    """A later stage: who is on the street already costs nothing more for being there."""
    used = {tour.machine_id for tour in plan.tours}
    return replace(
        night,
        vehicles=tuple(replace(each, cost_fixed=0.0) if each.id in used else each for each in night.vehicles),
    )


def merged(plans: Sequence[Plan]) -> Plan:
    """The stages as one plan: a machine that works in two comes home between them and fills up."""
    tours: dict[str, Tour] = {}
    for plan in plans:
        for tour in plan.tours:
            before = tours.get(tour.machine_id)
            tours[tour.machine_id] = tour if before is None else _joined(before, tour)
    last = plans[-1]
    return replace(
        last,
        tours=tuple(tours.values()),
        undone=tuple(each for plan in plans for each in plan.undone),
        flaws=tuple(dict.fromkeys(each for plan in plans for each in plan.flaws)),
        cost=sum((plan.cost for plan in plans), Cost()),
        late_ids=tuple(id for plan in plans for id in plan.late_ids),
        seconds=sum(plan.seconds for plan in plans),
        iterations=sum(plan.iterations for plan in plans),
        stopped_early=any(plan.stopped_early for plan in plans),
    )


def _with(night: Night, works: Sequence[NightWork]) -> Night:
    part = replace(night, works=tuple(works))
    tasks = by_task(part)
    return replace(
        part,
        held=tuple(each for each in night.held if each.task_id in tasks),
        vehicles=tuple(
            replace(each, locked=tuple(id for id in each.locked if id in tasks)) for each in night.vehicles
        ),
    )


def _only_grits(machine: NightMachine, from_s: int) -> bool:
    """Whether so little is left before the hour that a spreader is in the second stage alone: nobody works in both at once."""
    near = machine.shift.opens_s + HANDOVER_S >= from_s
    return near and _grits_later(machine, from_s) and not machine.locked


def _grits_later(machine: NightMachine, from_s: int) -> bool:
    return machine.shift.closes_s > from_s and any(each.work is WinterWork.GRIT for each in machine.speeds)


def _until(machine: NightMachine, from_s: int) -> NightMachine:
    """Who grits later is home by then; everybody else has the whole shift."""
    if not _grits_later(machine, from_s) or machine.shift.opens_s + HANDOVER_S >= from_s:
        return machine
    shift = replace(machine.shift, closes_s=from_s)
    rest = None if machine.rest is None or machine.rest.opens_s >= from_s else machine.rest
    return replace(machine, shift=shift, rest=rest, rest_s=0 if rest is None else machine.rest_s)


def _since(machine: NightMachine, from_s: int) -> NightMachine:
    """From its depot, full, at that hour; one that is gritting already goes on."""
    rest = None if machine.rest is None or machine.rest.opens_s < from_s else machine.rest
    machine = replace(machine, rest=rest, rest_s=0 if rest is None else machine.rest_s)
    if machine.shift.opens_s >= from_s:
        return machine
    shift = Hours(opens_s=from_s, closes_s=machine.shift.closes_s)
    return replace(machine, shift=shift, start=None, load_kg=None, locked=(), under_way=False)


def _joined(first: Tour, second: Tour) -> Tour:
    end, start = first.legs[-1], second.legs[0]
    home = Leg(Act.REFILL, "", 0, end.arrives_s, end.arrives_s, start.leaves_s, start.load_kg)
    return Tour(
        first.machine_id,
        (*first.legs[:-1], home, *second.legs[1:]),
        first.worked_m + second.worked_m,
        first.idle_m + second.idle_m,
        first.cost + second.cost,
    )
