"""The problem of a day in the field's standard terms: who must be served, by which vehicles, over which streets.

Waste collects (vehicles fill up and empty themselves at disposal sites); gritting delivers (vehicles fill up at stores). Both are
the same problem with `Load` turned round. Frozen data only: what is wrong with it is said by ``flaws``, never raised here.

Units: seconds since the day's midnight, metres, tenge; demands and capacities in the units of ``Problem.dimensions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

UNREACHABLE = -1
"""In a matrix: no legal way."""


class Load(StrEnum):
    """Which way goods move at stops."""

    COLLECT = "collect"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Window:
    """A service may begin from ``opens_s`` to ``closes_s``, both included."""

    opens_s: int
    closes_s: int


@dataclass(frozen=True, slots=True)
class Depot:
    """Where vehicles start and end; ``place`` is its row in the matrices."""

    id: str
    place: int


@dataclass(frozen=True, slots=True)
class Disposal:
    """A site where a vehicle empties itself, or fills up when the day delivers.

    Unloading may begin within ``hours`` (none: always) and takes ``queue_s + unload_s``; ``vehicle_kinds`` None admits all.
    """

    id: str
    place: int
    hours: tuple[Window, ...] = ()
    queue_s: int = 0
    unload_s: int = 0
    vehicle_kinds: frozenset[str] | None = None

    @property
    def stay_s(self) -> int:
        """Seconds from the arrival in open hours to the departure."""
        return self.queue_s + self.unload_s


@dataclass(frozen=True, slots=True)
class Break:
    """A rest that begins within ``window``; a tour that is over before the window closes needs none."""

    window: Window
    seconds: int


@dataclass(frozen=True, slots=True)
class Stop:
    """A site to serve once.

    ``vehicle_kinds`` None admits all (else, for instance, the kinds that may enter a truck-only street). A required stop is
    left out only when nothing else is possible, those of low ``priority`` first; an optional one when serving it costs more
    than its ``prize``. ``ready_s``: what is delivered lies ready for loading from then on.
    """

    id: str
    place: int
    demand: tuple[int, ...]
    service_s: int = 0
    windows: tuple[Window, ...] = ()
    container_type: str | None = None
    vehicle_kinds: frozenset[str] | None = None
    priority: int = 0
    required: bool = True
    prize: float = 0.0
    district: str | None = None
    ready_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One vehicle with its crew and shift.

    ``profile`` names its matrix; ``container_types`` None takes all; ``districts`` None has no home districts.
    The tour runs from ``start`` to ``end`` (depots) within ``shift`` and lasts at most ``max_duration_s``. In the middle of a day
    ``start_place`` says where it stands now, ``load`` what it carries, and ``locked`` what it must do first, in that order
    (ids of stops and disposal sites); ``under_way`` brings it home even without another stop.
    """

    id: str
    capacity: tuple[int, ...]
    start: str
    end: str
    shift: Window
    kind: str = ""
    profile: str = ""
    container_types: frozenset[str] | None = None
    districts: frozenset[str] | None = None
    max_duration_s: int | None = None
    max_distance_m: int | None = None
    rest: Break | None = None
    fixed_cost: float = 0.0
    cost_per_km: float = 0.0
    cost_per_hour: float = 0.0
    unloads_before_end: bool = True
    max_unloads: int | None = None
    start_place: int | None = None
    load: tuple[int, ...] = ()
    locked: tuple[str, ...] = ()
    under_way: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Travel seconds and metres between places, (n, n) integers; `UNREACHABLE` where there is no legal way."""

    seconds: NDArray[np.int64]
    metres: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Prices:
    """What is not driving but has a price, in tenge.

    ``foreign_district``: for each stop outside its vehicle's districts. ``overtime_per_hour``: for each hour of a tour beyond
    ``balanced_duration_s``. ``moved_stop``: for each stop on another vehicle than in ``Problem.earlier``; ``moved_order``: for each one that
    stays on its vehicle but follows another stop than before.
    """

    foreign_district: float = 0.0
    overtime_per_hour: float = 0.0
    balanced_duration_s: int | None = None
    moved_stop: float = 0.0
    moved_order: float = 0.0


@dataclass(frozen=True, slots=True)
class Held:
    """Where the earlier plan holds a stop: on which vehicle, after which stop (None: first)."""

    vehicle_id: str
    after_id: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Everything that a plan depends on; equal problems, seeds and iterations give equal plans."""

    depots: tuple[Depot, ...]
    disposals: tuple[Disposal, ...]
    vehicles: tuple[Vehicle, ...]
    stops: tuple[Stop, ...]
    matrices: Mapping[str, Matrix]
    dimensions: tuple[str, ...] = ("kg",)
    load: Load = Load.COLLECT
    prices: Prices = Prices()
    earlier: Mapping[str, Held] = field(default_factory=dict)

    @cached_property
    def depot(self) -> dict[str, Depot]:
        """Depots by id; of doubles the first counts, here and below."""
        return {each.id: each for each in reversed(self.depots)}

    @cached_property
    def disposal(self) -> dict[str, Disposal]:
        """Disposal sites by id."""
        return {each.id: each for each in reversed(self.disposals)}

    @cached_property
    def vehicle(self) -> dict[str, Vehicle]:
        """Vehicles by id."""
        return {each.id: each for each in reversed(self.vehicles)}

    @cached_property
    def stop(self) -> dict[str, Stop]:
        """Stops by id."""
        return {each.id: each for each in reversed(self.stops)}

    @cached_property
    def places(self) -> int:
        """How many places the matrices hold."""
        return min((len(matrix.seconds) for matrix in self.matrices.values()), default=0)

    def begins_at(self, vehicle: Vehicle) -> int:
        """The place where a vehicle's tour begins."""
        return self.depot[vehicle.start].place if vehicle.start_place is None else vehicle.start_place


def may_serve(vehicle: Vehicle, stop: Stop) -> bool:
    """Whether kind and container type let a vehicle serve a stop; streets, loads and times apart."""
    if stop.vehicle_kinds is not None and vehicle.kind not in stop.vehicle_kinds:
        return False
    return (
        stop.container_type is None
        or vehicle.container_types is None
        or stop.container_type in vehicle.container_types
    )


def may_enter(vehicle: Vehicle, disposal: Disposal) -> bool:
    """Whether a disposal site admits a vehicle."""
    return disposal.vehicle_kinds is None or vehicle.kind in disposal.vehicle_kinds


def is_foreign(vehicle: Vehicle, stop: Stop) -> bool:
    """Whether a stop lies outside the vehicle's districts."""
    return (
        vehicle.districts is not None and stop.district is not None and stop.district not in vehicle.districts
    )
