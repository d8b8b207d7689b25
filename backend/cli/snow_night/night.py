"""A whole snow night in minutes: snowfall, needs, a plan by streets, released, driven by simulated phones, planned anew at a breakdown, closed, reported.

The server runs in this process with a clock that is put forward step by step; the phones are the app's own outbox and sync in a process of their
own, and everything goes through the public API. Districts, depots, machines and crews are invented; streets are the map's where a file is given.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask

from backend.cli import stage
from backend.cli.snow_night import city as city_of
from backend.cli.snow_night import hauling, morning
from backend.cli.snow_night.city import BEGIN_H, GRIT_END_H, SNOW_H, City
from backend.cli.stage import Api, Phones, StepClock
from shared.vocabulary import Role

STEP = timedelta(minutes=20)
BREAKDOWN_AFTER = timedelta(hours=2)
LONGEST = timedelta(hours=GRIT_END_H - BEGIN_H + 2)
SEED, SAID_MOST = 7, 5
AGAIN_LEAST_S = 4.0  # a new plan of a whole night looks at a thousand passes
DEPTH_CM, TEMPERATURE_C = 12, -9
BALANCED_MIN = 240  # a shift that works longer costs overtime: all machines are on the street anyway
ADMINISTRATOR = "administrator"
Say = Callable[[str], None]


def play(
    *,
    osm: Path | None,
    districts: int,
    machines: int,
    seconds: float,
    say: Say,
    loaders: int = 2,
    trucks: int = 6,
    beside: bool = False,
    picture: Path | None = None,
    instance: Path | None = None,
) -> dict[str, Any]:
    """The whole night; what came of it."""
    with (
        tempfile.TemporaryDirectory(prefix="qala-snow-night-")
        if instance is None
        else nullcontext(str(instance)) as folder
    ):
        night = date.today() - timedelta(days=1)
        clock = StepClock(stage.at(night, SNOW_H))
        app = stage.application(Path(folder), clock)
        with stage.served(app, clock) as url, stage.worked(app):
            api = Api(app, *stage.hire(app, ADMINISTRATOR, Role.ADMINISTRATOR, []))
            attribution = stage.lay_streets(app, osm, say)
            city = city_of.fill(
                app,
                api,
                _network(app),
                night,
                districts=districts,
                machines=machines,
                attribution=attribution,
            )
            say(f"{districts} districts, {machines} machines with crews on shift")
            _snow(api, clock, night, say)
            plan, planned = _planned(api, night, seconds, say)
            if picture is not None:
                _draw(app, api, plan, planned, city, osm, picture)
                say(f"picture: {picture}")
            hauliers: list[dict[str, str]] = []
            if loaders and trucks:
                hauliers = hauling.equip(app, api, _network(app), night, loaders=loaders, trucks=trucks)
                hauled, figures = hauling.plan(api, night, seconds / 4, say)
                planned |= figures
            if beside:
                planned |= _beside(app, plan["id"], say)
            crews = [*city.crews, *hauliers]
            found = planned | _driven(url, Path(folder), clock, api, crews, plan, seconds, say)
            if hauliers:
                found |= hauling.settle(api, hauled, night, say)
            return found


def _network(app: Flask) -> Any:
    from backend.database import transaction
    from backend.streets import service as streets

    with app.app_context(), transaction(read_only=True):
        return streets.network()


def _snow(api: Api, clock: StepClock, night: date, say: Say) -> None:
    """It has snowed all day; what the streets need of it."""
    fall = {
        "begun_at": (clock.now - timedelta(hours=8)).isoformat(),
        "ended_at": clock.now.isoformat(),
        "depth_cm": DEPTH_CM,
        "temperature_c": TEMPERATURE_C,
        "icing": True,
    }
    api.ask("POST", "/winter/snowfalls", fall)
    needs = api.ask("GET", f"/winter/needs?night={night.isoformat()}&limit=0")
    km: dict[str, float] = {}
    for each in needs["sums"]:
        km[each["work"]] = km.get(each["work"], 0.0) + each["km"]
    told = ", ".join(f"{work} {length:.0f} km" for work, length in sorted(km.items()))
    say(f"snowfall: {DEPTH_CM} cm at {TEMPERATURE_C} °C; the streets need {told} (passes together)")


def _planned(api: Api, night: date, seconds: float, say: Say) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan on the phones, and its figures."""
    begun = time.monotonic()
    wish = {"kind": "snow_clearing", "day": night.isoformat(), "title": "Снег", "seconds": seconds}
    wish |= {"balanced_min": BALANCED_MIN}
    plan = api.ask("POST", "/plans", wish)
    run = stage.watched(api, plan["id"], 1, say)
    outcome = run["outcome"]
    took_s = time.monotonic() - begun
    say(_told(outcome))
    plan = api.ask("POST", f"/plans/{plan['id']}/moves", {"to": "released"})
    say(f"released: {len(plan['routes'])} segment sheets on the phones; asked to planned in {took_s:.0f} s")
    visits = [visit for tour in outcome["tours"] for visit in tour["visits"] if visit["act"] == "run"]
    driven_m = outcome["worked_m"] + outcome["idle_m"]
    return plan, {
        "tours": len(outcome["tours"]),
        "passes": outcome["served"],
        "runs": len(visits),
        "worked_km": round(outcome["worked_m"] / 1000, 1),
        "idle_km": round(outcome["idle_m"] / 1000, 1),
        "dead_head_share": round(outcome["idle_m"] / driven_m, 3) if driven_m else None,
        "late_passes": outcome["late"],
        "late_km": round(outcome["late_m"] / 1000, 1),
        "left_out_km": round(sum(each["metres"] for each in outcome["unserved"]) / 1000, 1),
        "cost_kzt": round(outcome["cost"]["total"]),
        "search_s": outcome["seconds"],
        "asked_to_planned_s": round(took_s, 1),
    }


