"""A whole waste day in minutes: planned, released, driven by simulated phones, planned anew at a breakdown, closed.

The server runs in this process with a clock that is put forward step by step; the phones are the app's own outbox and sync in a
process of their own, and everything goes through the public API. Trucks and crews are invented; streets, containers, landfills and
homes are the map's where a file is given, and invented where it tells nothing.
"""

from __future__ import annotations

import tempfile
import time
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask

from backend.cli import stage
from backend.cli.stage import Api, Phones, StepClock
from backend.cli.waste_day.auditing import unloaded_kg, violations
from backend.cli.waste_day.city import BEGIN_H, LUNCH_H, SHIFT_H, TRUCK_KG, TRUCK_L, City, Say, fill
from shared.vocabulary import Role

STEP = timedelta(minutes=10)
LONGEST_DAY = timedelta(hours=14)
BREAKDOWN_AFTER = timedelta(hours=2)
SEED = 7
ADMINISTRATOR = "administrator"
SAID_MOST = 5


def play(
    *,
    osm: Path | None,
    sites: int,
    trucks: int,
    seconds: float,
    say: Say,
    landfills: int = 2,
    picture: Path | None = None,
    instance: Path | None = None,
) -> dict[str, Any]:
    """The whole day; what came of it. ``instance``: a folder with a database whose streets are driven, where there is one."""
    with (
        tempfile.TemporaryDirectory(prefix="qala-waste-day-")
        if instance is None
        else nullcontext(str(instance)) as folder
    ):
        clock = StepClock(stage.at(date.today() - timedelta(days=1), BEGIN_H - 1))
        app = stage.application(Path(folder), clock)
        with stage.served(app, clock) as url, stage.worked(app):
            api = Api(app, *stage.hire(app, ADMINISTRATOR, Role.ADMINISTRATOR, []))
            city = fill(
                app,
                api,
                clock,
                osm=osm,
                sites=sites,
                trucks=trucks,
                landfills=landfills,
                seed=SEED,
                say=say,
            )
            plan, planned = _planned(app, clock, api, seconds, say)
            if picture is not None:
                name = "Invented city" if osm is None else osm.name.split(".")[0].capitalize()
                _draw(app, api, plan, planned, city, name, picture)
                say(f"picture: {picture}")
            return planned | _driven(url, Path(folder), clock, api, city, plan, say)


