"""The first division of a night too large for one search: neighbourhoods of tasks, each with its share of the machines.

Neighbourhoods are cut out of the city (``planning.cutting``); a machine goes where work is left for it, and of such neighbourhoods to the
one that is its own district's or that lies nearest to its start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from backend.routing.clearing.plane import Points, lay_out
from backend.routing.clearing.problem import Machine, Problem, Task
from backend.routing.planning.cutting import cut

FOREIGN_S = 1_800.0
"""Seconds of driving that a machine's being away from its own district counts as."""


def first_parts(problem: Problem, most: int, rng: np.random.Generator) -> list[tuple[list[str], list[str]]]:
    """Ids of machines and tasks of each neighbourhood, with about ``most`` tasks; one without machines joins the nearest that has some."""
    tasks, machines = list(problem.tasks), list(problem.machines)
    profile = Counter(each.profile for each in machines).most_common(1)[0][0]
    points, starts = lay_out(problem, profile, tasks, [each.start for each in machines])
    groups = _cut(problem, points, most, rng)
    middles = [points[group].mean(axis=0) for group in groups]
    needs = [_needs_s(machines, [tasks[each] for each in group]) for group in groups]
    given = _share(machines, starts, middles, needs, [
        Counter(tasks[each].zone for each in group) for group in groups
    ])  # fmt: skip
    manned = [number for number, members in enumerate(given) if members]
    task_ids: dict[int, list[str]] = {number: [] for number in manned}
    for number, group in enumerate(groups):
        nearest = min(
            manned, key=lambda other: (float(((middles[other] - middles[number]) ** 2).sum()), other)
        )
        task_ids[nearest] += [tasks[each].id for each in group]
    return [([machines[each].id for each in given[number]], task_ids[number]) for number in manned]


def _cut(problem: Problem, points: Points, most: int, rng: np.random.Generator) -> list[list[int]]:
    """Neighbourhoods of numbers of tasks; where leaving one's own district costs, none lies across a district's border."""
    zones: dict[str | None, list[int]] = {}
    bound = problem.prices.foreign_zone > 0 and any(each.zones is not None for each in problem.machines)
    for number, task in enumerate(problem.tasks):
        zones.setdefault(task.zone if bound else None, []).append(number)
    return [
        [members[each] for each in group]
        for members in zones.values()
        for group in cut(points[members], [1] * len(members), most, rng, around=False)
    ]


def _needs_s(machines: Sequence[Machine], tasks: Sequence[Task]) -> dict[str, float]:
    """Seconds of each work, on a machine of middling speed."""
    speeds: dict[str, list[float]] = {}
    for machine in machines:
        for work, speed in machine.speeds.items():
            speeds.setdefault(work, []).append(speed)
    needs: dict[str, float] = {}
    for task in tasks:
        needs[task.work] = needs.get(task.work, 0.0) + task.modes[0].metres / float(
            np.mean(speeds[task.work])
        )
    return needs


def _share(
    machines: Sequence[Machine],
    starts: Points,
    middles: Sequence[Points],
    needs: Sequence[dict[str, float]],
    zones: Sequence[Counter[str | None]],
) -> list[list[int]]:
    """Machines of each neighbourhood: one after the other goes where the largest share of the work is not provided for."""
    total = {work: sum(each.get(work, 0.0) for each in needs) for work in {w for each in needs for w in each}}
    hours = {
        work: sum(each.shift.closes_s - each.shift.opens_s for each in machines if work in each.speeds)
        for work in total
    }
    left = [
        {work: need * hours[work] / max(1e-9, total[work]) for work, need in each.items()} for each in needs
    ]
    given: list[list[int]] = [[] for _group in needs]
    away = [[_away_s(machine, starts[at], middle, zone) for middle, zone in zip(middles, zones, strict=True)]
            for at, machine in enumerate(machines)]  # fmt: skip
    order = sorted(range(len(machines)), key=lambda at: (len(machines[at].speeds), min(away[at]), at))
    for at in order:
        machine = machines[at]
        shift_s = machine.shift.closes_s - machine.shift.opens_s
        open_s = [max((each.get(work, 0.0) for work in machine.speeds), default=0.0) for each in left]
        wanting = [each >= shift_s / 2 for each in open_s]
        if not any(wanting):
            wanting = [each >= max(open_s) for each in open_s]
        chosen = min((g for g in range(len(needs)) if wanting[g]), key=lambda g: (away[at][g], g))
        given[chosen].append(at)
        works = [work for work in machine.speeds if work in left[chosen]]
        whole = sum(max(0.0, left[chosen][work]) for work in works) or 1.0
        for work in works:
            left[chosen][work] -= shift_s * max(0.0, left[chosen][work]) / whole
    return given


def _away_s(machine: Machine, start: Points, middle: Points, zones: Counter[str | None]) -> float:
    """Seconds from a machine's start to a neighbourhood, and more the less of it is its own district."""
    away = float(np.sqrt(((start - middle) ** 2).sum()))
    if machine.zones is None:
        return away
    own = sum(count for zone, count in zones.items() if zone is None or zone in machine.zones)
    return away + FOREIGN_S * (1 - own / max(1, sum(zones.values())))