def _draw(
    app: Flask,
    api: Api,
    plan: dict[str, Any],
    planned: dict[str, Any],
    city: City,
    osm: Path | None,
    file: Path,
) -> None:
    """The plan as released, on its streets."""
    from backend.cli.snow_night.picture import draw

    outcome = api.ask("GET", f"/plans/{plan['id']}/runs/1")["outcome"]
    name = "Invented city" if osm is None else osm.name.split(".")[0].capitalize()
    begins_at = stage.at(date.fromisoformat(plan["day"]), BEGIN_H).astimezone(stage.city_zone())
    draw(
        _network(app),
        outcome["tours"],
        [
            segment
            for each in outcome["unserved"]
            if each["work"] == "clear"
            for segment in each["segment_ids"]
        ],
        city.depots,
        begins_at=begins_at,
        title=f"{name}, a snow night: {DEPTH_CM} cm, {len(city.districts)} districts, {len(city.crews)} machines",
        caption=(
            f"{planned['worked_km']:,.0f} km of passes by {planned['tours']} machines, {planned['idle_km']:,.0f} km between "
            f"({planned['dead_head_share']:.0%} dead-heading), {planned['late_km']:.1f} km late, {planned['left_out_km']:.1f} km left out; "
            f"found in {planned['search_s']:.0f} s",
            "Colours: when a street gets its first pass; each direction by itself, never against the traffic; gritting from 05:00 is not drawn.",
            ("Streets are the map's; " if osm is not None else "")
            + "districts, depots, machines and the snow are invented. Small map: the machine that clears most.",
        ),
        attribution=f"Streets: {city.attribution}. Drawn by qala demo snow-night --picture",
        file=file,
    )


def _beside(app: Flask, plan_id: str, say: Say) -> dict[str, Any]:
    """The same night from a foreman's list: its figures beside the plan's."""
    from backend.database import db, transaction
    from backend.routing.clearing.check import check
    from backend.routing.clearing.problem import Task
    from backend.routing.evaluation.street_by_street import street_by_street
    from backend.routing.plans.clearing.night import Night, Posts, problem_of
    from backend.routing.plans.clearing.stages import merged, stages_of
    from backend.routing.plans.clearing.ways import NightStreets
    from backend.routing.plans.models import PlanRun
    from backend.streets import service as streets
    from shared.contracts import decode

    with app.app_context(), transaction(read_only=True):
        run = db.session().query(PlanRun).filter_by(plan_id=UUID(plan_id), number=1).one()
        night: Night = decode(Night, run.day)
        search = streets.search()
    plans, violations = [], 0
    tasks: dict[str, Task] = {}
    for stage_night in stages_of(night):
        posts = Posts(stage_night)
        problem = problem_of(stage_night, posts, NightStreets(search, stage_night, posts))
        plans.append(street_by_street(problem))
        violations += len(check(problem, plans[-1]))
        tasks |= problem.task
    plan = merged(plans)
    late_m = sum(tasks[id].modes[0].metres for id in plan.late_ids)
    left_m = sum(tasks[each.task_id].modes[0].metres for each in plan.undone)
    say(
        f"from a foreman's list: {len(plan.tours)} machines, {plan.worked_m / 1000:.0f} km of work, {plan.idle_m / 1000:.0f} km between "
        f"({plan.dead_head_share:.0%} dead-heading), {late_m / 1000:.1f} km late, {left_m / 1000:.1f} km left out, {plan.cost.total:,.0f} ₸"
    )
    return {
        "list_violations": violations,
        "list_worked_km": round(plan.worked_m / 1000, 1),
        "list_idle_km": round(plan.idle_m / 1000, 1),
        "list_dead_head_share": round(plan.dead_head_share, 3),
        "list_late_km": round(late_m / 1000, 1),
        "list_left_out_km": round(left_m / 1000, 1),
        "list_cost_kzt": round(plan.cost.total),
    }


