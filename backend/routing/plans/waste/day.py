"""A day as it is handed to the solver: everything but the streets, kept with the run, so that it can be reckoned again. Pure.

Seconds count from the day's midnight by the city's clock and may go beyond 86,400: a night's shift ends the next morning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from backend.routing.planning.plan import Act
from backend.routing.planning.problem import (
    Break,
    Depot,
    Disposal,
    Held,
    Load,
    Matrix,
    Prices,
    Problem,
    Stop,
    Vehicle,
    Window,
)
from backend.routing.plans.basics import Hours, Profile, Spot
from shared.vocabulary import StopAction

DIMENSIONS = ("kg", "l")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStop:
    """A site to serve; its limits say which vehicles can get there and empty it."""

    id: str
    title: str
    detail: str
    spot: Spot
    kg: int
    litres: int
    service_s: int
    hours: tuple[Hours, ...]  # none: at any time
    container_types: tuple[str, ...]
    max_gross_t: float | None
    max_height_m: float | None
    max_width_m: float | None
    priority: int
    required: bool
    prize: float
    district: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacility:
    """A depot or a place to unload."""

    id: str
    title: str
    spot: Spot
    hours: tuple[Hours, ...]  # of a place to unload; none: always
    queue_s: int
    unload_s: int
    disposal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayVehicle:
    """A vehicle on one shift; capacities null: no limit. In the middle of a day: where it is and what it must do first."""

    id: str  # the shift's
    vehicle_id: str
    board: str
    driver_ids: tuple[str, ...]
    district: str | None
    depot_id: str
    shift: Hours
    rest: Hours | None
    rest_s: int
    capacity_kg: int | None
    capacity_l: int | None
    container_types: tuple[str, ...]
    gross_t: float | None
    height_m: float | None
    width_m: float | None
    cost_fixed: float
    cost_per_km: float
    cost_per_h: float
    start: Spot | None = None
    load_kg: int = 0
    load_l: int = 0
    locked: tuple[str, ...] = ()
    under_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayHeld:
    """Where the plan in force holds a stop: on which shift, after which stop (null: first)."""

    stop_id: str
    vehicle_id: str
    after_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStep:
    """What a vehicle was going to do next."""

    act: Act
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayTour:
    """What the plan in force still has for a vehicle, behind what is locked: where a new search begins."""

    vehicle_id: str
    steps: tuple[DayStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What is not driving but has a price, in tenge."""

    foreign_district: float
    overtime_per_h: float
    balanced_s: int | None
    moved_stop: float
    moved_order: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Everything that the plan of a day depends on, the streets apart."""

    stops: tuple[DayStop, ...]
    facilities: tuple[DayFacility, ...]
    vehicles: tuple[DayVehicle, ...]
    rates: Rates
    action: StopAction = StopAction.COLLECT
    held: tuple[DayHeld, ...] = ()
    tours: tuple[DayTour, ...] = ()
    closed_segment_ids: tuple[int, ...] = ()


def profile_of(vehicle: DayVehicle) -> Profile:
    """The streets' view of a vehicle."""
    return Profile(vehicle.gross_t, vehicle.height_m)


def spots_of(day: Day) -> tuple[Spot, ...]:
    """The places of the matrices: stops, facilities, then vehicles that are on the road."""
    on_the_road = [vehicle.start for vehicle in day.vehicles if vehicle.start is not None]
    return (*(stop.spot for stop in day.stops), *(each.spot for each in day.facilities), *on_the_road)


