"""A whole waste day in minutes: planned, released, driven by simulated phones, planned anew at a breakdown, closed.

The server runs in this process with a clock that is put forward step by step; the phones are the app's own outbox and sync in a
process of their own, and everything goes through the public API. Sites, trucks and crews are invented; the streets are the invented
city's, or those of an OpenStreetMap file.
"""

from __future__ import annotations

import base64
import json
import random
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from datetime import time as dt_time
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from huey import Huey
from werkzeug.serving import WSGIRequestHandler, make_server

from backend.cli.phone_process import COMMAND
from backend.config import PROJECT_DIR
from shared.proofs import login_message
from shared.vocabulary import Role

STEP = timedelta(minutes=10)
LONGEST_DAY = timedelta(hours=14)
BREAKDOWN_AFTER = timedelta(hours=2)
SHIFT_H, BEGIN_H = 8, 7
SEED = 7
STREETS = (3, 4, 5, 6, 7)  # classes on which containers stand: secondary to living streets
SHORTEST_M = 40.0
ADMINISTRATOR = "administrator"
Say = Callable[[str], None]


class StepClock:
    """The demonstration's time: it stands until it is put forward."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The server's time."""
        return self.now


class Api:
    """One member of staff at the public API, signed in on a device of its own."""

    def __init__(self, app: Flask, login: str, password: str) -> None:
        self._client = app.test_client()
        key = Ed25519PrivateKey.generate()
        public = base64.b64encode(key.public_key().public_bytes_raw()).decode()
        self._headers = {"Accept-Language": "ru"}
        nonce = self.ask("POST", "/auth/nonce")["nonce"]
        signature = base64.b64encode(key.sign(login_message(login, nonce))).decode()
        body = {"login": login, "password": password, "device_key": public, "device_name": "waste day"}
        tokens = self.ask("POST", "/auth/login", {**body, "nonce": nonce, "signature": signature})
        self._headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON; an error says what the server said."""
        answer = self._client.open(f"/api/v1{path}", method=method, json=body, headers=self._headers)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise click.ClickException(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json


class Phones:
    """The crews' phones, in a process of their own."""

    def __init__(self, url: str, keys: Path) -> None:
        command = [*COMMAND, "fleet-day", "--server", url, "--keys", str(keys), "--seed", str(SEED)]
        self._process = subprocess.Popen(
            command, cwd=PROJECT_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, order: dict[str, Any]) -> dict[str, int]:
        """Say something and hear what was done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise click.ClickException("the phones' process has ended: what it said stands above")
        answer: dict[str, int] = json.loads(line)
        return answer

    def close(self) -> None:
        """Let the phones rest."""
        with self._process as phones:  # closes its pipes, and waits for it
            assert phones.stdin is not None
            phones.stdin.close()


def play(*, osm: Path | None, sites: int, trucks: int, seconds: float, say: Say) -> dict[str, Any]:
    """The whole day; what came of it."""
    with tempfile.TemporaryDirectory(prefix="qala-waste-day-") as folder:
        clock = StepClock(_at(date.today() - timedelta(days=1), BEGIN_H - 1))
        app = _application(Path(folder), clock)
        with _served(app, clock) as url, _worked(app):
            administrator, password = _staff(app, ADMINISTRATOR, Role.ADMINISTRATOR, [])
            api = Api(app, administrator, password)
            _streets(app, osm, say)
            crews = _city(app, api, clock, sites, trucks)
            return _day(app, url, Path(folder), clock, api, crews, seconds, say)


def _day(
    app: Flask,
    url: str,
    folder: Path,
    clock: StepClock,
    dispatcher: Api,
    crews: list[dict[str, str]],
    seconds: float,
    say: Say,
) -> dict[str, Any]:
    day = clock.now.astimezone(_zone(app)).date()
    plan = dispatcher.ask(
        "POST",
        "/plans",
        {
            "kind": "waste",
            "day": day.isoformat(),
            "title": "Вывоз",
            "seconds": seconds,
            "balanced_min": SHIFT_H * 60 - 60,
        },
    )
    run = _watched(dispatcher, plan["id"], 1, say)
    say(_told(run["outcome"]))
    plan = dispatcher.ask("POST", f"/plans/{plan['id']}/moves", {"to": "released"})
    say(f"released: {len(plan['routes'])} routes on the phones")
    phones = Phones(url, folder / "phones")
    phones.tell({"crews": crews})
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
    found = _watched(dispatcher, plan_id, run["number"], lambda _line: None)
    dispatcher.ask("PUT", f"/plans/{plan_id}/runs/{run['number']}/acceptance")
    say(f"planned anew and accepted after {time.monotonic() - started:.1f} s: {_told(found['outcome'])}")


def _watched(dispatcher: Api, plan_id: str, number: int, say: Say) -> Any:
    """A run, once it is done; its progress is said on the way."""
    said = ""
    while True:
        run = dispatcher.ask("GET", f"/plans/{plan_id}/runs/{number}")
        progress = run["progress"]
        if run["state"] == "done":
            return run
        if run["state"] == "failed":
            raise click.ClickException(f"run {number} failed: {progress['text']}")
        line = progress["phase"]
        if progress["best_cost"] is not None:
            line = f"best {progress['best_cost']:,.0f} ₸, {progress['seconds_left']:.0f} s left"
        if line != said:
            said = line
            say(f"  {line}")
        time.sleep(0.5)


def _told(outcome: dict[str, Any]) -> str:
    gap = "" if outcome["gap"] is None else f", at most {outcome['gap']:.0%} above the least possible"
    text = (
        f"{len(outcome['tours'])} tours, {outcome['served']} sites, {outcome['distance_m'] / 1000:.0f} km, "
        f"{outcome['cost']['total']:,.0f} ₸{gap}"
    )
    left = [f"{each['title']}: {each['text']}" for each in outcome["unserved"]]
    return "\n    left out: ".join([text, *left[:5]])


def _summary(dispatcher: Api, plan: dict[str, Any], seen: dict[str, int], took: timedelta) -> dict[str, Any]:
    """What came of the day, as the API tells it."""
    routes = [dispatcher.ask("GET", f"/routes/{route['id']}") for route in plan["routes"]]
    stops = [stop for route in routes for stop in route["stops"] if stop["action"] == "collect"]
    emptied = sum(site["emptied_at"] is not None for site in _all(dispatcher, "/containers"))
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


# --- the city -------------------------------------------------------------------------------------------------------


def _application(folder: Path, clock: StepClock) -> Flask:
    from backend.app import create_app
    from backend.cli.migrate import upgrade
    from backend.config import load_settings

    # A day of the clock passes in minutes: nobody signs in anew within it
    given = {"QALA_INSTANCE_DIR": str(folder), "QALA_LOG_LEVEL": "ERROR", "QALA_ACCESS_TOKEN_MINUTES": "1440"}
    app = create_app(load_settings(given), clock=clock, describe_api=False)
    with app.app_context():
        upgrade()
    return app


def _staff(app: Flask, login: str, role: Role, district_ids: list[UUID]) -> tuple[str, str]:
    """Somebody who can sign in: login and password."""
    from backend.accounts import service as accounts
    from backend.database import transaction

    password = secrets.token_urlsafe(12)
    with app.app_context(), transaction():
        _row, code = accounts.create_user(
            login=login, display_name=login, role=role, district_ids=district_ids, actor="demo"
        )
        accounts.set_password(code, password, accounts.hash_password(password))
    return login, password


def _streets(app: Flask, osm: Path | None, say: Say) -> None:
    """The invented city's, or those of a file."""
    from backend.cli import demo_streets
    from backend.database import transaction
    from backend.streets import service as streets
    from backend.streets.importing import import_file

    with app.app_context():
        if osm is None:
            demo_streets.fill("demo")
        else:
            import_file(osm, by="demo", anywhere=True)
        with transaction(read_only=True):
            row = streets.newest_import()
            assert row is not None
            say(f"streets: {row.source}, {row.counts['segments']} segments; {row.attribution}")


