"""Rates of the server on this machine: requests and ledger appends per second, on SQLite and PostgreSQL.

A real gunicorn (two processes) answers eight clients over the loopback; the face verifier is a stand-in that says yes at
once and verdicts are made in the web process, so the figures are those of HTTP, encryption, durable evidence, database
and ledger without the models. Each rate is the median of one-second counts; low and high are the 5th and 95th percentile.
"""

from __future__ import annotations

import base64
import hashlib
import io
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
from flask import Flask
from flask_migrate import upgrade
from PIL import Image

from backend.app import create_app
from backend.cli.private_postgresql import find_programs, private_postgresql
from backend.cli.throughput_stage import LAT, LON, Scene, YesVerifier, served, set_scene
from backend.config import load_settings
from backend.database import db, transaction
from backend.ledger.service import record
from shared.contracts import ChallengeAnswer, CheckIn, Fix, Frame, canonical_json, encode
from shared.proofs import check_in_message
from shared.vocabulary import Audience, CheckInKind

CLIENTS = 8
FRAMES, FRAME_PX = 5, (1280, 960)


def measure_throughput(seconds: float) -> dict[str, Any]:
    """Every rate on every database that this machine has; ``goals`` in the form of every measurement."""
    started = time.perf_counter()
    goals: list[dict[str, Any]] = []
    samples = 0
    with ExitStack() as stack:
        for name, url in databases(stack):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qala-rates-")))
            chosen = load_settings({}, instance_dir=folder, database_url=url, log_level="ERROR")
            app = create_app(chosen, verifier=YesVerifier, jobs_immediate=True)
            with app.app_context():
                upgrade()
                for writers in (1, CLIENTS):
                    counts = per_second(append_to_ledger(app), writers, seconds)
                    goals.append(
                        rate(f"ledger appends/s, {writers} writer{'s' * (writers > 1)}, {name}", counts)
                    )
                    samples += sum(counts)
                scene = set_scene()
            with served(chosen) as address:
                for what, make in (
                    ("GET /me", reader),
                    ("check-ins with challenge (5 frames of 1280 px)", checker),
                ):
                    counts = per_second(make(address, scene), CLIENTS, seconds)
                    goals.append(rate(f"{what}/s, {CLIENTS} clients, {name}", counts))
                    samples += sum(counts)
            with app.app_context():
                db.engine.dispose()
    return {"goals": goals, "samples": samples, "seconds": round(time.perf_counter() - started, 1)}


def databases(stack: ExitStack) -> Iterator[tuple[str, str]]:
    """SQLite in a folder, and a private PostgreSQL where its programs are present."""
    yield "SQLite", ""
    programs = find_programs()
    if programs is not None:
        server = stack.enter_context(private_postgresql(programs, durable=True))
        yield "PostgreSQL", server.create("rates")


def rate(name: str, counts: list[int], *, each: int = 1) -> dict[str, Any]:
    """A rate without a goal, with its spread over the seconds; an act may count for several."""
    ordered = sorted(count * each for count in counts)
    low, high = ordered[int(0.05 * len(ordered))], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {
        "name": name,
        "value": statistics.median(ordered),
        "low": low,
        "high": high,
        "goal": None,
        "direction": "at_least",
        "met": None,
    }


def per_second(make_act: Callable[[], Callable[[], None]], workers: int, seconds: float) -> list[int]:
    """How many acts are finished in each whole second; the first second warms up and does not count."""
    stop = time.perf_counter() + seconds + 1
    start = time.perf_counter() + 1
    counts = [0] * max(1, int(seconds))
    failures: list[Exception] = []
    lock = threading.Lock()

    def run() -> None:
        try:
            act = make_act()
            while (now := time.perf_counter()) < stop:
                act()
                slot = int(time.perf_counter() - start) if now >= start else -1
                if 0 <= slot < len(counts):
                    with lock:
                        counts[slot] += 1
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _worker in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return counts


def append_to_ledger(app: Flask) -> Callable[[], Callable[[], None]]:
    """One act, one transaction, one entry."""

    def make() -> Callable[[], None]:
        def act() -> None:
            with app.app_context(), transaction():
                record(
                    "rate.measured",
                    actor="system",
                    subject="rate",
                    at=datetime.now(UTC),
                    audience=Audience.ADMINISTRATION,
                )

        return act

    return make


def client_of(address: str, token: str | None = None) -> httpx.Client:
    """A client of the measured server, signed in with a token."""
    transport = httpx.HTTPTransport(uds=address)
    return httpx.Client(
        transport=transport,
        base_url="http://qala/api/v1",
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=30,
    )


def reader(address: str, scene: Scene) -> Callable[[], Callable[[], None]]:
    """The smallest authenticated request."""

    def make() -> Callable[[], None]:
        client = client_of(address, scene.token)
        return lambda: expect(client.get("/me"))

    return make


def checker(address: str, scene: Scene) -> Callable[[], Callable[[], None]]:
    """A whole check-in: a challenge is asked for and answered with five frames, four fixes, one signature."""
    pictures = [frame_of(seed) for seed in range(FRAMES)]

    def make() -> Callable[[], None]:
        client = client_of(address, scene.token)

        def act() -> None:
            shot = (
                uuid4().bytes
            )  # behind the picture's end: the same frames twice would be refused as a replay
            frames = [picture + shot for picture in pictures]
            hashes = [hashlib.sha256(frame).hexdigest() for frame in frames]
            check_in = _check_in(scene, _challenge(client, scene), datetime.now(UTC), hashes)
            manifest = canonical_json(encode(check_in))
            signature = base64.b64encode(scene.key.sign(check_in_message(manifest))).decode()
            files = [("check_in", ("c.json", manifest, "application/json"))]
            files += [("frame", (f"{index}.jpg", frame, "image/jpeg")) for index, frame in enumerate(frames)]
            path = f"/check-ins/{check_in.id}"
            expect(client.put(path, files=files, data={"signature": signature}))

        return act

    return make


def _challenge(client: httpx.Client, scene: Scene) -> ChallengeAnswer:
    body = {"task_id": str(scene.task_id), "person_ids": [str(scene.person_id)]}
    response = client.post("/check-in-challenges", json=body)
    expect(response)
    [challenge] = response.json()["items"]
    return ChallengeAnswer(id=UUID(challenge["id"]), nonce=challenge["nonce"])


def _check_in(scene: Scene, challenge: ChallengeAnswer, moment: datetime, hashes: list[str]) -> CheckIn:
    seconds = [moment - timedelta(seconds=second) for second in range(4)]
    return CheckIn(
        id=uuid4(),
        person_id=scene.person_id,
        task_id=scene.task_id,
        device_id=scene.device_id,
        kind=CheckInKind.ARRIVAL,
        captured_at=moment,
        frames=tuple(Frame(sha256=digest, taken_at=moment) for digest in hashes),
        fixes=tuple(Fix(lat=LAT, lon=LON, accuracy_m=6.0, taken_at=second) for second in seconds),
        challenge=challenge,
    )


def frame_of(seed: int) -> bytes:
    coarse = np.random.default_rng(seed).integers(0, 255, (48, 64, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize(FRAME_PX, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def expect(response: httpx.Response) -> None:
    """RuntimeError unless the server said yes."""
    if not response.is_success:
        raise RuntimeError(
            f"{response.request.method} {response.request.url}: {response.status_code} {response.text[:300]}"
        )
