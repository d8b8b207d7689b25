"""The city of a snow night, entered as its staff would: districts with boundaries, depots, machines with crews on shift."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from flask import Flask
from numpy.typing import NDArray

from backend.cli import stage
from backend.cli.stage import Api
from backend.streets.network import Access, Network, StreetClass
from shared.vocabulary import Role

SNOW_H, BEGIN_H, END_H, GRIT_END_H = 19, 20, 29, 31  # of the day on which the night begins
REST_H, REST_MIN = (23, 26), 30
PLOUGH, GRADER, SPREADER, TRACTOR = "plough", "grader", "spreader", "tractor"
SHARES = {PLOUGH: 0.42, GRADER: 0.18, SPREADER: 0.16, TRACTOR: 0.24}  # of a municipal winter fleet; invented
# Crews are on shift anyway: sending one more machine out costs nothing but its way
MACHINES: dict[str, dict[str, Any]] = {
    PLOUGH: {"gross_weight_t": 15.0, "cost_fixed_kzt": 0, "cost_per_km_kzt": 220, "cost_per_h_kzt": 5000},
    GRADER: {"gross_weight_t": 15.0, "cost_fixed_kzt": 0, "cost_per_km_kzt": 300, "cost_per_h_kzt": 6500},
    SPREADER: {
        "gross_weight_t": 18.0,
        "capacity_kg": 7000,
        "cost_fixed_kzt": 0,
        "cost_per_km_kzt": 240,
        "cost_per_h_kzt": 5500,
    },
    TRACTOR: {"gross_weight_t": 5.0, "cost_fixed_kzt": 0, "cost_per_km_kzt": 120, "cost_per_h_kzt": 3500},
}
MARGIN_DEG = 0.01


@dataclass(frozen=True, kw_only=True)
class City:
    """Who drives, and whose streets they are."""

    crews: list[dict[str, str]]
    districts: list[str]
    depots: list[tuple[float, float]]  # lon and lat
    attribution: str


def fill(
    app: Flask, api: Api, network: Network, night: date, *, districts: int, machines: int, attribution: str
) -> City:
    """Everything that a night needs, in so many districts."""
    boxes = list(cut(network, districts))
    ids, depots, crews = [], [], []
    vehicles: list[tuple[str, str]] = []
    for number, (box, middle) in enumerate(boxes, start=1):
        names = dict.fromkeys(("name_ru", "name_kk", "name_en"), f"{number}-й район")
        district = api.ask("POST", "/districts", {"code": f"snow-{number}", **names})["id"]
        api.ask("PUT", f"/districts/{district}/boundary", {"boundary": polygon(box)})
        lon, lat = _depot_at(network, middle)
        depot = {
            "district_id": district,
            "kind": "depot",
            "name": f"База {number}",
            "place": {"type": "Point", "coordinates": [lon, lat]},
            "hours": None,
            "unload_min": 10,
        }
        depot_id = api.ask("POST", "/facilities", depot)["id"]
        ids.append(district)
        depots.append((lon, lat))
        for kind, count in mix(machines // districts + (number <= machines % districts)):
            for _ in range(count):
                board = f"{300 + len(vehicles)}"
                body = {"district_id": district, "kind": kind, "board_number": board, "depot_id": depot_id}
                vehicles.append((api.ask("POST", "/vehicles", {**MACHINES[kind], **body})["id"], kind))
                login, password = stage.hire(app, f"machine-{board}", Role.CREW, [UUID(district)])
                crews.append({"login": login, "password": password})
    _shifts(api, night, crews, vehicles)
    return City(crews=crews, districts=ids, depots=depots, attribution=attribution)


def mix(machines: int) -> Iterator[tuple[str, int]]:
    """How many machines of each kind a district with so many has; at least one of each where there are enough."""
    left = machines
    for kind, share in list(SHARES.items())[1:]:
        count = min(left, max(1, round(machines * share)))
        left -= count
        yield kind, count
    yield PLOUGH, left


def cut(
    network: Network, count: int
) -> Iterator[tuple[tuple[float, float, float, float], tuple[float, float]]]:
    """Boxes (west, south, east, north) that tile the city with about as many metres of street each, and the middle of those streets."""
    lon, lat = _middles(network)
    whole = (
        float(lon.min()) - MARGIN_DEG,
        float(lat.min()) - MARGIN_DEG,
        float(lon.max()) + MARGIN_DEG,
        float(lat.max()) + MARGIN_DEG,
    )
    weight = np.where(network.street_class < StreetClass.SERVICE, network.length_m, 0.0)
    yield from _cut(lon, lat, weight, whole, count)


def _cut(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    weight: NDArray[np.float64],
    box: tuple[float, float, float, float],
    count: int,
) -> Iterator[tuple[tuple[float, float, float, float], tuple[float, float]]]:
    west, south, east, north = box
    if count == 1:
        total = float(weight.sum())
        middle = (west + east) / 2, (south + north) / 2
        if total > 0:
            middle = float((lon * weight).sum() / total), float((lat * weight).sum() / total)
        yield box, middle
        return
    first = count // 2
    wide = (east - west) * np.cos(np.radians(south)) > north - south
    along = lon if wide else lat
    order = np.argsort(along)
    reached = np.cumsum(weight[order])
    if len(reached) and reached[-1] > 0:
        at = float(along[order[int(np.searchsorted(reached, reached[-1] * first / count))]])
    else:  # no street to share out
        at = (west + east) / 2 if wide else (south + north) / 2
    low = along <= at
    boxes = (
        ((west, south, at, north), (at, south, east, north))
        if wide
        else ((west, south, east, at), (west, at, east, north))
    )
    for part, inside, share in zip((low, ~low), boxes, (first, count - first), strict=True):
        yield from _cut(lon[part], lat[part], weight[part], inside, share)


def _middles(network: Network) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ends = network.from_node, network.to_node
    lon, lat = (
        np.mean([values[end] for end in ends], axis=0) for values in (network.node_lon, network.node_lat)
    )
    return lon, lat


def _depot_at(network: Network, middle: tuple[float, float]) -> tuple[float, float]:
    """The middle of the nearest residential or larger street that lorries may drive both ways."""
    lon, lat = _middles(network)
    access = network.access.reshape(-1, 2) & Access.TRUCK
    usable = (access[:, 0] > 0) & (access[:, 1] > 0) & (network.street_class <= StreetClass.RESIDENTIAL)
    usable &= network.street_class >= StreetClass.TERTIARY
    away = np.hypot((lon - middle[0]) * np.cos(np.radians(middle[1])), lat - middle[1])
    at = int(np.argmin(np.where(usable, away, np.inf)))
    return float(lon[at]), float(lat[at])


def _shifts(api: Api, night: date, crews: list[dict[str, str]], vehicles: list[tuple[str, str]]) -> None:
    """Everybody clears from 20:00 to 05:00; spreaders grit until 07:00."""
    drivers = {each["login"]: each["id"] for each in api.all("/users")}
    midnight = stage.at(night, 0)
    hour = lambda h: (midnight + timedelta(hours=h)).isoformat()  # noqa: E731
    for crew, (vehicle_id, kind) in zip(crews, vehicles, strict=True):
        rest = {"earliest_at": hour(REST_H[0]), "latest_at": hour(REST_H[1]), "minutes": REST_MIN}
        ends = GRIT_END_H if kind == SPREADER else END_H
        shift = {"vehicle_id": vehicle_id, "driver_id": drivers[crew["login"]], "breaks": [rest]}
        api.ask("POST", "/shifts", {**shift, "starts_at": hour(BEGIN_H), "ends_at": hour(ends)})


def polygon(box: tuple[float, float, float, float]) -> dict[str, Any]:
    """A box as GeoJSON."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
