"""The hauling of a snow night: loaders and trucks of two owners, two dumps, a plan in trips, and the morning's books."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from flask import Flask

from backend.cli import stage
from backend.cli.snow_night.city import BEGIN_H, END_H
from backend.cli.stage import Api
from backend.streets.network import Access, Network, StreetClass
from shared.vocabulary import Role

LOADER = {"kind": "snow_loader", "gross_weight_t": 10.0, "cost_per_km_kzt": 200, "cost_per_h_kzt": 9000}
TRUCK = {
    "kind": "dump_truck",
    "gross_weight_t": 18.0,
    "capacity_m3": 12,
    "compaction": 1,
    "cost_per_km_kzt": 220,
    "cost_per_h_kzt": 6000,
}
CONTRACTOR = "ТОО «Ақ жол»"
DUMPS = (("Снегосвалка Северная", 25, 4), ("Снегосвалка Южная", 40, 2))  # tenge a m³, bays
COUNTED = 0.9  # the share of truckloads that the gate has counted
SEED = 11


def equip(
    app: Flask, api: Api, network: Network, night: date, *, loaders: int, trucks: int
) -> list[dict[str, str]]:
    """Loaders of the city, trucks of the city and of a contractor, two dumps at the ends of the city; the crews' logins."""
    depot, *dumps = _ends(network)
    depot_id = _facility(api, {"kind": "depot", "name": "Автобаза", "place": depot})
    for (name, price, bays), place in zip(DUMPS, dumps, strict=True):
        _facility(
            api,
            {
                "kind": "snow_dump",
                "name": name,
                "place": place,
                "unload_min": 5,
                "bays": bays,
                "price_m3_kzt": price,
            },
        )
    district_ids = [UUID(each["id"]) for each in api.ask("GET", "/districts")["items"]]
    crews, vehicles = [], []
    for number in range(loaders + trucks):
        board = f"{700 + number}"
        body: dict[str, Any] = {**(LOADER if number < loaders else TRUCK), "board_number": board}
        if number >= loaders + trucks // 2:
            body["contractor"] = CONTRACTOR
        vehicles.append(
            api.ask("POST", "/vehicles", {**body, "district_id": None, "depot_id": depot_id})["id"]
        )
        login, password = stage.hire(app, f"haulier-{board}", Role.CREW, district_ids)
        crews.append({"login": login, "password": password})
    drivers = {each["login"]: each["id"] for each in api.all("/users")}
    begins = stage.at(night, 0) + timedelta(hours=BEGIN_H)
    ends = stage.at(night, 0) + timedelta(hours=END_H)
    for number, (crew, vehicle_id) in enumerate(zip(crews, vehicles, strict=True)):
        shift = {"vehicle_id": vehicle_id, "driver_id": drivers[crew["login"]]}
        shift["district_id"] = str(district_ids[number % len(district_ids)])
        api.ask("POST", "/shifts", {**shift, "starts_at": begins.isoformat(), "ends_at": ends.isoformat()})
    return crews


def plan(
    api: Api, night: date, seconds: float, say: Callable[[str], None]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The trips of the night on the phones, and their figures."""
    wish = {"kind": "snow_hauling", "day": night.isoformat(), "title": "Вывоз снега", "seconds": seconds}
    asked = api.ask("POST", "/plans", wish)
    outcome = stage.watched(api, asked["id"], 1, lambda _line: None)["outcome"]
    say(
        f"hauling: {outcome['hauled_m3']:.0f} m³ in {outcome['trips']} trips, trucks wait {outcome['waited_s'] / 3600:.1f} h together; "
        f"{outcome['left_m3']:.0f} m³ stay for other nights; {outcome['cost']['total']:,.0f} ₸"
    )
    released = api.ask("POST", f"/plans/{asked['id']}/moves", {"to": "released"})
    return released, {
        "planned_trips": outcome["trips"],
        "planned_m3": round(outcome["hauled_m3"]),
        "stays_m3": round(outcome["left_m3"]),
    }


def settle(api: Api, hauling: dict[str, Any], night: date, say: Callable[[str], None]) -> dict[str, Any]:
    """The dumps enter what their gates counted (one lost its list for an hour), and the books are held against each other."""
    rng = random.Random(SEED)
    for route in hauling["routes"]:
        whole = api.ask("GET", f"/routes/{route['id']}")
        for stop in whole["stops"]:
            if stop["action"] != "unload" or stop["state"] != "done" or rng.random() > COUNTED:
                continue
            planned = stop["haul"]
            count = {
                "board_number": whole["vehicle"],
                "counted_at": _moment(stop["reported_at"]),
                "volume_m3": round(max(1.0, planned["m3"] * rng.uniform(0.85, 1.0)), 1),
            }
            api.ask("POST", f"/facilities/{planned['dump_id']}/gate-counts", count)
    books = api.ask("GET", f"/hauling/volumes?from={night}&to={night + timedelta(days=1)}")
    for each in books["contractors"]:
        found = ", ".join(f"{name} {count}" for name, count in sorted(each["differences"].items())) or "none"
        say(
            f"{each['contractor'] or 'the city'}: {each['trips']} trips, planned {each['planned_m3']:.0f} m³, told {each['told_m3']:.0f} m³, "
            f"counted {each['gate_m3']:.0f} m³; differences: {found}"
        )
    return {
        "hauled_trips": sum(each["trips"] for each in books["contractors"]),
        "told_m3": round(sum(each["told_m3"] for each in books["contractors"])),
        "counted_m3": round(sum(each["gate_m3"] for each in books["contractors"])),
    }


def _facility(api: Api, fields: dict[str, Any]) -> str:
    return str(api.ask("POST", "/facilities", {"district_id": None, "hours": None, **fields})["id"])


def _ends(network: Network) -> list[dict[str, Any]]:
    """Places on streets that lorries drive both ways: in the middle of the city, in the north and in the south."""
    access = network.access.reshape(-1, 2) & Access.TRUCK
    usable = (access > 0).all(axis=1) & (network.street_class <= StreetClass.RESIDENTIAL)
    lon = (network.node_lon[network.from_node] + network.node_lon[network.to_node]) / 2
    lat = (network.node_lat[network.from_node] + network.node_lat[network.to_node]) / 2
    order = np.flatnonzero(usable)[np.argsort(lat[usable], kind="stable")]
    chosen = (order[len(order) // 2], order[len(order) * 49 // 50], order[len(order) // 50])
    return [{"type": "Point", "coordinates": [float(lon[at]), float(lat[at])]} for at in chosen]


def _moment(text: str) -> str:
    return datetime.fromisoformat(text).isoformat()