def problem_of(day: Day, matrices: Mapping[Profile, Matrix]) -> Problem:
    """The solver's problem; ``matrices`` are between ``spots_of(day)``, one for each profile of the day's vehicles."""
    places = iter(range(len(spots_of(day))))
    stops = [_stop(stop, next(places), day.vehicles) for stop in day.stops]
    at = {each.id: next(places) for each in day.facilities}
    return Problem(
        depots=tuple(Depot(each.id, at[each.id]) for each in day.facilities if not each.disposal),
        disposals=tuple(
            Disposal(each.id, at[each.id], _windows(each.hours), each.queue_s, each.unload_s)
            for each in day.facilities
            if each.disposal
        ),
        vehicles=tuple(
            _vehicle(each, None if each.start is None else next(places), day) for each in day.vehicles
        ),
        stops=tuple(stops),
        matrices={profile.name: matrix for profile, matrix in matrices.items()},
        dimensions=DIMENSIONS,
        load=Load.COLLECT,
        prices=Prices(
            foreign_district=day.rates.foreign_district,
            overtime_per_hour=day.rates.overtime_per_h,
            balanced_duration_s=day.rates.balanced_s,
            moved_stop=day.rates.moved_stop,
            moved_order=day.rates.moved_order,
        ),
        earlier={each.stop_id: Held(each.vehicle_id, each.after_id) for each in day.held},
    )


def start_of(day: Day) -> dict[str, tuple[tuple[Act, str], ...]] | None:
    """The sequences from which a search begins; None where there is no plan in force."""
    tours = {tour.vehicle_id: tuple((step.act, step.id) for step in tour.steps) for tour in day.tours}
    return tours or None


def can_serve(vehicle: DayVehicle, stop: DayStop) -> bool:
    """Whether a vehicle empties a site's containers and gets through its gate; a size nobody knows is let through."""
    limits = (
        (vehicle.gross_t, stop.max_gross_t),
        (vehicle.height_m, stop.max_height_m),
        (vehicle.width_m, stop.max_width_m),
    )
    return set(stop.container_types) <= set(vehicle.container_types) and all(
        size is None or most is None or size <= most for size, most in limits
    )


def _stop(stop: DayStop, place: int, vehicles: Sequence[DayVehicle]) -> Stop:
    able = {_kind(each) for each in vehicles if can_serve(each, stop)}
    every = {_kind(each) for each in vehicles}
    return Stop(
        stop.id,
        place,
        (stop.kg, stop.litres),
        service_s=stop.service_s,
        windows=_windows(stop.hours),
        vehicle_kinds=None if able == every else frozenset(able),
        priority=-stop.priority,
        required=stop.required,
        prize=stop.prize,
        district=stop.district,
    )


def _vehicle(vehicle: DayVehicle, start_place: int | None, day: Day) -> Vehicle:
    most = sum(stop.kg for stop in day.stops) + vehicle.load_kg, sum(stop.litres for stop in day.stops)
    return Vehicle(
        id=vehicle.id,
        capacity=(
            most[0] if vehicle.capacity_kg is None else vehicle.capacity_kg,
            most[1] + vehicle.load_l if vehicle.capacity_l is None else vehicle.capacity_l,
        ),
        start=vehicle.depot_id,
        end=vehicle.depot_id,
        shift=Window(vehicle.shift.opens_s, vehicle.shift.closes_s),
        kind=_kind(vehicle),
        profile=profile_of(vehicle).name,
        districts=None if vehicle.district is None else frozenset({vehicle.district}),
        rest=None
        if vehicle.rest is None
        else Break(Window(vehicle.rest.opens_s, vehicle.rest.closes_s), vehicle.rest_s),
        fixed_cost=vehicle.cost_fixed,
        cost_per_km=vehicle.cost_per_km,
        cost_per_hour=vehicle.cost_per_h,
        start_place=start_place,
        load=(vehicle.load_kg, vehicle.load_l) if start_place is not None else (),
        locked=vehicle.locked,
        under_way=vehicle.under_way,
    )


def _kind(vehicle: DayVehicle) -> str:
    """Vehicles that can serve the same sites: what they empty and how large they are."""
    types = "+".join(sorted(vehicle.container_types))
    return f"{types}/{vehicle.gross_t}/{vehicle.height_m}/{vehicle.width_m}"


def _windows(hours: Iterable[Hours]) -> tuple[Window, ...]:
    return tuple(Window(each.opens_s, each.closes_s) for each in hours)
