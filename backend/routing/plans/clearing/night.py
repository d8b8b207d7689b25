"""A night as it is handed to the solver: everything but the streets, kept with the run, so that it can be reckoned again. Pure.

Seconds count from the midnight with which the night's first day begins, by the city's clock; a night goes beyond 86,400.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from backend.routing.clearing.problem import (
    Break,
    Held,
    Machine,
    Mode,
    Prices,
    Problem,
    Store,
    Task,
    Travel,
    Window,
)
from backend.routing.plans.basics import Hours, Profile, Spot
from shared.vocabulary import WinterWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NightWork:
    """Work on one segment in one direction (``forward`` None: either will do); ``numbers`` are the passes that are asked for."""

    segment_id: int
    forward: bool | None
    work: WinterWork
    numbers: tuple[int, ...]
    passes: int  # of the whole side
    metres: int
    grit_kg: int  # of one pass
    due_s: int | None
    urgency: float
    priority: int
    street: str  # its name; empty where it has none
    district: str | None

    @property
    def side(self) -> str:
        """What the passes of one side of a segment have in common, as part of their ids."""
        return f"{self.segment_id}{_SIGN[self.forward]}{self.work.value}"

    def task_id(self, number: int) -> str:
        """The id of one pass."""
        return f"{self.side}{number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class NightSpeed:
    """How fast a machine drives while it does something."""

    work: WinterWork
    kmh: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NightDepot:
    """Where machines start and end; spreaders fill up there in ``stay_s`` where it is a store."""

    id: str
    title: str
    spot: Spot
    stay_s: int
    store: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a machine stands in the middle of a night: at the end of a segment that it drove, or at a place."""

    spot: Spot
    segment_id: int | None = None
    forward: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NightMachine:
    """A machine on one shift; ``capacity_kg`` null: it carries no grit. In the middle of a night: where it is and what it must do first."""

    id: str  # the shift's
    vehicle_id: str
    board: str
    driver_ids: tuple[str, ...]
    district: str | None
    depot_id: str
    shift: Hours
    rest: Hours | None
    rest_s: int
    speeds: tuple[NightSpeed, ...]
    capacity_kg: int | None
    gross_t: float | None
    height_m: float | None
    cost_fixed: float
    cost_per_km: float
    cost_per_h: float
    start: Standing | None = None
    load_kg: int | None = None
    locked: tuple[str, ...] = ()  # ids of tasks
    under_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NightHeld:
    """Where the plan in force holds a task: on which shift, after which task (null: first)."""

    task_id: str
    shift_id: str
    after_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NightRates:
    """What is not driving but has a price, in tenge."""

    late_per_h: float
    foreign_district: float
    overtime_per_h: float
    balanced_s: int | None
    moved_task: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """Everything that the plan of a night depends on, the streets apart."""

    works: tuple[NightWork, ...]
    depots: tuple[NightDepot, ...]
    vehicles: tuple[NightMachine, ...]
    rates: NightRates
    held: tuple[NightHeld, ...] = ()
    closed_segment_ids: tuple[int, ...] = ()
    grit_from_s: int | None = None  # streets that are cleared too are gritted from then on; null: at any time

    @property
    def passes(self) -> int:
        """How many passes are asked for."""
        return sum(len(each.numbers) for each in self.works)


class Posts:
    """Numbers for everything where something begins or ends: both ends of each direction of each segment, then depots, then starts.

    ``entering`` and ``leaving`` ends of direction d of the k-th segment are 4 k + 2 d and 4 k + 2 d + 1 (d 1: against the segment).
    """

    def __init__(self, night: Night) -> None:
        standing = [each.start for each in night.vehicles if each.start is not None]
        ids = [each.segment_id for each in night.works]
        ids += [each.segment_id for each in standing if each.segment_id is not None]
        self.segment_ids = tuple(dict.fromkeys(ids))
        self._at = {segment_id: number for number, segment_id in enumerate(self.segment_ids)}
        self.first_spot = 4 * len(self.segment_ids)
        self.spots = (
            *(each.spot for each in night.depots),
            *(each.spot for each in standing if each.segment_id is None),
        )
        self._depots = {each.id: self.first_spot + number for number, each in enumerate(night.depots)}
        starts = [each for each in night.vehicles if each.start is not None and each.start.segment_id is None]
        first = self.first_spot + len(night.depots)
        self._starts = {each.id: first + number for number, each in enumerate(starts)}

    def enters(self, segment_id: int, forward: bool) -> int:
        """Where a direction of a segment is entered."""
        return 4 * self._at[segment_id] + (0 if forward else 2)

    def leaves(self, segment_id: int, forward: bool) -> int:
        """Where it is left."""
        return self.enters(segment_id, forward) + 1

    def depot(self, depot_id: str) -> int:
        """A depot's gate."""
        return self._depots[depot_id]

    def start(self, machine: NightMachine) -> int:
        """Where a machine begins: at its depot, or where it stands."""
        if machine.start is None:
            return self.depot(machine.depot_id)
        if machine.start.segment_id is None:
            return self._starts[machine.id]
        return self.leaves(machine.start.segment_id, machine.start.forward)


