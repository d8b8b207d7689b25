"""The city of a waste day, entered as its staff would: facilities, trucks with crews on shift, container sites out of a GeoJSON file."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import Flask

from backend.cli import stage
from backend.cli.stage import Api, StepClock
from backend.cli.waste_day.placing import CityPlan, SitePlan, Spot, lay_out
from shared.vocabulary import Role

SHIFT_H, BEGIN_H = 8, 7
LUNCH_H = 3, 5  # of the shift: from when, until when
OPEN = [{"weekday": day, "opens": "07:00", "closes": "19:00"} for day in range(7)]
GROSS_T = 18.0
TRUCK_KG, TRUCK_M3, COMPACTION = 8000, 16, 4
TRUCK_L = TRUCK_M3 * COMPACTION * 1000  # of loose waste
TRUCK = {
    "kind": "refuse_rear",
    "container_types": ["wheeled"],
    "capacity_kg": TRUCK_KG,
    "capacity_m3": TRUCK_M3,
    "compaction": COMPACTION,
    "gross_weight_t": GROSS_T,
    "cost_fixed_kzt": 15000,
    "cost_per_km_kzt": 250,
    "cost_per_h_kzt": 4000,
}
KG_PER_M3 = 150
ARRIVE_MIN, LIFT_MIN = 2.0, 1.0  # of a site, and of each of its containers
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class City:
    """Who drives, and where everything stands."""

    crews: list[dict[str, str]]
    plan: CityPlan
    attribution: str


def fill(
    app: Flask,
    api: Api,
    clock: StepClock,
    *,
    osm: Path | None,
    sites: int,
    trucks: int,
    landfills: int,
    seed: int,
    say: Say,
) -> City:
    """One district with everything that a waste day needs."""
    attribution = stage.lay_streets(app, osm, say)
    plan = _laid_out(app, osm, sites=sites, landfills=landfills, seed=seed)
    names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Waste day")
    district = api.ask("POST", "/districts", {"code": "waste-day", **names})["id"]
    depot_id = _facility(api, district, "depot", plan.depot, None)
    for spot in plan.landfills:
        _facility(api, district, "landfill", spot, OPEN)
    crews = _crews(app, api, clock, district, depot_id, trucks)
    _sites(api, district, plan.sites)
    known = sum(each.spot.mapped for each in plan.sites)
    kg = sum(each.m3_a_day for each in plan.sites) * KG_PER_M3
    say(
        f"{len(plan.sites)} container sites ({known} of them on the map), {sum(e.containers for e in plan.sites)} containers, "
        f"{kg / 1000:.0f} t a day; {len(plan.landfills)} landfills: {', '.join(e.name for e in plan.landfills)}; {trucks} trucks"
    )
    return City(crews=crews, plan=plan, attribution=attribution)


def _laid_out(app: Flask, osm: Path | None, *, sites: int, landfills: int, seed: int) -> CityPlan:
    from backend.cli.waste_day.mapped import read_mapped
    from backend.database import transaction
    from backend.streets import service as streets

    with app.app_context(), transaction(read_only=True):
        search = streets.search()
    return lay_out(
        search,
        streets.truck(weight_t=GROSS_T),
        None if osm is None else read_mapped(osm),
        sites=sites,
        landfills=landfills,
        rng=random.Random(seed),
    )


def _facility(api: Api, district: str, kind: str, spot: Spot, hours: list[dict[str, Any]] | None) -> str:
    body = {"district_id": district, "kind": kind, "name": spot.name, "place": _point(spot), "unload_min": 10}
    made = api.ask("POST", "/facilities", {**body, "hours": hours})
    return str(made["id"])


def _crews(
    app: Flask, api: Api, clock: StepClock, district: str, depot_id: str, trucks: int
) -> list[dict[str, str]]:
    """A crew with a phone for each truck, on shift all day, with a lunch."""
    begins_at = stage.at(clock.now.astimezone(stage.zone(app)).date(), BEGIN_H)
    hours = {
        "starts_at": begins_at.isoformat(),
        "ends_at": (begins_at + timedelta(hours=SHIFT_H)).isoformat(),
    }
    lunch = {
        "earliest_at": (begins_at + timedelta(hours=LUNCH_H[0])).isoformat(),
        "latest_at": (begins_at + timedelta(hours=LUNCH_H[1])).isoformat(),
        "minutes": 30,
    }
    crews, vehicles = [], []
    for number in range(1, trucks + 1):
        truck = {**TRUCK, "district_id": district, "board_number": f"{100 + number}", "depot_id": depot_id}
        vehicles.append(api.ask("POST", "/vehicles", truck)["id"])
        login, password = stage.hire(app, f"crew-{number}", Role.CREW, [UUID(district)])
        crews.append({"login": login, "password": password})
    drivers = {each["login"]: each["id"] for each in api.all("/users")}
    for crew, vehicle_id in zip(crews, vehicles, strict=True):
        shift = {"vehicle_id": vehicle_id, "driver_id": drivers[crew["login"]], "breaks": [lunch]}
        api.ask("POST", "/shifts", {**shift, **hours})
    return crews


def _sites(api: Api, district: str, sites: tuple[SitePlan, ...]) -> None:
    """All sites in one file, as an operator would hand them over."""
    features = [
        {
            "type": "Feature",
            "geometry": _point(site.spot),
            "properties": {
                "code": f"КП-{number:03d}",
                "address": f"{site.spot.name or 'Площадка'}, КП-{number:03d}",
                "containers": f"{site.containers} × 1,1 евро",
                "demand_m3": site.m3_a_day,
                "demand_kg": round(site.m3_a_day * KG_PER_M3),
                "service_min": ARRIVE_MIN + LIFT_MIN * site.containers,
            },
        }
        for number, site in enumerate(sites, start=1)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()
    report = api.send(f"/containers/imports?dry_run=false&district={district}", content, "sites.geojson")
    if not report["written"]:
        raise click.ClickException(f"the sites were not taken: {report['flaws'][:3]}")


def _point(spot: Spot) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [spot.lon, spot.lat]}
