"""Whether a plan of a night by streets keeps everything that the problem asks for: own arithmetic, nothing of the solver's.

Called before a plan is saved; a plan with a violation is never shown to anybody. It asks the ways anew, recomputes times, loads, metres
and costs from the machines' rates, and holds the plan to what it states.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from backend.routing.clearing.plan import Act, Leg, Plan, Tour
from backend.routing.clearing.problem import Machine, Problem, Store, Task

MONEY_TOLERANCE = 0.01
ASKED_TOGETHER = 256
"""Legs whose ways are asked in one table."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: which, on whose tour or of which task, and the figures."""

    rule: str
    subject: str
    found: str


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; empty for a plan that may be driven."""
    return tuple(_plan(problem, plan))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the problem holds, by id, and the ways that the plan drives, by profile and posts."""

    tasks: dict[str, Task]
    stores: dict[str, Store]
    machines: dict[str, Machine]
    ways: dict[tuple[str, int, int], tuple[int, int]]


def _plan(problem: Problem, plan: Plan) -> Iterator[Violation]:
    known = _Known(
        {each.id: each for each in reversed(problem.tasks)},
        {each.id: each for each in reversed(problem.stores)},
        {each.id: each for each in reversed(problem.machines)},
        {},
    )
    used = Counter(tour.machine_id for tour in plan.tours)
    for machine_id, times in used.items():
        if machine_id not in known.machines:
            yield Violation("machine is known", machine_id, "not in the problem")
        elif times > 1:
            yield Violation("one tour a machine", machine_id, f"{times} tours")
    flawed = {flaw.subject for flaw in plan.flaws}
    for machine in known.machines.values():
        if (machine.under_way or machine.locked) and not used[machine.id] and machine.id not in flawed:
            yield Violation("a machine under way has a tour", machine.id, "no tour")
    done = Counter(leg.id for tour in plan.tours for leg in tour.legs if leg.act is Act.TASK)
    left_out = Counter(each.task_id for each in plan.undone)
    for task_id in {*known.tasks, *done, *left_out}:
        if done[task_id] + left_out[task_id] != 1:
            found = f"done {done[task_id]} times, left out {left_out[task_id]} times"
            yield Violation("each task once: done or left out with a reason", task_id, found)
    sound = []
    for tour in plan.tours:
        if tour.machine_id in known.machines:
            broken = list(_form(known, known.machines[tour.machine_id], tour))
            yield from broken
            if not broken:
                sound.append(tour)
    _ask(problem, known, sound)
    unlocked = {flaw.subject for flaw in plan.flaws if flaw.field == "locked"}
    late: list[str] = []
    for tour in sound:
        machine = known.machines[tour.machine_id]
        yield from _times(known, machine, tour.legs)
        yield from _loads(known, machine, tour.legs)
        yield from _money(problem, known, machine, tour)
        order = tuple(leg.id for leg in tour.legs if leg.act is Act.TASK)
        if machine.id not in unlocked and order[: len(machine.locked)] != machine.locked:
            yield Violation("what is locked comes first, in its order", machine.id, ", ".join(order))
        late += [leg.id for leg in tour.legs if leg.act is Act.TASK and _late_s(known.tasks[leg.id], leg) > 0]
    if len(sound) == len(plan.tours) and sorted(late) != sorted(plan.late_ids):
        found = f"{sorted(plan.late_ids)} stated, {sorted(late)} computed"
        yield Violation("late tasks are named", "plan", found)
    stated = sum(tour.cost.total for tour in plan.tours)
    if abs(stated - plan.cost.total) > MONEY_TOLERANCE * (1 + len(plan.tours)):
        yield Violation("cost is that of the tours", "plan", f"{plan.cost.total} stated, {stated} computed")


