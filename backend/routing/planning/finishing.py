"""From a search's sequences to a plan: last unloadings, exact times, and every stop either in a tour or left out with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from backend.routing.planning.costs import cost_of_plan
from backend.routing.planning.flaws import Examined
from backend.routing.planning.locking import locked_steps
from backend.routing.planning.plan import Act, Plan, Tour, Unserved, Why
from backend.routing.planning.problem import Load, Problem, Stop, Vehicle, may_enter
from backend.routing.planning.scheduling import Impossible, Step, schedule
from shared.i18n import Message

_ = Message
INSERTED_MOST = 60
"""So many left-out stops are tried in every position; beyond, the day simply has too little room."""


def _never() -> bool:
    return False


def finish(
    examined: Examined, sequences: Mapping[str, Sequence[Step]], over: Callable[[], bool] = _never
) -> Plan:
    """A plan of the sound problem, timed and complete; the sequences are what follows each vehicle's locked steps.

    Stops that the sequences leave out are tried in every position, until ``over`` says that time is up.
    """
    problem = examined.problem
    tours: dict[str, Tour] = {}
    steps_of: dict[str, tuple[Step, ...]] = {}
    for vehicle in problem.vehicles:
        steps = tuple(sequences.get(vehicle.id, ()))
        if steps or vehicle.locked or vehicle.under_way:
            kept = _longest_possible(problem, vehicle, steps)
            if kept is not None:
                steps_of[vehicle.id], tours[vehicle.id] = kept
    served = set(chain.from_iterable(tour.stop_ids for tour in tours.values()))
    missing = [stop for stop in problem.stops if stop.id not in served]
    missing.sort(key=lambda stop: (not stop.required, -stop.priority, -stop.prize, stop.id))
    reasons: dict[str, Why] = {}
    for stop in missing[:INSERTED_MOST]:
        why = Why.NOT_FOUND if over() else _insert(problem, stop, steps_of, tours)
        if why is not None:
            reasons[stop.id] = why
    for stop in missing[INSERTED_MOST:]:
        reasons[stop.id] = Why.NOT_FOUND
    unserved = [_unserved(problem.stop[stop_id], why) for stop_id, why in reasons.items()]
    ordered = tuple(tours[vehicle.id] for vehicle in problem.vehicles if vehicle.id in tours)
    cost = cost_of_plan(examined.given, ordered)
    return Plan(ordered, (*examined.unserved, *unserved), examined.flaws, cost)


def complete(
    problem: Problem, vehicle: Vehicle, steps: Sequence[Step]
) -> tuple[tuple[Step, ...], Tour] | Impossible:
    """Locked steps, the given ones, and the last unloading at the site that costs least; with its times."""
    whole = (*locked_steps(problem, vehicle), *steps)
    ends: list[tuple[Step, ...]] = [()]
    if (
        problem.load is Load.COLLECT
        and vehicle.unloads_before_end
        and not (whole and whole[-1][0] is Act.UNLOAD)
    ):
        carries = any(vehicle.load) or any(act is Act.STOP for act, _id in whole)
        if carries:
            ends = [((Act.UNLOAD, site.id),) for site in problem.disposals if may_enter(vehicle, site)]
    best: tuple[tuple[Step, ...], Tour] | None = None
    failed = Impossible(Why.NO_TIME, len(whole))
    for end in ends:
        tour = schedule(problem, vehicle, (*whole, *end))
        if isinstance(tour, Impossible):
            failed = tour
        elif best is None or tour.cost.total < best[1].cost.total:
            best = (*steps, *end), tour
    return failed if best is None else best


def _longest_possible(
    problem: Problem, vehicle: Vehicle, steps: tuple[Step, ...]
) -> tuple[tuple[Step, ...], Tour] | None:
    """The sequence without the stops at which it fails; None if not even an empty tour is possible."""
    while steps and steps[-1][0] is Act.UNLOAD:
        steps = steps[:-1]
    first = len(vehicle.locked)
    while True:
        done = complete(problem, vehicle, steps)
        if not isinstance(done, Impossible):
            return done
        if not steps:
            return None
        at = min(max(0, done.step - first), len(steps) - 1)
        while at > 0 and steps[at][0] is Act.UNLOAD:
            at -= 1
        steps = steps[:at] + steps[at + 1 :]


def _insert(
    problem: Problem, stop: Stop, steps_of: dict[str, tuple[Step, ...]], tours: dict[str, Tour]
) -> Why | None:
    """Put a stop where it costs least; why it stays out."""
    best: tuple[float, str, tuple[Step, ...], Tour] | None = None
    reasons = []
    for vehicle in problem.vehicles:
        steps = steps_of.get(vehicle.id, ())
        while steps and steps[-1][0] is Act.UNLOAD:
            steps = steps[:-1]
        before = tours[vehicle.id].cost.total if vehicle.id in tours else 0.0
        for tried in _places(problem, vehicle, steps, (Act.STOP, stop.id)):
            done = complete(problem, vehicle, tried)
            if isinstance(done, Impossible):
                reasons.append(done.why)
            elif best is None or done[1].cost.total - before < best[0]:
                best = done[1].cost.total - before, vehicle.id, *done
    if best is None:
        return Why.NO_TIME if Why.NO_TIME in reasons else Why.NO_ROOM
    if not stop.required and best[0] >= stop.prize:
        return Why.NOT_WORTH
    _cost, vehicle_id, steps_of[vehicle_id], tours[vehicle_id] = best
    return None


def _places(
    problem: Problem, vehicle: Vehicle, steps: tuple[Step, ...], step: Step
) -> Iterable[tuple[Step, ...]]:
    for at in range(len(steps) + 1):
        yield (*steps[:at], step, *steps[at:])
    for site in problem.disposals:
        if may_enter(vehicle, site) and (steps or vehicle.load):
            yield (*steps, (Act.UNLOAD, site.id), step)


def _unserved(stop: Stop, why: Why) -> Unserved:
    words = {
        Why.NOT_WORTH: _(
            "stop {id}: serving it costs more than its prize {prize}; raise the prize or make it required"
        ),
        Why.NO_ROOM: _(
            "stop {id}: no vehicle that may serve it has room left; add a vehicle or another trip"
        ),
        Why.NO_TIME: _(
            "stop {id}: no vehicle that may serve it has time left; add a vehicle, widen shift or window"
        ),
        Why.NOT_FOUND: _(
            "stop {id}: the day has too little room and time for all stops; add vehicles or give it more priority"
        ),
    }[why]
    return Unserved(stop.id, why, words.format(id=stop.id, prize=f"{stop.prize:g}"))
