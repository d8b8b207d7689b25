"""What a kind of plan does in its own way; its life, runs, release, new plans and close are the same for all.

A **day** is everything that a plan of a kind is reckoned from, the streets apart; it is kept with the run as JSON. Its ``vehicles`` have what
`Hand` names, whatever else they know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from backend.routing.models import Route
from backend.routing.planning.plan import Progress
from backend.routing.plans.models import Plan
from backend.routing.plans.rules import Events, Wishes
from backend.routing.rules.plans import Stop
from backend.web.principal import Principal

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch


class Span(Protocol):
    """From when to when, in seconds of the day."""

    @property
    def opens_s(self) -> int: ...
    @property
    def closes_s(self) -> int: ...


class Hand(Protocol):
    """What every kind knows of a shift that is planned: its id, vehicle, drivers, district and hours."""

    @property
    def id(self) -> str: ...
    @property
    def vehicle_id(self) -> str: ...
    @property
    def board(self) -> str: ...
    @property
    def driver_ids(self) -> tuple[str, ...]: ...
    @property
    def district(self) -> str | None: ...
    @property
    def shift(self) -> Span: ...


class Watching(Protocol):
    """A run's window to the outside: progress goes out, the wish to stop comes in."""

    def heard(self, progress: Progress) -> None:
        """The solver has something to say."""

    def say(self, phase: str) -> None:
        """A part of the work begins."""

    def is_asked_to_stop(self) -> bool:
        """Whether somebody wants the best plan so far now."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a run found: as it is kept, what it costs, and which rules it breaks (none: it may be shown)."""

    result: dict[str, Any]
    cost: float
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of plan.

    ``result`` of a run holds at least ``tours`` (each with ``shift_id``, ``distance_m`` and whatever ``stops`` reads), ``served`` and
    ``unserved``.
    """

    day_type: type
    assemble: Callable[[Principal, Wishes], Any]
    """A whole day; Invalid names who or what is missing."""
    assemble_rest: Callable[[Principal, Plan, Sequence[Route], Events], Any]
    """What is left of a day under way."""
    size: Callable[[Any], int]
    """How many things a day asks to be served."""
    reckon: Callable[[StreetSearch, Any, float, Watching], Reckoned]
    """Solve a day within seconds, without a transaction."""
    works: Callable[[Mapping[str, Any]], bool]
    """Whether a tour of a result does anything."""
    stops: Callable[[Plan, Any, Hand, Mapping[str, Any]], Iterator[Stop]]
    """What a driver sees of a tour, in order."""
    work_of: Callable[[Stop], tuple[object, ...]]
    """What makes two stops the same one in an old and a new plan."""
    shown: Callable[[Plan, Any, Mapping[str, Any]], dict[str, Any]]
    """A result with titles, times and places, as the API tells it."""