def _planned(
    app: Flask, clock: StepClock, dispatcher: Api, seconds: float, say: Say
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan on the phones, and its figures."""
    day = clock.now.astimezone(stage.zone(app)).date()
    wish = {"kind": "waste", "day": day.isoformat(), "title": "Вывоз", "seconds": seconds}
    wish |= {"fill_from": 0, "must_from": 0.5, "balanced_min": SHIFT_H * 60 - 60}
    plan = dispatcher.ask("POST", "/plans", wish)
    run = stage.watched(dispatcher, plan["id"], 1, say)
    outcome = run["outcome"]
    broken = violations(
        outcome,
        capacity_kg=TRUCK_KG,
        capacity_l=TRUCK_L,
        begins_at=stage.at(day, BEGIN_H),
        shift_h=SHIFT_H,
        rest_by_h=LUNCH_H[1],
    )
    say(_told(outcome))
    for tour in outcome["tours"]:
        say(f"    {_tour_told(tour, stage.zone(app))}")
    for line in broken:
        say(f"    broken: {line}")
    plan = dispatcher.ask("POST", f"/plans/{plan['id']}/moves", {"to": "released"})
    say(f"released: {len(plan['routes'])} routes on the phones")
    tours = outcome["tours"]
    return plan, {
        "violations": len(broken),
        "tours": len(tours),
        "served": outcome["served"],
        "left_out": len(outcome["unserved"]),
        "distance_km": round(outcome["distance_m"] / 1000, 1),
        "unloads": sum(visit["act"] == "unload" for tour in tours for visit in tour["visits"]),
        "tonnes": round(sum(unloaded_kg(tour) for tour in tours) / 1000, 1),
        "longest_tour_h": round(max((tour["duration_s"] for tour in tours), default=0) / 3600, 2),
        "shortest_tour_h": round(min((tour["duration_s"] for tour in tours), default=0) / 3600, 2),
        "cost_kzt": round(outcome["cost"]["total"]),
        "gap_to_bound": outcome["gap"],
        "search_s": outcome["seconds"],
    }


def _driven(
    url: str,
    folder: Path,
    clock: StepClock,
    dispatcher: Api,
    city: City,
    plan: dict[str, Any],
    say: Say,
) -> dict[str, Any]:
    """Phones drive until nothing waits; a truck breaks down on the way."""
    phones = Phones(url, folder / "phones", SEED)
    phones.tell({"crews": city.crews})
    begin, broken = clock.now, False
    seen = {"done": 0, "skipped": 0, "fixes": 0}
    while clock.now - begin < LONGEST_DAY:
        clock.now += STEP
        acted = phones.tell({"now": clock.now.isoformat()})
        for name in seen:
            seen[name] += acted[name]
        if not broken and clock.now - begin >= BREAKDOWN_AFTER:
            broken = True
            _break_down(dispatcher, plan["id"], say)
        if acted["waiting"] == 0 and seen["done"] > 0:
            break
    phones.close()
    plan = dispatcher.ask("GET", f"/plans/{plan['id']}")
    if plan["state"] in ("released", "driving"):
        plan = dispatcher.ask("POST", f"/plans/{plan['id']}/moves", {"to": "closed", "reason": "Конец дня"})
    clock.now += timedelta(minutes=1)
    return _summary(dispatcher, plan, seen, clock.now - begin)


def _break_down(dispatcher: Api, plan_id: str, say: Say) -> None:
    """The truck with most left to do stops for good; what it still owed is planned anew and accepted."""
    plan = dispatcher.ask("GET", f"/plans/{plan_id}")
    routes = [dispatcher.ask("GET", f"/routes/{route['id']}") for route in plan["routes"]]
    worst = max(routes, key=lambda route: route["stop_counts"]["planned"])
    shift_id = next(route["shift_id"] for route in plan["routes"] if route["id"] == worst["id"])
    say(f"breakdown: {worst['vehicle']} with {worst['stop_counts']['planned']} stops left")
    started = time.monotonic()
    events = {"reason": f"Поломка машины {worst['vehicle']}", "out_shift_ids": [shift_id], "seconds": 2}
    run = dispatcher.ask("POST", f"/plans/{plan_id}/runs", events)
    found = stage.watched(dispatcher, plan_id, run["number"], lambda _line: None)
    dispatcher.ask("PUT", f"/plans/{plan_id}/runs/{run['number']}/acceptance")
    say(f"planned anew and accepted after {time.monotonic() - started:.1f} s: {_told(found['outcome'])}")


def _told(outcome: dict[str, Any]) -> str:
    gap = "" if outcome["gap"] is None else f", at most {outcome['gap']:.0%} above the least possible"
    text = (
        f"{len(outcome['tours'])} tours, {outcome['served']} sites, {outcome['distance_m'] / 1000:.0f} km, "
        f"{outcome['cost']['total']:,.0f} ₸{gap}"
    )
    left = [each["text"] for each in outcome["unserved"]]
    return "\n    left out: ".join([text, *left[:SAID_MOST]])


def _tour_told(tour: dict[str, Any], zone: ZoneInfo) -> str:
    visits = tour["visits"]
    stops = sum(visit["act"] == "stop" for visit in visits)
    unloads = sum(visit["act"] == "unload" for visit in visits)
    begin, end = (
        datetime.fromisoformat(moment).astimezone(zone)
        for moment in (visits[0]["leaves_at"], visits[-1]["arrives_at"])
    )
    return (
        f"{tour['vehicle']}: {begin:%H:%M} to {end:%H:%M}, {tour['duration_s'] / 3600:.1f} h, {stops} sites, {unloaded_kg(tour) / 1000:.1f} t "
        f"in {unloads} loads, {tour['distance_m'] / 1000:.0f} km"
    )


def _draw(
    app: Flask,
    api: Api,
    plan: dict[str, Any],
    planned: dict[str, Any],
    city: City,
    name: str,
    file: Path,
) -> None:
    """The plan as released, on its streets."""
    from backend.cli.waste_day.picture import draw
    from backend.database import transaction
    from backend.streets import service as streets

    with app.app_context(), transaction(read_only=True):
        network = streets.network()
    routes = [api.ask("GET", f"/routes/{route['id']}") for route in plan["routes"]]
    outcome = api.ask("GET", f"/plans/{plan['id']}/runs/1")["outcome"]
    sites = city.plan.sites
    known, trucks = sum(each.spot.mapped for each in sites), len(city.crews)
    gap = planned["gap_to_bound"]
    draw(
        network,
        routes,
        outcome["tours"],
        city.plan,
        title=f"{name}, a waste day: {len(sites)} container sites, {trucks} trucks, {len(city.plan.landfills)} landfills",
        caption=(
            f"{planned['served']} sites served by {planned['tours']} of {trucks} trucks, {planned['left_out']} left out; "
            f"{planned['tonnes']} t in {planned['unloads']} loads, {planned['distance_km']} km; "
            f"{planned['violations']} violations; found in {planned['search_s']:.0f} s"
            + ("" if gap is None else f", at most {gap:.0%} above the cost that no plan can beat"),
            f"{known} sites and {sum(each.mapped for each in city.plan.landfills)} of the landfills stand on the map; the other "
            "sites are invented where people live, and so are trucks, shifts and amounts. Each truck: 8 t, unloads before it",
            "comes home, has a lunch, 8 hours. Small maps: each truck alone, at a scale of its own.",
        ),
        attribution=f"Streets: {city.attribution}. Drawn by qala demo waste-day --picture",
        file=file,
    )


def _summary(dispatcher: Api, plan: dict[str, Any], seen: dict[str, int], took: timedelta) -> dict[str, Any]:
    """What came of the day, as the API tells it."""
    routes = [dispatcher.ask("GET", f"/routes/{route['id']}") for route in plan["routes"]]
    stops = [stop for route in routes for stop in route["stops"] if stop["action"] == "collect"]
    emptied = sum(site["emptied_at"] is not None for site in dispatcher.all("/containers"))
    return {
        "plan": plan["state"],
        "routes": len(routes),
        "hours": round(took.total_seconds() / 3600, 1),
        "collected": sum(stop["state"] == "done" for stop in stops),
        "skipped": sum(stop["state"] == "skipped" for stop in stops),
        "not_reached": sum(stop["state"] == "planned" for stop in stops),
        "positions": seen["fixes"],
        "sites_with_a_last_emptying": emptied,
    }
