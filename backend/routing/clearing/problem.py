"""The problem of a night by streets, in the terms of arc routing: what must be worked on, in which directions, by which machines.

A **task** is one pass along a piece of street. Its **modes** are the directions in which it may be driven (one where the work must go with the
traffic, two where either will do); a solver chooses. A **post** is where something begins or ends: a place with a direction. Ways between posts
know turns, one-way streets and closed ones, so they are not symmetric, and turning round at a task's end has its price there.

Frozen data only: what is wrong with it is said by ``flaws``, never raised here. Units: seconds since the day's midnight (a night goes beyond
86,400), metres, kilograms, tenge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from backend.routing.planning.problem import UNREACHABLE, Break, Held, Matrix, Window

__all__ = [
    "UNREACHABLE",
    "Break",
    "Held",
    "Machine",
    "Matrix",
    "Mode",
    "Prices",
    "Problem",
    "Store",
    "Task",
    "Travel",
    "Window",
]


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do a task: from the post where it begins to the one where it ends, ``metres`` along the street."""

    enters: int
    leaves: int
    metres: int


@dataclass(frozen=True, slots=True)
class Task:
    """One pass along a piece of street, done once in one of its modes.

    ``work`` is what a machine must be able to do (``Machine.speeds``). ``demand_kg`` of grit is spread on it (0: none). Work that ends after
    ``due_s`` costs ``Prices.late_per_hour`` times ``urgency`` an hour; what is left out goes by ``urgency`` too, the least urgent first.
    ``zone``: the district that it lies in. ``group`` names what is done together in one go where that is no detour: the street.
    """

    id: str
    work: str
    modes: tuple[Mode, ...]
    demand_kg: int = 0
    due_s: int | None = None
    urgency: float = 1.0
    zone: str | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    """Where spreaders fill up, at any time, in ``stay_s``."""

    id: str
    post: int
    stay_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine with its crew and shift.

    ``speeds`` says what it can do and how fast it drives while it does it, in metres a second; ``profile`` names its ways. It goes from the post
    ``start`` to the post ``end`` within ``shift``. ``capacity_kg`` None: it carries nothing that runs out. ``zones`` None: at home everywhere.
    In the middle of a night ``start`` is where it stands, ``load_kg`` what it has left, ``locked`` (ids of tasks, in this order) what it must do
    first, and ``under_way`` brings it home even without another task. ``earlier`` of the problem says what it was going to do.
    """

    id: str
    speeds: Mapping[str, float]
    start: int
    end: int
    shift: Window
    profile: str = ""
    capacity_kg: int | None = None
    load_kg: int | None = None
    zones: frozenset[str] | None = None
    rest: Break | None = None
    fixed_cost: float = 0.0
    cost_per_km: float = 0.0
    cost_per_hour: float = 0.0
    locked: tuple[str, ...] = ()
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class Prices:
    """What is not driving but has a price, in tenge.

    ``late_per_hour``: of each task that ends after its time, times its urgency. ``overtime_per_hour``: of a tour beyond ``balanced_s``.
    ``foreign_zone``: for each task outside its machine's zones. ``moved_task``: for each task on another machine than in ``Problem.earlier``.
    """

    late_per_hour: float = 0.0
    overtime_per_hour: float = 0.0
    balanced_s: int | None = None
    foreign_zone: float = 0.0
    moved_task: float = 0.0


class Travel(Protocol):
    """Ways between posts for one profile, asked piece by piece: a city has too many for one table."""

    def __call__(self, profile: str, leaving: NDArray[np.int64], entering: NDArray[np.int64]) -> Matrix:
        """(A, B) seconds and metres from each of the posts that are left to each that is entered; UNREACHABLE where no way leads."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Everything that a plan by streets depends on."""

    tasks: tuple[Task, ...]
    machines: tuple[Machine, ...]
    travel: Travel
    stores: tuple[Store, ...] = ()
    prices: Prices = Prices()
    earlier: Mapping[str, Held] = field(default_factory=dict)

    @cached_property
    def task(self) -> dict[str, Task]:
        """Tasks by id; of doubles the first counts, here and below."""
        return {each.id: each for each in reversed(self.tasks)}

    @cached_property
    def machine(self) -> dict[str, Machine]:
        """Machines by id."""
        return {each.id: each for each in reversed(self.machines)}

    @cached_property
    def store(self) -> dict[str, Store]:
        """Stores by id."""
        return {each.id: each for each in reversed(self.stores)}


def may_do(machine: Machine, task: Task) -> bool:
    """Whether a machine can do a task's work at all; streets and times apart."""
    return task.work in machine.speeds


def lasts_s(machine: Machine, task: Task, mode: Mode) -> int:
    """Whole seconds of a task on a machine, rounded up: at least one."""
    return max(1, int(np.ceil(mode.metres / machine.speeds[task.work])))


def is_foreign(machine: Machine, task: Task) -> bool:
    """Whether a task lies outside the machine's zones."""
    return machine.zones is not None and task.zone is not None and task.zone not in machine.zones
