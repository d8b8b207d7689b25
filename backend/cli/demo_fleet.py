"""The fleet of the demo city: a depot, two landfills, a snow dump, vehicles with shifts, and container sites along its streets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from backend.adapters import settings
from backend.cli.demo_cast import PLACES
from backend.cli.demo_routes import DEPOT, LANDFILL, SNOW_DUMP
from backend.cli.demo_work import at_hour
from backend.clock import now
from backend.containers import service as containers
from backend.database import transaction
from backend.fleet.facilities import service as facilities
from backend.fleet.shifts import service as shifts
from backend.fleet.vehicles import service as vehicles
from backend.streets import service as streets
from backend.streets.network import Network, StreetClass
from backend.web.principal import Principal
from shared.geometry import Point, distance_m
from shared.vocabulary import ContainerType, FacilityKind, VehicleKind

SITES, FAR_M = 120, 4_000.0
SECOND_LANDFILL = (54.8350, 69.2350)
BY_DAY = [[day, 7 * 60, 20 * 60] for day in range(7)]
BY_NIGHT = [[day, 20 * 60, 29 * 60] for day in range(7)]
REFUSE = {
    "container_types": ["wheeled", "metal"],
    "capacity_kg": 8000.0,
    "capacity_m3": 18.0,
    "compaction": 4.0,
}
FLEET: tuple[tuple[str, VehicleKind, str, dict[str, Any]], ...] = (
    *(
        (str(number), VehicleKind.REFUSE_REAR, "КО-440В", {**REFUSE, "gross_weight_t": 19.0})
        for number in range(101, 106)
    ),
    (
        "106",
        VehicleKind.SKIP_LOADER,
        "МКС-3501",
        {"container_types": ["skip"], "capacity_m3": 8.0, "gross_weight_t": 16.0},
    ),
    ("201", VehicleKind.PLOUGH, "КДМ-130", {"gross_weight_t": 18.0}),
    ("202", VehicleKind.GRADER, "ДЗ-98", {"gross_weight_t": 19.5}),
    ("203", VehicleKind.SPREADER, "КО-829", {"gross_weight_t": 19.0}),
    ("204", VehicleKind.SNOW_LOADER, "КО-206", {"gross_weight_t": 10.0}),
    ("205", VehicleKind.DUMP_TRUCK, "КамАЗ-65115", {"capacity_m3": 12.0, "gross_weight_t": 25.0}),
)
DRIVEN, DRIVER = "104", "crew"


def fill(by: Principal, districts: Mapping[str, UUID], staff: Mapping[str, UUID]) -> None:
    """Add what of the fleet and the container sites is not there."""
    with transaction():
        _facilities(by)
        _vehicles(by)
    with transaction():
        _shifts(by, districts["centre"], staff[DRIVER])
        if not containers.needs(by):
            _sites(by, districts, streets.network())


def _facilities(by: Principal) -> None:
    known = {each.name for each in facilities.facts(by)}
    wished = (
        ("Автобаза", FacilityKind.DEPOT, DEPOT, None, {"unload_min": 5.0}),
        (
            "Полигон Северный",
            FacilityKind.LANDFILL,
            LANDFILL,
            BY_DAY,
            {"unload_min": 12.0, "capacity_t_day": 400.0},
        ),
        (
            "Полигон Восточный",
            FacilityKind.LANDFILL,
            SECOND_LANDFILL,
            BY_DAY,
            {"unload_min": 15.0, "queue_min": 5.0},
        ),
        (
            "Снежный отвал",
            FacilityKind.SNOW_DUMP,
            SNOW_DUMP,
            BY_NIGHT,
            {"unload_min": 4.0, "capacity_m3_day": 9000.0},
        ),
    )
    nothing = {"address": "", "note": "", "bays": None, "closed_reason": None, "queue_min": 0.0}
    nothing |= {"capacity_t_day": None, "capacity_m3_day": None}
    for name, kind, (lat, lon), hours, more in wished:
        if name not in known:
            values: dict[str, Any] = {**nothing, "name": name, "kind": kind, "hours": hours, **more}
            facilities.create(by, place=Point(lat=lat, lon=lon), **values)


def _vehicles(by: Principal) -> None:
    known = vehicles.by_board_number(by)
    depot = next(each.id for each in facilities.facts(by) if each.kind is FacilityKind.DEPOT)
    nothing = dict.fromkeys(("plate", "capacity_kg", "capacity_m3", "gross_weight_t", "out_reason"))
    nothing |= {"container_types": [], "compaction": 1.0, "height_m": 3.4, "width_m": 2.5}
    costs = {"cost_fixed_kzt": 20_000.0, "cost_per_km_kzt": 180.0, "cost_per_h_kzt": 2_500.0}
    for number, kind, model, more in FLEET:
        if number not in known:
            values = {**nothing, **costs, "depot_id": depot, **more}
            vehicles.create(by, board_number=number, kind=kind, model=model, **values)


def _shifts(by: Principal, district_id: UUID, driver_id: UUID) -> None:
    """The driver's shifts of today and tomorrow."""
    zone = ZoneInfo(settings().time_zone)
    today = now().astimezone(zone).date()
    vehicle = vehicles.by_board_number(by)[DRIVEN]
    for offset in (0, 1):
        day = today + timedelta(days=offset)
        start, end = at_hour(day, 6, zone), at_hour(day, 18, zone)
        if not any(each.vehicle_id == vehicle.id for each in shifts.facts(by, start, end)):
            shifts.create(
                by,
                district_id=district_id,
                vehicle_id=vehicle.id,
                driver_id=driver_id,
                starts_at=start,
                ends_at=end,
                breaks=(),
                note="",
            )


