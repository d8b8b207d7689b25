"""What the solver of a night by streets answers: tours with times and directions, what is left out and why, what it costs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from backend.routing.planning.plan import Flaw, Why

__all__ = ["Act", "Cost", "Flaw", "Leg", "Plan", "Tour", "Undone", "Why"]


class Act(StrEnum):
    """What a machine does."""

    START = "start"
    TASK = "task"
    REFILL = "refill"
    REST = "rest"
    END = "end"


@dataclass(frozen=True, slots=True)
class Leg:
    """One act of a tour. ``id`` is that of the task or store (empty for a start, a rest or an end).

    ``mode`` numbers the task's mode (0 for everything else). The machine arrives at the post where it begins, begins, and leaves it at its end;
    ``load_kg`` is what it has left then (0 where it carries nothing).
    """

    act: Act
    id: str
    mode: int
    arrives_s: int
    begins_s: int
    leaves_s: int
    load_kg: int


@dataclass(frozen=True, slots=True)
class Cost:
    """The parts of a plan's cost, in tenge."""

    fixed: float = 0.0
    distance: float = 0.0
    time: float = 0.0
    overtime: float = 0.0
    late: float = 0.0
    zones: float = 0.0
    changes: float = 0.0

    @property
    def total(self) -> float:
        """Everything together; what is left out has no price and is not in it."""
        return self.fixed + self.distance + self.time + self.overtime + self.late + self.zones + self.changes

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            self.fixed + other.fixed,
            self.distance + other.distance,
            self.time + other.time,
            self.overtime + other.overtime,
            self.late + other.late,
            self.zones + other.zones,
            self.changes + other.changes,
        )


@dataclass(frozen=True, slots=True)
class Tour:
    """What one machine does: metres of work, and metres of the ways between (blade up)."""

    machine_id: str
    legs: tuple[Leg, ...]
    worked_m: int
    idle_m: int
    cost: Cost

    @property
    def task_ids(self) -> tuple[str, ...]:
        """The tasks in order."""
        return tuple(leg.id for leg in self.legs if leg.act is Act.TASK)

    @property
    def duration_s(self) -> int:
        """From leaving the start to reaching the end."""
        return self.legs[-1].arrives_s - self.legs[0].leaves_s


@dataclass(frozen=True, slots=True)
class Undone:
    """A task that no tour does, with the reason in words (a `Message`)."""

    task_id: str
    why: Why
    words: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of a night by streets."""

    tours: tuple[Tour, ...]
    undone: tuple[Undone, ...]
    flaws: tuple[Flaw, ...]
    cost: Cost
    late_ids: tuple[str, ...] = ()
    seconds: float = 0.0
    iterations: int = 0
    stopped_early: bool = False

    @property
    def worked_m(self) -> int:
        """Metres of work."""
        return sum(tour.worked_m for tour in self.tours)

    @property
    def idle_m(self) -> int:
        """Metres driven without work."""
        return sum(tour.idle_m for tour in self.tours)

    @property
    def dead_head_share(self) -> float:
        """Metres without work over all metres; 0 where nothing drives."""
        driven = self.worked_m + self.idle_m
        return self.idle_m / driven if driven else 0.0