def _form(known: _Known, machine: Machine, tour: Tour) -> Iterator[Violation]:
    acts = [leg.act for leg in tour.legs]
    inside = {*acts[1:-1]}
    if len(acts) < 2 or acts[0] is not Act.START or acts[-1] is not Act.END or inside & {Act.START, Act.END}:
        yield Violation("a tour starts once and ends once", machine.id, ", ".join(acts))
        return
    for leg in tour.legs:
        if leg.act is Act.TASK:
            task = known.tasks.get(leg.id)
            if task is None:
                yield Violation("tasks and stores are known", machine.id, leg.id)
            elif not 0 <= leg.mode < len(task.modes):
                yield Violation("a task is driven in one of its modes", leg.id, str(leg.mode))
            elif task.work not in machine.speeds:
                yield Violation("the machine can do the work", leg.id, f"{machine.id}: {task.work}")
        elif leg.act is Act.REFILL and leg.id not in known.stores:
            yield Violation("tasks and stores are known", machine.id, leg.id)
        elif leg.act is Act.REFILL and machine.capacity_kg is None:
            yield Violation("only who carries something refills", machine.id, leg.id)


def _posts(known: _Known, machine: Machine, legs: tuple[Leg, ...]) -> list[tuple[int, int]]:
    """Where each act is entered and left; a rest is where the act before it ended."""
    posts: list[tuple[int, int]] = []
    for leg in legs:
        if leg.act is Act.TASK:
            mode = known.tasks[leg.id].modes[leg.mode]
            posts.append((mode.enters, mode.leaves))
        elif leg.act is Act.REFILL:
            posts.append((known.stores[leg.id].post,) * 2)
        elif leg.act is Act.REST:
            posts.append(posts[-1])
        else:
            posts.append((machine.start if leg.act is Act.START else machine.end,) * 2)
    return posts


def _ask(problem: Problem, known: _Known, tours: list[Tour]) -> None:
    """Ask all ways that the tours drive."""
    wanted: set[tuple[str, int, int]] = set()
    for tour in tours:
        machine = known.machines[tour.machine_id]
        for (before, after), (_leg, leg) in zip(
            pairwise(_posts(known, machine, tour.legs)), pairwise(tour.legs), strict=True
        ):
            if leg.act is not Act.REST:
                wanted.add((machine.profile, before[1], after[0]))
    for profile in {each[0] for each in wanted}:
        pairs = sorted(each[1:] for each in wanted if each[0] == profile)
        for first in range(0, len(pairs), ASKED_TOGETHER):
            some = np.array(pairs[first : first + ASKED_TOGETHER], dtype=np.int64)
            leaving, entering = np.unique(some[:, 0]), np.unique(some[:, 1])
            table = problem.travel(profile, leaving, entering)
            for left, entered in some.tolist():
                row, column = np.searchsorted(leaving, left), np.searchsorted(entering, entered)
                way = int(table.seconds[row, column]), int(table.metres[row, column])
                known.ways[profile, left, entered] = way


def _stay_s(known: _Known, machine: Machine, leg: Leg) -> int:
    if leg.act is Act.TASK:
        task = known.tasks[leg.id]
        return max(1, math.ceil(task.modes[leg.mode].metres / machine.speeds[task.work]))
    if leg.act is Act.REFILL:
        return known.stores[leg.id].stay_s
    if leg.act is Act.REST and machine.rest is not None:
        return machine.rest.seconds
    return 0


