"""Positions and frames per second that the server takes in over HTTP: from trackers, phones and cameras, on SQLite and PostgreSQL.

A real gunicorn (two processes) answers eight vehicles at once over the loopback, each with a shift of its own. Nothing is
sent twice, and everything that is answered lies durably in the database. Nobody looks at the frames meanwhile.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from backend.app import create_app
from backend.cli.throughput import CLIENTS, client_of, databases, expect, frame_of, per_second, rate
from backend.cli.throughput_stage import (
    LAT,
    LON,
    SignedIn,
    YesVerifier,
    administrator,
    make_district,
    served,
    sign_in_new,
)
from backend.config import load_settings
from backend.database import db, transaction
from backend.fleet.shifts import service as shifts
from backend.fleet.trackers import service as trackers
from backend.fleet.vehicles import service as vehicles
from shared.vocabulary import Role, VehicleKind

STEP = timedelta(milliseconds=20)  # between the positions of one vehicle: a day has enough of them
IN_JSON, IN_BATCH, IN_LONG_BATCH = 10, 60, 500
IN_QUESTION = 500  # frames that a camera asks about at once
FRAME_STEP, FRAME_M, THERE_AND_BACK = timedelta(seconds=1), 9.0, 200  # new road with every frame
EAST_M = 1.0 / 64_000.0  # degrees of longitude in a metre, in Petropavl
FIXES, FRAMES_KEPT, NOWHERE = "location_fixes", "streamed_frames", ""
VEHICLE: dict[str, Any] = {
    "kind": VehicleKind.REFUSE_REAR,
    "plate": None,
    "model": "R",
    "container_types": [],
    "capacity_kg": None,
    "capacity_m3": None,
    "compaction": 1.0,
    "gross_weight_t": None,
    "height_m": None,
    "width_m": None,
    "depot_id": None,
    "cost_fixed_kzt": 0.0,
    "cost_per_km_kzt": 0.0,
    "cost_per_h_kzt": 0.0,
    "out_reason": None,
}


@dataclass(frozen=True)
class Crew:
    """A driver at work, the secret ids of tracker and camera in the vehicle, and what they send."""

    driver: SignedIn
    tracker: str
    times: Iterator[datetime]
    camera: str
    frames: Iterator[dict[str, Any]]


def measure_fleet(seconds: float) -> dict[str, Any]:
    """Every rate on every database that this machine has, in the form of every measurement."""
    started = time.perf_counter()
    goals: list[dict[str, Any]] = []
    samples = 0
    with ExitStack() as stack:
        for name, url in databases(stack):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qala-fleet-")))
            chosen = replace(
                load_settings({}, instance_dir=folder, database_url=url, log_level="ERROR"),
                tracker_rate="1000000 per second",
                frames_rate="1000000 per second",
                frames_waiting_max=10_000_000,
            )
            app = create_app(chosen, verifier=YesVerifier, jobs_immediate=True)
            with app.app_context():
                upgrade()
                crews = _crews()
            answered: Counter[str] = Counter()
            with served(chosen) as address:
                for what, table, each, make in _kinds(address, crews):
                    counts = per_second(make, CLIENTS, seconds)
                    goals.append(rate(f"{what}/s, {name}", counts, each=each))
                    answered[table] += each * sum(counts)
            samples += answered.total()
            _require_kept(app, answered)
    return {
        "name": "fleet",
        "version": "1",
        "seconds": round(time.perf_counter() - started, 1),
        "samples": samples,
        "data": f"{CLIENTS} vehicles at once, gunicorn with 2 processes",
        "goals": goals,
    }


def _kinds(
    address: str, crews: list[Crew]
) -> Iterator[tuple[str, str, int, Callable[[], Callable[[], None]]]]:
    """What is measured, the table that holds it, how many an act brings, and how each of the clients makes its acts."""
    yield "tracker, one fix a request, fixes", FIXES, 1, _each(crews, lambda crew: _query(address, crew))
    yield (
        f"tracker, JSON of {IN_JSON}, fixes",
        FIXES,
        IN_JSON,
        _each(crews, lambda crew: _json(address, crew)),
    )
    for size in (IN_BATCH, IN_LONG_BATCH):
        make = _each(crews, lambda crew, size=size: _batch(address, crew, size))  # type: ignore[misc]
        yield f"phone, batches of {size}, fixes", FIXES, size, make
    asks = _each(crews, lambda crew: _question(address, crew))
    yield f"camera, questions of {IN_QUESTION}, frames asked about", NOWHERE, IN_QUESTION, asks
    yield "camera, frames kept", FRAMES_KEPT, 1, _each(crews, lambda crew: _frame(address, crew))


def _each(crews: list[Crew], make: Callable[[Crew], Callable[[], None]]) -> Callable[[], Callable[[], None]]:
    turn = itertools.cycle(crews)
    return lambda: make(next(turn))


def _query(address: str, crew: Crew) -> Callable[[], None]:
    client = client_of(address)

    def act() -> None:
        said: dict[str, str | float] = {
            "id": crew.tracker,
            "lat": LAT,
            "lon": LON,
            "speed": 12,
            "timestamp": next(crew.times).timestamp(),
        }
        expect(client.get("/osmand", params=said))

    return act


def _json(address: str, crew: Crew) -> Callable[[], None]:
    client = client_of(address)
    coords = {"latitude": LAT, "longitude": LON, "speed": 6.0, "heading": 90, "accuracy": 5}

    def act() -> None:
        times = itertools.islice(crew.times, IN_JSON)
        places = [{"timestamp": at.isoformat(), "coords": coords} for at in times]
        expect(client.post("/osmand", json={"device_id": crew.tracker, "location": places}))

    return act


def _batch(address: str, crew: Crew, size: int) -> Callable[[], None]:
    client = client_of(address, crew.driver.token)

    def act() -> None:
        times = itertools.islice(crew.times, size)
        fixes = [{"lat": LAT, "lon": LON, "accuracy_m": 6, "taken_at": at.isoformat()} for at in times]
        batch = {"id": str(uuid4()), "device_id": str(crew.driver.device_id), "fixes": fixes}
        expect(client.put(f"/location-fixes/{batch['id']}", json=batch))

    return act


def _question(address: str, crew: Crew) -> Callable[[], None]:
    client, drive_id = client_of(address, crew.camera), uuid4()

    def act() -> None:
        frames = list(itertools.islice(crew.frames, IN_QUESTION))
        expect(client.post(f"/drives/{drive_id}/offers", json={"frames": frames}))

    return act


def _frame(address: str, crew: Crew) -> Callable[[], None]:
    client, drive_id, picture = client_of(address, crew.camera), uuid4(), frame_of(1)

    def act() -> None:
        photo = picture + uuid4().bytes  # behind the picture's end: the same bytes are the same report
        about = json.dumps(next(crew.frames))
        path = f"/drives/{drive_id}/frames/{hashlib.sha256(photo).hexdigest()}"
        answer = client.put(path, data={"about": about}, files={"photo": ("f.jpg", photo, "image/jpeg")})
        expect(answer)
        if answer.json()["outcome"] != "kept":
            raise RuntimeError(f"a frame of new road was passed over: {answer.text}")

    return act


def _frames(number: int, begin: datetime) -> Iterator[dict[str, Any]]:
    """A camera's frames, there and back along a street of its own."""
    for step in itertools.count():
        there = step % (2 * THERE_AND_BACK)
        east_m = FRAME_M * min(there, 2 * THERE_AND_BACK - there)
        at = begin + FRAME_STEP * step
        yield {
            "taken_at": at.isoformat(),
            "lat": LAT + 0.001 * number,
            "lon": LON + east_m * EAST_M,
            "accuracy_m": 5,
        }