def _city(app: Flask, api: Api, clock: StepClock, sites: int, trucks: int) -> list[dict[str, str]]:
    """One district with a depot, two landfills, trucks with crews on shift, and container sites along the streets."""
    rng = random.Random(SEED)
    spots = _kerbs(app, sites + 3, rng)
    names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Waste day")
    district = api.ask("POST", "/districts", {"code": "waste-day", **names})["id"]
    begins_at = _at(clock.now.astimezone(_zone(app)).date(), BEGIN_H, app)
    hours = {
        "starts_at": begins_at.isoformat(),
        "ends_at": (begins_at + timedelta(hours=SHIFT_H)).isoformat(),
    }
    lunch = {
        "earliest_at": (begins_at + timedelta(hours=3)).isoformat(),
        "latest_at": (begins_at + timedelta(hours=5)).isoformat(),
        "minutes": 30,
    }
    places = {"depot": spots[:1], "landfill": spots[1:3]}
    made = [
        api.ask(
            "POST",
            "/facilities",
            {
                "district_id": district,
                "kind": kind,
                "name": f"{kind} {number}",
                "place": _point(spot),
                "unload_min": 10,
            },
        )
        for kind, found in places.items()
        for number, spot in enumerate(found, start=1)
    ]
    crews = []
    for number in range(1, trucks + 1):
        truck = {
            "district_id": district,
            "board_number": f"{100 + number}",
            "kind": "refuse_rear",
            "container_types": ["wheeled"],
            "capacity_kg": 8000,
            "capacity_m3": 16,
            "compaction": 4,
            "gross_weight_t": 18,
            "depot_id": made[0]["id"],
            "cost_fixed_kzt": 15000,
            "cost_per_km_kzt": 250,
            "cost_per_h_kzt": 4000,
        }
        vehicle = api.ask("POST", "/vehicles", truck)
        login, password = _staff(app, f"crew-{number}", Role.CREW, [UUID(district)])
        crews.append({"login": login, "password": password})
        driver = next(each["id"] for each in _all(api, "/users") if each["login"] == login)
        shift = {"vehicle_id": vehicle["id"], "driver_id": driver, "breaks": [lunch]}
        api.ask("POST", "/shifts", {**shift, **hours})
    for number, spot in enumerate(spots[3:], start=1):
        count = rng.randint(2, 5)
        site = {
            "district_id": district,
            "code": f"КП-{number}",
            "address": f"Площадка {number}",
            "place": _point(spot),
            "containers": [{"type": "wheeled", "count": count, "volume_m3": 1.1}],
            "demand_m3": [round(count * 1.1 * rng.uniform(0.4, 1.0), 1)] * 7,
            "demand_kg": [round(count * 90 * rng.uniform(0.4, 1.0))] * 7,
            "service_min": round(1.5 + 0.7 * count, 1),
        }
        api.ask("POST", "/containers", site)
    return crews


