"""The times and loads of one tour whose order, directions and refills are given, by one rule whatever made the order.

A machine leaves its start when its shift opens and works without a pause. Its rest comes after the first act that ends within the rest's
window; where no act ends within it, before the act that would run over it, when the window opens. A tour that is over before the window
closes needs no rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from backend.routing.clearing.costs import cost_of_tour
from backend.routing.clearing.plan import Act, Leg, Tour, Why
from backend.routing.clearing.problem import UNREACHABLE, Machine, Problem, lasts_s, may_do
from backend.routing.clearing.ways import Ways

Step = tuple[Act, str, int]
"""A task with its mode, or a refill with its store and 0; a tour is a sequence of them between start and end."""


@dataclass(frozen=True, slots=True)
class Impossible:
    """Why a sequence cannot be driven, and at which step it fails (its number; the number of steps: at the end)."""

    why: Why
    step: int


@dataclass(frozen=True, slots=True)
class _Node:
    act: Act
    id: str
    mode: int
    enters: int
    leaves: int
    stay_s: int
    metres: int


def schedule(
    problem: Problem, machine: Machine, steps: Sequence[Step], ways: Ways | None = None
) -> Tour | Impossible:
    """Time a sequence for a machine; an `Impossible` when a limit would be broken. ``ways`` remembers what was asked."""
    for number, (act, id, _mode) in enumerate(steps):
        able = may_do(machine, problem.task[id]) if act is Act.TASK else machine.capacity_kg is not None
        if not able:
            return Impossible(Why.NO_ROOM, number)
    loads = _loads(problem, machine, steps)
    if isinstance(loads, Impossible):
        return loads
    nodes = _nodes(problem, machine, steps)
    legs = (ways or Ways(problem)).of(machine.profile, [(a.leaves, b.enters) for a, b in pairwise(nodes)])
    for number, (seconds, _metres) in enumerate(legs):
        if seconds == UNREACHABLE:
            return Impossible(Why.NO_TIME, number)
    timed = _timed(machine, nodes, [seconds for seconds, _metres in legs], loads)
    for number, leg in enumerate(each for each in timed if each.act not in (Act.START, Act.REST)):
        if leg.leaves_s > machine.shift.closes_s:
            return Impossible(Why.NO_TIME, number)
    worked_m, idle_m = sum(node.metres for node in nodes), sum(metres for _seconds, metres in legs)
    cost = cost_of_tour(problem, machine, timed, worked_m + idle_m)
    return Tour(machine.id, timed, worked_m, idle_m, cost)


def legs_of(problem: Problem, machine: Machine, steps: Sequence[Step]) -> list[tuple[int, int]]:
    """The legs between a sequence's posts, to be learnt for many tours at once."""
    return [(a.leaves, b.enters) for a, b in pairwise(_nodes(problem, machine, steps))]


def first_load_kg(machine: Machine) -> int:
    """What a machine has when its tour begins: what it has left, or as much as it can carry."""
    full = machine.capacity_kg or 0
    return full if machine.load_kg is None else machine.load_kg


def _loads(problem: Problem, machine: Machine, steps: Sequence[Step]) -> list[int] | Impossible:
    """What a machine has when it leaves its start and each step."""
    load = first_load_kg(machine)
    loads = [load]
    for number, (act, id, _mode) in enumerate(steps):
        if act is Act.REFILL:
            load = machine.capacity_kg or 0
        elif machine.capacity_kg is not None:
            load -= problem.task[id].demand_kg
        if load < 0:
            return Impossible(Why.NO_ROOM, number)
        loads.append(load)
    return loads


def _nodes(problem: Problem, machine: Machine, steps: Sequence[Step]) -> list[_Node]:
    nodes = [_Node(Act.START, "", 0, machine.start, machine.start, 0, 0)]
    for act, id, number in steps:
        if act is Act.TASK:
            task = problem.task[id]
            mode = task.modes[number]
            nodes.append(
                _Node(act, id, number, mode.enters, mode.leaves, lasts_s(machine, task, mode), mode.metres)
            )
        else:
            store = problem.store[id]
            nodes.append(_Node(act, id, 0, store.post, store.post, store.stay_s, 0))
    return [*nodes, _Node(Act.END, "", 0, machine.end, machine.end, 0, 0)]


def _timed(
    machine: Machine, nodes: Sequence[_Node], legs_s: Sequence[int], loads: Sequence[int]
) -> tuple[Leg, ...]:
    now_s = machine.shift.opens_s
    timed = [Leg(Act.START, "", 0, now_s, now_s, now_s, loads[0])]
    for node, leg_s, load in zip(nodes[1:], legs_s, [*loads[1:], loads[-1]], strict=True):
        arrives_s = timed[-1].leaves_s + leg_s
        leaves_s = arrives_s + node.stay_s
        timed.append(Leg(node.act, node.id, node.mode, arrives_s, arrives_s, leaves_s, load))
    rest = machine.rest
    if rest is None or timed[-1].arrives_s <= rest.window.closes_s or now_s > rest.window.closes_s:
        return tuple(timed)
    opens_s, closes_s = rest.window.opens_s, rest.window.closes_s
    after = next(number for number, leg in enumerate(timed) if leg.leaves_s >= opens_s)
    if after > 0 and (after == len(timed) - 1 or timed[after].leaves_s > closes_s):
        after -= 1
    before = timed[after]
    begins_s = max(before.leaves_s, opens_s)
    ends_s = begins_s + rest.seconds
    later_s = ends_s - before.leaves_s
    return (
        *timed[: after + 1],
        Leg(Act.REST, "", 0, before.leaves_s, begins_s, ends_s, before.load_kg),
        *(
            Leg(
                each.act, each.id, each.mode, each.arrives_s + later_s, each.begins_s + later_s,
                each.leaves_s + later_s, each.load_kg,
            )
            for each in timed[after + 1 :]
        ),
    )  # fmt: skip
