"""A hauling night as it is handed to the solver: everything but the streets, kept with the run, so that it can be reckoned again. Pure.

Seconds count from the day's midnight by the city's clock and go beyond 86,400: the shifts end the next morning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from backend.routing.hauling.problem import (
    Break,
    Dump,
    Loader,
    Matrix,
    Pile,
    Prices,
    Problem,
    Truck,
    Window,
)
from backend.routing.plans.basics import Hours, Profile, Spot
from backend.routing.plans.hauling.machines import SETUP_S


class HaulRole(StrEnum):
    """What a vehicle does in a hauling night."""

    LOADER = "loader"
    TRUCK = "truck"


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulPile:
    """Snow beside a piece of street, or a pile that was measured; ``id`` is winter's."""

    id: str
    title: str
    spot: Spot
    m3: float
    priority: int
    urgency: float
    district: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulPlace:
    """A depot, or a dump with its hours, what it still takes tonight (null: no limit) and its price."""

    id: str
    title: str
    spot: Spot
    dump: bool
    hours: tuple[Hours, ...] = ()  # none: always
    room_m3: float | None = None
    price_m3: float = 0.0
    bays: int | None = None  # null: no limit
    unload_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulVehicle:
    """A loader or a truck on one shift. In the middle of a night: where it is, what it carries, what it must do first."""

    id: str  # the shift's
    vehicle_id: str
    board: str
    role: HaulRole
    contractor: str
    driver_ids: tuple[str, ...]
    district: str | None
    depot_id: str
    shift: Hours
    rest: Hours | None
    rest_s: int
    loads_m3_h: float  # of a loader
    body_m3: float  # of a truck
    gross_t: float | None
    height_m: float | None
    cost_fixed: float
    cost_per_km: float
    cost_per_h: float
    start: Spot | None = None
    load_m3: float = 0.0
    dump_id: str | None = None
    loader_id: str | None = None
    locked: tuple[str, ...] = ()
    under_way: bool = False
    trips_before: int = 0  # that were driven before this plan


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulRates:
    """What is not driving but has a price, in tenge."""

    lying_m3_h: float
    left_m3: float
    overtime_h: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HaulNight:
    """Everything that the plan of a hauling night depends on, the streets apart.

    ``waiting_m3`` at ``waiting_piles`` places is more than the fleet could haul by any reckoning: it is not asked for tonight.
    """

    piles: tuple[HaulPile, ...]
    places: tuple[HaulPlace, ...]
    vehicles: tuple[HaulVehicle, ...]
    rates: HaulRates
    density_kg_m3: float
    waiting_m3: float = 0.0
    waiting_piles: int = 0
    closed_segment_ids: tuple[int, ...] = ()


def profile_of(vehicle: HaulVehicle) -> Profile:
    """The streets' view of a vehicle."""
    return Profile(vehicle.gross_t, vehicle.height_m)


def matrix_name(vehicle: HaulVehicle) -> str:
    """As the solver's problem calls its ways: loaders drive slower."""
    return f"{vehicle.role.value}, {profile_of(vehicle).name}"


def spots_of(night: HaulNight) -> tuple[Spot, ...]:
    """The places of the matrices: piles, depots and dumps, then vehicles that are on the road."""
    on_the_road = [vehicle.start for vehicle in night.vehicles if vehicle.start is not None]
    return (*(pile.spot for pile in night.piles), *(each.spot for each in night.places), *on_the_road)


def problem_of(night: HaulNight, matrices: Mapping[str, Matrix]) -> Problem:
    """The solver's problem; ``matrices`` are between ``spots_of(night)``, by ``matrix_name``."""
    numbers = iter(range(len(spots_of(night))))
    piles = tuple(Pile(each.id, next(numbers), each.m3, urgency=each.urgency) for each in night.piles)
    at = {each.id: next(numbers) for each in night.places}
    start = {each.id: at[each.depot_id] if each.start is None else next(numbers) for each in night.vehicles}
    return Problem(
        piles=piles,
        loaders=tuple(
            _loader(each, start[each.id], at) for each in night.vehicles if each.role is HaulRole.LOADER
        ),
        trucks=tuple(
            _truck(each, start[each.id], at) for each in night.vehicles if each.role is HaulRole.TRUCK
        ),
        dumps=tuple(_dump(each, at[each.id]) for each in night.places if each.dump),
        matrices=matrices,
        prices=Prices(
            lying_per_m3_hour=night.rates.lying_m3_h,
            left_per_m3=night.rates.left_m3,
            overtime_per_hour=night.rates.overtime_h,
        ),
    )


def _loader(each: HaulVehicle, start: int, at: Mapping[str, int]) -> Loader:
    return Loader(
        id=each.id,
        start=start,
        end=at[each.depot_id],
        shift=Window(each.shift.opens_s, each.shift.closes_s),
        rate_m3_per_h=each.loads_m3_h,
        setup_s=SETUP_S,
        profile=matrix_name(each),
        rest=_rest(each),
        fixed_cost=each.cost_fixed,
        cost_per_km=each.cost_per_km,
        cost_per_hour=each.cost_per_h,
        locked=each.locked,
        under_way=each.under_way,
    )


def _truck(each: HaulVehicle, start: int, at: Mapping[str, int]) -> Truck:
    return Truck(
        id=each.id,
        start=start,
        end=at[each.depot_id],
        shift=Window(each.shift.opens_s, each.shift.closes_s),
        body_m3=each.body_m3,
        profile=matrix_name(each),
        rest=_rest(each),
        fixed_cost=each.cost_fixed,
        cost_per_km=each.cost_per_km,
        cost_per_hour=each.cost_per_h,
        load_m3=each.load_m3,
        dump_id=each.dump_id,
        loader_id=each.loader_id,
        under_way=each.under_way,
    )


def _rest(each: HaulVehicle) -> Break | None:
    if each.rest is None:
        return None
    return Break(Window(each.rest.opens_s, each.rest.closes_s), each.rest_s)


NO_LIMIT_BAYS = 50


def _dump(each: HaulPlace, place: int) -> Dump:
    return Dump(
        id=each.id,
        place=place,
        hours=tuple(Window(hours.opens_s, hours.closes_s) for hours in each.hours),
        capacity_m3=each.room_m3,
        price_per_m3=each.price_m3,
        bays=NO_LIMIT_BAYS if each.bays is None else each.bays,
        unload_s=each.unload_s,
    )
