"""What the solver of a hauling night answers: what every loader and truck does when, what is left lying and why, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.routing.planning.plan import Flaw

__all__ = ["Act", "Cost", "Flaw", "Left", "Leg", "Plan", "Progress", "Tour", "Why"]


class Act(StrEnum):
    """What a vehicle does at a place."""

    START = "start"
    LOAD = "load"
    UNLOAD = "unload"
    WAIT = "wait"
    REST = "rest"
    END = "end"


class Why(StrEnum):
    """Why snow is left lying."""

    FLAW = "flaw"
    TRUCKS = "trucks"
    LOADERS = "loaders"
    DUMPS = "dumps"


@dataclass(frozen=True, slots=True)
class Leg:
    """One act of a tour. ``id`` is that of the pile or dump (empty for a start, a rest or an end).

    ``partner`` is the loader's for a truck and the truck's for a loader (empty at dumps); of a loader each truck it loads is an act of its own.
    The vehicle arrives, waits until ``begins_s`` and ends at ``leaves_s``; ``m3`` is what is loaded or unloaded in between. A ``WAIT`` is where a truck
    waited in vain: its loader went on to the next pile, or no dump had room any more.
    """

    act: Act
    id: str
    partner: str
    place: int
    arrives_s: int
    begins_s: int
    leaves_s: int
    m3: float = 0.0


@dataclass(frozen=True, slots=True)
class Cost:
    """The parts of a plan's cost, in tenge."""

    fixed: float = 0.0
    distance: float = 0.0
    time: float = 0.0
    fees: float = 0.0
    overtime: float = 0.0
    late: float = 0.0
    lying: float = 0.0
    left: float = 0.0

    @property
    def spent(self) -> float:
        """What is paid for: vehicles, crews and dumps."""
        return self.fixed + self.distance + self.time + self.fees + self.overtime

    @property
    def total(self) -> float:
        """Everything together: what the solver makes small."""
        return self.spent + self.late + self.lying + self.left


@dataclass(frozen=True, slots=True)
class Tour:
    """What one loader or truck does, in order."""

    vehicle_id: str
    legs: tuple[Leg, ...]
    distance_m: int

    @property
    def duration_s(self) -> int:
        """From leaving the start to reaching the end."""
        return self.legs[-1].arrives_s - self.legs[0].leaves_s

    @property
    def waited_s(self) -> int:
        """From arrivals to the begin of loading or unloading, and in vain."""
        return sum(_waited_s(leg) for leg in self.legs)

    @property
    def trips(self) -> int:
        """How often it unloads."""
        return sum(leg.act is Act.UNLOAD for leg in self.legs)

    @property
    def moved_m3(self) -> float:
        """What it loads."""
        return sum(leg.m3 for leg in self.legs if leg.act is Act.LOAD)


def _waited_s(leg: Leg) -> int:
    if leg.act is Act.WAIT:
        return leg.leaves_s - leg.arrives_s
    return leg.begins_s - leg.arrives_s if leg.act in (Act.LOAD, Act.UNLOAD) else 0


@dataclass(frozen=True, slots=True)
class Left:
    """What stays at a pile, with the reason in words (a `Message`)."""

    pile_id: str
    m3: float
    why: Why
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of a hauling night."""

    loaders: tuple[Tour, ...]
    trucks: tuple[Tour, ...]
    left: tuple[Left, ...]
    flaws: tuple[Flaw, ...]
    cost: Cost
    seconds: float = 0.0
    iterations: int = 0
    stopped_early: bool = False

    @property
    def tours(self) -> tuple[Tour, ...]:
        """Loaders, then trucks."""
        return self.loaders + self.trucks

    @property
    def trips(self) -> int:
        """Truckloads that reach a dump."""
        return sum(tour.trips for tour in self.trucks)

    @property
    def hauled_m3(self) -> float:
        """What reaches a dump, with what trucks carried when the plan began."""
        return sum(leg.m3 for tour in self.trucks for leg in tour.legs if leg.act is Act.UNLOAD)

    @property
    def left_m3(self) -> float:
        """What stays lying."""
        return sum(each.m3 for each in self.left)

    @property
    def waited_s(self) -> int:
        """Of all trucks, for loaders and at dumps."""
        return sum(tour.waited_s for tour in self.trucks)

    @property
    def distance_m(self) -> int:
        """Of all tours."""
        return sum(tour.distance_m for tour in self.tours)

    @property
    def ends_s(self) -> int:
        """When the last truckload is unloaded; 0 where nothing is hauled."""
        return max((leg.leaves_s for t in self.trucks for leg in t.legs if leg.act is Act.UNLOAD), default=0)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the solver is: the best cost so far, cubic metres left lying, seconds left."""

    best_cost: float | None
    left_m3: float
    seconds_left: float
    phase: str