def _times(known: _Known, machine: Machine, legs: tuple[Leg, ...]) -> Iterator[Violation]:
    for leg in legs:
        stay_s = _stay_s(known, machine, leg)
        if not leg.arrives_s <= leg.begins_s <= leg.leaves_s - stay_s:
            found = f"{leg.arrives_s}, {leg.begins_s} to {leg.leaves_s}, needs {stay_s} s"
            yield Violation("work takes its time", f"{machine.id}, {leg.act} {leg.id}", found)
    posts = _posts(known, machine, legs)
    for (a, b), (before, after) in zip(pairwise(posts), pairwise(legs), strict=True):
        way = (0, 0) if after.act is Act.REST else known.ways[machine.profile, a[1], b[0]]
        if way[0] < 0:
            yield Violation("there is a way", machine.id, f"{a[1]} to {b[0]}")
        elif after.arrives_s < before.leaves_s + way[0]:
            found = f"{after.arrives_s} < {before.leaves_s} + {way[0]}"
            yield Violation("driving takes its time", machine.id, found)
    start_s, end_s = legs[0].leaves_s, legs[-1].arrives_s
    if start_s < machine.shift.opens_s or end_s > machine.shift.closes_s:
        yield Violation("a tour lies within its shift", machine.id, f"{start_s} to {end_s}")
    rests = [leg for leg in legs if leg.act is Act.REST]
    rest = machine.rest
    needed = rest is not None and start_s <= rest.window.closes_s < end_s
    if len(rests) > (rest is not None) or (needed and not rests):
        yield Violation("the crew rests once where it must", machine.id, f"{len(rests)} rests")
    elif rest is not None and rests and not rest.window.opens_s <= rests[0].begins_s <= rest.window.closes_s:
        yield Violation("a rest begins within its window", machine.id, f"{rests[0].begins_s}")


def _loads(known: _Known, machine: Machine, legs: tuple[Leg, ...]) -> Iterator[Violation]:
    capacity = machine.capacity_kg
    carried = 0
    if capacity is not None:
        carried = capacity if machine.load_kg is None else machine.load_kg
    for leg in legs:
        if capacity is not None and leg.act is Act.TASK:
            carried -= known.tasks[leg.id].demand_kg
        elif capacity is not None and leg.act is Act.REFILL:
            carried = capacity
        if carried < 0:
            yield Violation("nothing is spread that is not there", machine.id, f"{leg.id}: {carried} kg")
            return
        if carried != leg.load_kg:
            found = f"{leg.act} {leg.id}: {leg.load_kg}, not {carried}"
            yield Violation("loads add up", machine.id, found)
            return


def _late_s(task: Task, leg: Leg) -> int:
    return 0 if task.due_s is None else max(0, leg.leaves_s - task.due_s)


def _money(problem: Problem, known: _Known, machine: Machine, tour: Tour) -> Iterator[Violation]:
    posts = _posts(known, machine, tour.legs)
    idle_m = sum(
        0 if after.act is Act.REST else known.ways[machine.profile, a[1], b[0]][1]
        for (a, b), (_before, after) in zip(pairwise(posts), pairwise(tour.legs), strict=True)
    )
    works = [(known.tasks[leg.id], leg) for leg in tour.legs if leg.act is Act.TASK]
    worked_m = sum(task.modes[leg.mode].metres for task, leg in works)
    if (idle_m, worked_m) != (tour.idle_m, tour.worked_m):
        found = f"{tour.worked_m} + {tour.idle_m}, not {worked_m} + {idle_m}"
        yield Violation("metres are those of the streets", machine.id, found)
    prices = problem.prices
    hours = (tour.legs[-1].arrives_s - tour.legs[0].leaves_s) / 3600
    expected = machine.fixed_cost + (worked_m + idle_m) / 1000 * machine.cost_per_km
    expected += hours * machine.cost_per_hour
    if prices.balanced_s is not None:
        expected += max(0.0, hours - prices.balanced_s / 3600) * prices.overtime_per_hour
    for task, leg in works:
        expected += _late_s(task, leg) / 3600 * prices.late_per_hour * task.urgency
        if machine.zones is not None and task.zone is not None and task.zone not in machine.zones:
            expected += prices.foreign_zone
        held = problem.earlier.get(task.id)
        if held is not None and held.vehicle_id != machine.id:
            expected += prices.moved_task
    if abs(expected - tour.cost.total) > MONEY_TOLERANCE:
        yield Violation("cost is by the rates", machine.id, f"{tour.cost.total} stated, {expected} computed")