def _sites(by: Principal, districts: Mapping[str, UUID], network: Network) -> None:
    """Containers in the middle of segments that trucks may use, spread evenly; the same every time."""
    chance = np.random.default_rng(5)
    for number, segment in enumerate(_segments(network), start=1):
        line = network.line(segment)
        lon, lat = line[len(line) // 2] if len(line) > 2 else line.mean(axis=0)
        place = Point(lat=float(lat), lon=float(lon))
        count = int(chance.integers(2, 6))
        share = float(chance.uniform(0.35, 0.95))
        volumes = [round(count * 1.1 * share * (1.2 if day in (0, 6) else 1.0), 2) for day in range(7)]
        containers.create(
            by,
            district_id=districts[_district_of(place)],
            code=f"КП-{number:03d}",
            address=network.name(segment).ru,
            access_note="",
            place=place,
            containers=[containers.Containers(ContainerType.WHEELED, count, 1.1)],
            demand_m3=volumes,
            demand_kg=[round(volume * settings().waste_density_kg_m3, 1) for volume in volumes],
            service_min=round(1.5 + 0.7 * count, 1),
            hours=None,
            max_gross_t=None,
            max_height_m=None,
            max_width_m=None,
            priority=3,
        )


def _segments(network: Network) -> list[int]:
    wished = np.isin(
        network.street_class,
        [StreetClass.TERTIARY, StreetClass.UNCLASSIFIED, StreetClass.RESIDENTIAL, StreetClass.SECONDARY],
    )
    centre = Point(lat=settings().city_lat, lon=settings().city_lon)
    near = [
        int(segment)
        for segment in np.flatnonzero(wished & (network.name_index >= 0) & np.isinf(network.max_weight_t))
        if distance_m(centre, _first(network, int(segment))) < FAR_M and network.name(int(segment)).ru
    ]
    near.sort(key=lambda segment: int(network.segment_id[segment]))
    step = max(len(near) // SITES, 1)
    return near[::step][:SITES]


def _first(network: Network, segment: int) -> Point:
    lon, lat = network.line(segment)[0]
    return Point(lat=float(lat), lon=float(lon))


def _district_of(place: Point) -> str:
    nearest = min(
        PLACES, key=lambda each: distance_m(place, Point(lat=each.corners[0][0], lon=each.corners[0][1]))
    )
    return nearest.district