def _driven(
    url: str,
    folder: Path,
    clock: StepClock,
    api: Api,
    crews: list[dict[str, str]],
    plan: dict[str, Any],
    seconds: float,
    say: Say,
) -> dict[str, Any]:
    """Phones drive until nothing waits; a plough breaks down on the way."""
    phones = Phones(url, folder / "phones", SEED)
    phones.tell({"crews": crews})
    begin, broken = clock.now, False
    seen = {"done": 0, "skipped": 0, "fixes": 0}
    while clock.now - begin < LONGEST:
        clock.now += STEP
        acted = phones.tell({"now": clock.now.isoformat()})
        for name in seen:
            seen[name] += acted[name]
        say(
            f"  {clock.now.astimezone(stage.city_zone()):%H:%M} {seen['done']} runs done, {seen['skipped']} skipped"
        )
        if not broken and clock.now - begin >= BREAKDOWN_AFTER + timedelta(hours=BEGIN_H - SNOW_H):
            broken = True
            _break_down(api, plan["id"], max(AGAIN_LEAST_S, seconds / 6), say)
        if acted["waiting"] == 0 and seen["done"] > 0:
            break
    phones.close()
    plan = api.ask("GET", f"/plans/{plan['id']}")
    if plan["state"] in ("released", "driving"):
        plan = api.ask("POST", f"/plans/{plan['id']}/moves", {"to": "closed", "reason": "Конец ночи"})
    clock.now += timedelta(minutes=1)
    return {
        "plan": plan["state"],
        "runs_done": seen["done"],
        "runs_skipped": seen["skipped"],
        "positions": seen["fixes"],
        **morning.tell(api, plan, say),
    }


def _break_down(api: Api, plan_id: str, seconds: float, say: Say) -> None:
    """The machine with most left to do stops for good; what it still owed is planned anew and accepted."""
    plan = api.ask("GET", f"/plans/{plan_id}")
    routes = [api.ask("GET", f"/routes/{route['id']}") for route in plan["routes"]]
    worst = max(routes, key=lambda route: route["stop_counts"]["planned"])
    shift_id = next(route["shift_id"] for route in plan["routes"] if route["id"] == worst["id"])
    say(f"breakdown: {worst['vehicle']} with {worst['stop_counts']['planned']} runs left")
    started = time.monotonic()
    events = {"reason": f"Поломка машины {worst['vehicle']}", "out_shift_ids": [shift_id], "seconds": seconds}
    run = api.ask("POST", f"/plans/{plan_id}/runs", events)
    found = stage.watched(api, plan_id, run["number"], lambda _line: None)
    api.ask("PUT", f"/plans/{plan_id}/runs/{run['number']}/acceptance")
    say(f"planned anew and accepted after {time.monotonic() - started:.1f} s: {_told(found['outcome'])}")


def _told(outcome: dict[str, Any]) -> str:
    driven_m = outcome["worked_m"] + outcome["idle_m"]
    text = (
        f"{len(outcome['tours'])} machines, {outcome['served']} passes, {outcome['worked_m'] / 1000:.0f} km of work, "
        f"{outcome['idle_m'] / 1000:.0f} km between ({outcome['idle_m'] / driven_m if driven_m else 0:.0%} dead-heading), "
        f"{outcome['late_m'] / 1000:.1f} km late, {outcome['cost']['total']:,.0f} ₸"
    )
    left = [f"{each['title'] or '—'}: {each['text']} ({each['metres']} m)" for each in outcome["unserved"]]
    return "\n    left out: ".join([text, *left[:SAID_MOST]])