def _crews() -> list[Crew]:
    """A vehicle with a tracker, a driver and a shift for each client."""
    district_id, begin = make_district(), datetime.now(UTC) - timedelta(hours=22)
    return [_crew(number, district_id, begin) for number in range(CLIENTS)]


def _crew(number: int, district_id: UUID, begin: datetime) -> Crew:
    driver = sign_in_new(f"crew-{number}", Role.CREW, district_id)
    by = administrator(driver.user_id)
    with transaction():
        truck = vehicles.create(by, district_id=district_id, board_number=str(number), **VEHICLE)
        shifts.create(
            by,
            district_id=district_id,
            vehicle_id=truck.id,
            driver_id=driver.user_id,
            starts_at=begin,
            ends_at=begin + timedelta(hours=23),
            breaks=(),
            note="",
        )
        _tracker, secret = trackers.register(by, vehicle_id=truck.id, name="R")
        _camera, camera = trackers.register(by, vehicle_id=truck.id, name="C", sends_frames=True)
    times = (begin + STEP * step for step in itertools.count())
    return Crew(driver, secret, times, camera, _frames(number, begin))


def _require_kept(app: Flask, answered: Mapping[str, int]) -> None:
    """RuntimeError when fewer rows were kept than were answered: the rate would be worth nothing."""
    with app.app_context(), transaction(read_only=True):
        kept = {
            table: db.session().scalar(sa.select(sa.func.count()).select_from(sa.table(table))) or 0
            for table in answered
            if table != NOWHERE
        }
        db.session.remove()
    with app.app_context():
        db.engine.dispose()
    for table, count in kept.items():
        if count < answered[table]:
            raise RuntimeError(f"{table}: {count} were kept of {answered[table]} that were answered")