def profile_of(machine: NightMachine) -> Profile:
    """The streets' view of a machine."""
    return Profile(machine.gross_t, machine.height_m)


def problem_of(night: Night, posts: Posts, travel: Travel) -> Problem:
    """The solver's problem."""
    return Problem(
        tasks=tuple(_tasks(night, posts)),
        machines=tuple(_machine(each, posts) for each in night.vehicles),
        travel=travel,
        stores=tuple(
            Store(each.id, posts.depot(each.id), each.stay_s) for each in night.depots if each.store
        ),
        prices=Prices(
            late_per_hour=night.rates.late_per_h,
            overtime_per_hour=night.rates.overtime_per_h,
            balanced_s=night.rates.balanced_s,
            foreign_zone=night.rates.foreign_district,
            moved_task=night.rates.moved_task,
        ),
        earlier={each.task_id: Held(each.shift_id, each.after_id) for each in night.held},
    )


def start_of(night: Night) -> dict[str, tuple[str, ...]] | None:
    """The tasks of each machine in the plan in force, behind what is locked: where a new search begins."""
    tours: dict[str, list[str]] = {}
    locked = {each.id: set(each.locked) for each in night.vehicles}
    for each in night.held:
        if each.task_id not in locked.get(each.shift_id, set()):
            tours.setdefault(each.shift_id, []).append(each.task_id)
    return {shift_id: tuple(ids) for shift_id, ids in tours.items()} or None


def by_task(night: Night) -> dict[str, tuple[NightWork, int]]:
    """Work and number of pass by the id of the task."""
    return {each.task_id(number): (each, number) for each in night.works for number in each.numbers}


def directions(work: NightWork) -> tuple[bool, ...]:
    """The directions in which work may be driven, in the order of the task's modes."""
    return (True, False) if work.forward is None else (work.forward,)


_SIGN = {True: "+", False: "-", None: "="}


def _tasks(night: Night, posts: Posts) -> Iterator[Task]:
    for each in night.works:
        modes = tuple(
            Mode(posts.enters(each.segment_id, forward), posts.leaves(each.segment_id, forward), each.metres)
            for forward in directions(each)
        )
        for number in each.numbers:
            yield Task(
                id=each.task_id(number),
                work=each.work.value,
                modes=modes,
                demand_kg=each.grit_kg,
                due_s=each.due_s,
                urgency=each.urgency,
                zone=each.district,
                group=each.street,
            )


def _machine(machine: NightMachine, posts: Posts) -> Machine:
    return Machine(
        id=machine.id,
        speeds={each.work.value: each.kmh / 3.6 for each in machine.speeds},
        start=posts.start(machine),
        end=posts.depot(machine.depot_id),
        shift=Window(machine.shift.opens_s, machine.shift.closes_s),
        profile=profile_of(machine).name,
        capacity_kg=machine.capacity_kg,
        load_kg=machine.load_kg,
        zones=None if machine.district is None else frozenset({machine.district}),
        rest=None
        if machine.rest is None
        else Break(Window(machine.rest.opens_s, machine.rest.closes_s), machine.rest_s),
        fixed_cost=machine.cost_fixed,
        cost_per_km=machine.cost_per_km,
        cost_per_hour=machine.cost_per_h,
        locked=machine.locked,
        under_way=machine.under_way,
    )