def _all(api: Api, path: str) -> Iterator[Any]:
    """Every item of a list."""
    cursor = ""
    while True:
        page = api.ask("GET", f"{path}?limit=100{cursor}")
        yield from page["items"]
        if page["next"] is None:
            return
        cursor = f"&cursor={page['next']}"


def _kerbs(app: Flask, count: int, rng: random.Random) -> list[tuple[float, float]]:
    """Places in the middle of streets that a truck can get to and back from: lon and lat."""
    from backend.database import transaction
    from backend.streets import service as streets

    with app.app_context(), transaction(read_only=True):
        search = streets.search()
    network = search.network
    served = search.graph(streets.truck(weight_t=18.0)).served
    usable = (
        np.isin(network.street_class, STREETS) & served[0::2] & served[1::2] & (network.length_m > SHORTEST_M)
    )
    chosen = rng.sample(np.flatnonzero(usable).tolist(), count)
    lines = [network.line(segment) for segment in chosen]
    return [tuple(((line[0] + line[1]) / 2).round(6).tolist()) for line in lines]


def _point(spot: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Point", "coordinates": list(spot)}


def _zone(app: Flask) -> ZoneInfo:
    return ZoneInfo(app.config["QALA"].time_zone)


def _at(day: date, hour: int, app: Flask | None = None) -> datetime:
    """An hour of a day by the city's clock."""
    zone = ZoneInfo("Asia/Almaty") if app is None else _zone(app)
    return datetime.combine(day, dt_time(hour), zone).astimezone(UTC)


@contextmanager
def _served(app: Flask, clock: StepClock) -> Iterator[str]:
    """The application on a free port of this machine; its «Date» is the demonstration's."""

    class Handler(WSGIRequestHandler):
        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(clock().timestamp() if timestamp is None else timestamp)

        def log(self, type: str, message: str, *args: Any) -> None:
            """Nothing: the summary tells."""

    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def _worked(app: Flask) -> Iterator[None]:
    """A worker for each lane."""
    stopping = threading.Event()
    jobs = app.extensions["qala_jobs"]
    threads = [
        threading.Thread(target=_work, args=(lane, stopping), daemon=True)
        for lane in (jobs.huey, jobs.long_huey)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for thread in threads:
            thread.join()


def _work(lane: Huey, stopping: threading.Event) -> None:
    while not stopping.is_set():
        task = lane.dequeue()
        if task is None:
            stopping.wait(0.05)
        else:
            lane.execute(task)
