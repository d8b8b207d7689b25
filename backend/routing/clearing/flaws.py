"""What in a night's input cannot be: each flaw with its field, value and remedy; the rest of the night is planned all the same.

``examine`` takes the flawed parts out: a machine without a shift, a task that nobody can do or that no legal way leads to. What it hands
on is sound, so searches need no checks of their own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from backend.routing.clearing.ordering import steps_in_order
from backend.routing.clearing.plan import Flaw, Undone, Why
from backend.routing.clearing.problem import Machine, Problem, Store, Task, Window, may_do
from backend.routing.clearing.reaching import Reached, reach
from backend.routing.clearing.scheduling import Impossible, schedule
from shared.i18n import Message

_ = Message
MODES_MOST = 2


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


@dataclass(frozen=True, slots=True)
class Examined:
    """The sound part of a problem, what was taken out, and the tasks that are lost with it; ``given`` is the whole."""

    given: Problem
    problem: Problem
    flaws: tuple[Flaw, ...]
    undone: tuple[Undone, ...]


def examine(problem: Problem) -> Examined:
    """Take out what cannot be planned; every flaw is named."""
    flaws: list[Flaw] = []
    given = problem
    problem = replace(
        problem,
        tasks=tuple(_once(problem.tasks, "tasks", flaws)),
        stores=tuple(_sound_stores(_once(problem.stores, "stores", flaws), flaws)),
        machines=tuple(_once(problem.machines, "machines", flaws)),
    )
    undone: list[Undone] = []
    sound = []
    for task in problem.tasks:
        if (flaw := _malformed(task)) is None:
            sound.append(task)
        else:
            _lose(flaw, flaws, undone)
    problem = replace(problem, tasks=tuple(sound))
    problem = replace(problem, machines=tuple(_sound_machines(problem, flaws)))
    if not problem.machines:
        words = _("machines: none can drive, so nothing is planned; add a machine with a shift")
        lost = tuple(task.id for task in problem.tasks)
        flaws.append(Flaw("machines", "machines", "0", words, lost))
        undone += [Undone(task_id, Why.FLAW, words) for task_id in lost]
        return Examined(given, replace(problem, tasks=()), tuple(flaws), tuple(undone))
    locked = {id for machine in problem.machines for id in machine.locked}
    reached = reach(problem)
    sound = []
    for task in problem.tasks:
        flaw = None if task.id in locked else _unreached(problem, reached, task)
        if flaw is None:
            sound.append(task)
        else:
            _lose(flaw, flaws, undone)
    return Examined(given, replace(problem, tasks=tuple(sound)), tuple(flaws), tuple(undone))


def _lose(flaw: Flaw, flaws: list[Flaw], undone: list[Undone]) -> None:
    flaws.append(flaw)
    undone += [Undone(task_id, Why.FLAW, flaw.words) for task_id in flaw.stop_ids]


def _once(items: Sequence[T], field: str, flaws: list[Flaw]) -> list[T]:
    seen: set[str] = set()
    kept = []
    for item in items:
        if item.id in seen:
            words = _(
                "{field}: the id {id} stands there twice; the first counts, give the other an id of its own"
            )
            flaws.append(Flaw(item.id, field, item.id, words.format(field=field, id=item.id)))
        else:
            seen.add(item.id)
            kept.append(item)
    return kept


def _sound_stores(stores: Sequence[Store], flaws: list[Flaw]) -> list[Store]:
    kept = []
    for store in stores:
        if store.post >= 0 and store.stay_s >= 0:
            kept.append(store)
            continue
        value = f"{store.post}, {store.stay_s}"
        words = _("store {id}: post and stay {value} must be numbers from 0 up; correct them")
        flaws.append(Flaw(store.id, "stay_s", value, words.format(id=store.id, value=value)))
    return kept


def _malformed(task: Task) -> Flaw | None:
    """What is wrong with a task by itself."""
    if not 1 <= len(task.modes) <= MODES_MOST:
        words = _("task {id}: has {value} directions to drive it in; give it one or two")
        return _flaw(task, "modes", len(task.modes), words)
    if any(min(mode.enters, mode.leaves) < 0 for mode in task.modes):
        words = _("task {id}: its ends {value} are not on the street network; move it onto a street")
        return _flaw(task, "modes", ", ".join(f"{mode.enters}–{mode.leaves}" for mode in task.modes), words)
    if any(mode.metres < 0 for mode in task.modes):
        words = _("task {id}: length {value} must be a number of metres from 0 up")
        return _flaw(task, "metres", ", ".join(str(mode.metres) for mode in task.modes), words)
    if task.demand_kg < 0:
        words = _("task {id}: demand {value} must be a number of kilograms from 0 up")
        return _flaw(task, "demand_kg", task.demand_kg, words)
    if not (math.isfinite(task.urgency) and task.urgency >= 0):
        words = _("task {id}: urgency {value} must be a number from 0 up")
        return _flaw(task, "urgency", task.urgency, words)
    return None


def _flaw(task: Task, field: str, value: object, words: Message) -> Flaw:
    return Flaw(task.id, field, str(value), words.format(id=task.id, value=str(value)), (task.id,))


def _sound_machines(problem: Problem, flaws: list[Flaw]) -> list[Machine]:
    kept = []
    locked: set[str] = set()
    for machine in problem.machines:
        found = _machine_flaw(problem, machine)
        if found is not None:
            field, value, words = found
            flaws.append(Flaw(machine.id, field, value, words.format(id=machine.id, value=value)))
            continue
        free = _with_what_can_stay_locked(problem, machine, locked)
        if free.locked != machine.locked:
            value = ", ".join(machine.locked[len(free.locked) :])
            words = _("machine {id}: {value} cannot be done as locked; it is planned anew, unlock it")
            flaws.append(Flaw(machine.id, "locked", value, words.format(id=machine.id, value=value)))
        locked.update(free.locked)
        kept.append(free)
    return kept


def _machine_flaw(problem: Problem, machine: Machine) -> tuple[str, str, Message] | None:
    """Why a machine cannot drive at all."""
    shift, capacity, load = machine.shift, machine.capacity_kg, machine.load_kg
    if shift.opens_s >= shift.closes_s:
        return "shift", _said(shift), _("machine {id}: shift {value} is empty; correct it")
    if min(machine.start, machine.end) < 0:
        value = f"{machine.start}, {machine.end}"
        return (
            "start",
            value,
            _("machine {id}: start and end {value} are not on the street network; move them"),
        )
    slow = [
        f"{work}: {speed:g}"
        for work, speed in machine.speeds.items()
        if not (math.isfinite(speed) and speed > 0)
    ]
    if slow or not machine.speeds:
        value = ", ".join(slow) or "—"
        return (
            "speeds",
            value,
            _("machine {id}: its speeds {value} must be numbers above 0, one for each work that it does"),
        )
    if capacity is not None and capacity < 0:
        return "capacity_kg", str(capacity), _("machine {id}: capacity {value} must be a number from 0 up")
    if load is not None and (load < 0 or (capacity is not None and load > capacity)):
        return (
            "load_kg",
            str(load),
            _("machine {id}: load {value} is below 0 or above its capacity; correct either"),
        )
    if isinstance(schedule(problem, replace(machine, locked=()), ()), Impossible):
        return (
            "end",
            _said(shift),
            _("machine {id}: cannot reach its end within its shift {value}; move either or open the street"),
        )
    return None


def _with_what_can_stay_locked(problem: Problem, machine: Machine, taken: set[str]) -> Machine:
    """The machine with the longest beginning of its locked tasks that can be done before its shift ends."""
    locked = machine.locked
    for number, id in enumerate(locked):
        task = problem.task.get(id)
        if task is None or id in taken or id in locked[:number] or not may_do(machine, task):
            locked = locked[:number]
            break
    while locked:
        steps = steps_in_order(problem, machine, locked)
        if steps is not None and not isinstance(schedule(problem, machine, steps), Impossible):
            break
        locked = locked[:-1]
    return machine if locked == machine.locked else replace(machine, locked=locked)


def _unreached(problem: Problem, reached: Reached, task: Task) -> Flaw | None:
    """Why nobody could do a task even if it were the only one; None for a sound one."""
    if not any(may_do(machine, task) for machine in problem.machines):
        words = _("task {id}: no machine of this night can do {value}; add one")
        return _flaw(task, "work", task.work, words)
    if not reached.carried(task):
        words = _(
            "task {id}: demand {value} kg is above what any machine can carry there; split the task or add a store or a larger machine"
        )
        return _flaw(task, "demand_kg", task.demand_kg, words)
    if not reached.has_way(task):
        words = _(
            "task {id}: no legal way leads there and home again for {value}; open a street or correct its directions"
        )
        return _flaw(task, "modes", task.work, words)
    if not reached.in_time(task):
        words = _(
            "task {id}: no machine for {value} can do it and be home before its shift ends; widen a shift"
        )
        return _flaw(task, "shift", task.work, words)
    return None


def _said(window: Window) -> str:
    return "–".join(
        f"{second // 3600:02d}:{second // 60 % 60:02d}" for second in (window.opens_s, window.closes_s)
    )
