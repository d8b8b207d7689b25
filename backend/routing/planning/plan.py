"""What a solver answers: tours with times, what is left out and why, what it costs and how far from the best it may be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Act(StrEnum):
    """What a vehicle does at a place."""

    START = "start"
    STOP = "stop"
    UNLOAD = "unload"
    REST = "rest"
    END = "end"


@dataclass(frozen=True, slots=True)
class Visit:
    """One act of a tour. ``id`` is that of the stop, disposal site or depot (empty for a rest or a start on the road).

    The vehicle arrives, waits until ``begins_s``, and leaves; ``load`` is what it carries when it leaves.
    """

    act: Act
    id: str
    place: int
    arrives_s: int
    begins_s: int
    leaves_s: int
    load: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cost:
    """The parts of a plan's cost, in tenge."""

    fixed: float = 0.0
    distance: float = 0.0
    time: float = 0.0
    overtime: float = 0.0
    districts: float = 0.0
    changes: float = 0.0
    prizes_lost: float = 0.0

    @property
    def total(self) -> float:
        """Everything together; required stops that are left out have no price and are not in it."""
        return (
            self.fixed
            + self.distance
            + self.time
            + self.overtime
            + self.districts
            + self.changes
            + self.prizes_lost
        )

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.fixed + other.fixed,
            self.distance + other.distance,
            self.time + other.time,
            self.overtime + other.overtime,
            self.districts + other.districts,
            self.changes + other.changes,
            self.prizes_lost + other.prizes_lost,
        )


@dataclass(frozen=True, slots=True)
class Tour:
    """What one vehicle does, from its start to its end."""

    vehicle_id: str
    visits: tuple[Visit, ...]
    distance_m: int
    cost: Cost

    @property
    def stop_ids(self) -> tuple[str, ...]:
        """The stops in order."""
        return tuple(visit.id for visit in self.visits if visit.act is Act.STOP)

    @property
    def duration_s(self) -> int:
        """From leaving the start to reaching the end."""
        return self.visits[-1].arrives_s - self.visits[0].leaves_s


class Why(StrEnum):
    """Why a stop is left out."""

    FLAW = "flaw"
    NOT_WORTH = "not_worth"
    NO_ROOM = "no_room"
    NO_TIME = "no_time"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Unserved:
    """A stop that no tour serves, with the reason in words (a `Message`)."""

    stop_id: str
    why: Why
    words: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the input that cannot be: whose, which field, which value, and in words with the remedy (a `Message`).

    ``stop_ids`` are left out for it; an empty tuple where the plan is made all the same.
    """

    subject: str
    field: str
    value: str
    words: str
    stop_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of a day.

    ``bound``: no plan that serves the same stops costs less (None: not known); ``gap`` is the share by which the cost may exceed it.
    """

    tours: tuple[Tour, ...]
    unserved: tuple[Unserved, ...]
    flaws: tuple[Flaw, ...]
    cost: Cost
    bound: float | None = None
    seconds: float = 0.0
    iterations: int = 0
    stopped_early: bool = False

    @property
    def gap(self) -> float | None:
        """(cost − bound) / cost; None without a bound."""
        if self.bound is None:
            return None
        return (self.cost.total - self.bound) / self.cost.total if self.cost.total > 0 else 0.0

    @property
    def distance_m(self) -> int:
        """Metres of all tours."""
        return sum(tour.distance_m for tour in self.tours)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a solver is: best cost so far, possible gap, stops left out, seconds left."""

    best_cost: float | None
    gap: float | None
    unserved: int
    seconds_left: float
    phase: str
