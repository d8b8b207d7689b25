"""From a search's sequences to a plan: locked tasks first, exact times, and every task either in a tour or left out with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from backend.routing.clearing.flaws import Examined
from backend.routing.clearing.locking import Ahead
from backend.routing.clearing.ordering import steps_in_order
from backend.routing.clearing.plan import Act, Cost, Plan, Tour, Undone, Why
from backend.routing.clearing.problem import Machine, Problem, Task, may_do
from backend.routing.clearing.scheduling import Impossible, Step, legs_of, schedule
from backend.routing.clearing.ways import Ways
from shared.i18n import Message

_ = Message
INSERTED_MOST = 40
"""So many left-out tasks are tried in every position; beyond, the night simply has too little room."""

Sequences = Mapping[str, Sequence[Step]]


def _never() -> bool:
    return False


def finish(
    examined: Examined,
    sequences: Sequences,
    ahead: Mapping[str, Ahead],
    ways: Ways,
    over: Callable[[], bool] = _never,
) -> Plan:
    """A plan of the sound problem, timed and complete; the sequences are what follows each machine's locked tasks.

    Tasks that the sequences leave out are tried in every position, until ``over`` says that time is up.
    """
    problem = examined.problem
    _learn(problem, sequences, ahead, ways)
    tours: dict[str, Tour] = {}
    for machine in problem.machines:
        steps = tuple(sequences.get(machine.id, ()))
        if steps or machine.locked or machine.under_way:
            tour = _longest_possible(problem, machine, ahead[machine.id].steps, steps, ways)
            if tour is not None:
                tours[machine.id] = tour
    done = set(chain.from_iterable(tour.task_ids for tour in tours.values()))
    missing = sorted(
        (task for task in problem.tasks if task.id not in done), key=lambda task: (-task.urgency, task.id)
    )
    reasons: dict[str, Why] = {}
    for task in missing[:INSERTED_MOST]:
        why = Why.NOT_FOUND if over() else _insert(problem, task, tours, ways, over)
        if why is not None:
            reasons[task.id] = why
    reasons.update({task.id: Why.NOT_FOUND for task in missing[INSERTED_MOST:]})
    ordered = tuple(tours[each.id] for each in problem.machines if each.id in tours)
    undone = [_undone(problem.task[task_id], why) for task_id, why in reasons.items()]
    return Plan(
        ordered,
        (*examined.undone, *undone),
        examined.flaws,
        sum((tour.cost for tour in ordered), Cost()),
        late_ids=tuple(_late_ids(problem, ordered)),
    )


def _late_ids(problem: Problem, tours: Iterable[Tour]) -> Iterable[str]:
    for tour in tours:
        for leg in tour.legs:
            due_s = problem.task[leg.id].due_s if leg.act is Act.TASK else None
            if due_s is not None and leg.leaves_s > due_s:
                yield leg.id


def _learn(problem: Problem, sequences: Sequences, ahead: Mapping[str, Ahead], ways: Ways) -> None:
    """Ask the ways of all tours at once, neighbouring ones together."""
    legs: dict[str, list[tuple[int, int]]] = {}
    for machine in problem.machines:
        steps = (*ahead[machine.id].steps, *sequences.get(machine.id, ()))
        legs.setdefault(machine.profile, []).extend(legs_of(problem, machine, steps))
    for profile, pairs in legs.items():
        ways.learn(profile, pairs)


def _longest_possible(
    problem: Problem, machine: Machine, locked: tuple[Step, ...], steps: tuple[Step, ...], ways: Ways
) -> Tour | None:
    """The sequence without the steps at which it fails; None if not even an empty tour is possible."""
    while True:
        tour = schedule(problem, machine, (*locked, *steps), ways)
        if not isinstance(tour, Impossible):
            return tour
        if not steps:
            return None
        at = min(max(0, tour.step - len(locked)), len(steps) - 1)
        steps = steps[:at] + steps[at + 1 :]


def _insert(
    problem: Problem, task: Task, tours: dict[str, Tour], ways: Ways, over: Callable[[], bool]
) -> Why | None:
    """Put a task where it costs least; why it stays out."""
    best: tuple[float, Tour] | None = None
    reasons = {Why.NO_ROOM}
    for machine in problem.machines:
        if not may_do(machine, task) or over():
            continue
        before = tours[machine.id].cost.total if machine.id in tours else 0.0
        order = tours[machine.id].task_ids if machine.id in tours else ()
        for at in range(len(machine.locked), len(order) + 1):
            steps = steps_in_order(problem, machine, (*order[:at], task.id, *order[at:]), ways)
            tour = Impossible(Why.NO_ROOM, 0) if steps is None else schedule(problem, machine, steps, ways)
            if isinstance(tour, Impossible):
                reasons.add(tour.why)
                if at == len(order):
                    break
            elif best is None or tour.cost.total - before < best[0]:
                best = tour.cost.total - before, tour
    if best is None:
        return Why.NO_TIME if Why.NO_TIME in reasons else Why.NO_ROOM
    tours[best[1].machine_id] = best[1]
    return None


def _undone(task: Task, why: Why) -> Undone:
    words = {
        Why.NO_ROOM: _(
            "task {id}: no machine for {work} can carry enough for it; add a machine, a store or a larger load"
        ),
        Why.NO_TIME: _(
            "task {id}: no machine for {work} has time left for it; add a machine or widen a shift"
        ),
        Why.NOT_FOUND: _(
            "task {id}: the night has too little time for all of {work}; add machines or give it more urgency"
        ),
    }[why]
    return Undone(task.id, why, words.format(id=task.id, work=task.work))
