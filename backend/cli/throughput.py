"""Rates of the server on this machine: requests and ledger appends per second, on SQLite and PostgreSQL.

A real gunicorn (two processes) answers eight clients over the loopback; the face verifier is a stand-in that says yes at
once and verdicts are made in the web process, so the figures are those of HTTP, encryption, durable evidence, database
and ledger without the models. Each rate is the median of one-second counts; low and high are the 5th and 95th percentile.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask_migrate import upgrade
from PIL import Image

from backend.accounts import service as accounts
from backend.accounts import sign_in, tokens
from backend.adapters import settings
from backend.app import create_app
from backend.cli.private_postgresql import find_programs, private_postgresql
from backend.config import PROJECT_DIR, Settings, load_settings
from backend.database import db, transaction
from backend.faces.reading import MODEL_VERSION, FrameReading
from backend.faces.verifier import EnrolmentReading
from backend.geofences import service as geofences
from backend.ledger.service import record
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.proofs import check_in_message, login_message
from shared.vocabulary import Audience, BiometricBasis, Language, Role, TaskKind, TaskState

CLIENTS = 8
WEB_PROCESSES = 2
FRAMES, FRAME_PX = 5, (1280, 960)
LAT, LON = 54.87, 69.15
READY_S = 30.0


class YesVerifier:
    """A stand-in that finds a face in every frame at once."""

    model_version = MODEL_VERSION

    def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading:
        """Nobody is enrolled here."""
        return EnrolmentReading((), None)

    def read(self, frames: Sequence[bytes]) -> list[FrameReading]:
        """The same face everywhere."""
        face = np.zeros(128, np.float32)
        face[0] = 1.0
        return [FrameReading(face, face_count=1) for _frame in frames]


def bench_app() -> Flask:
    """The application that gunicorn serves while rates are measured."""
    return create_app(load_settings(), verifier=YesVerifier, jobs_immediate=True)


@dataclass(frozen=True)
class Scene:
    """A signed-in supervisor with a task and a person."""

    token: str
    device_id: UUID
    key: Ed25519PrivateKey
    person_id: UUID
    task_id: UUID


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
                for what, make in (("GET /me", reader), ("PUT /check-ins (5 frames of 1280 px)", checker)):
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


def rate(name: str, counts: list[int]) -> dict[str, Any]:
    """A rate without a goal, with its spread over the seconds."""
    ordered = sorted(counts)
    low, high = ordered[int(0.05 * len(ordered))], ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {
        "name": name,
        "value": statistics.median(counts),
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


def set_scene() -> Scene:
    """A district, a geofence, a person, a task, and a supervisor who is signed in."""
    now = datetime.now(UTC)
    password, key = "a password for measuring", Ed25519PrivateKey.generate()
    public_key = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    digest = accounts.hash_password(password)
    with transaction():
        district = accounts.create_district("rates", name_ru="R", name_kk="R", name_en="R", actor="system")
        user, code = accounts.create_user(
            login="rates", display_name="R", role=Role.SUPERVISOR, district_ids=[district.id], actor="system"
        )
    by = Principal(
        user_id=user.id,
        role=Role.ADMINISTRATOR,
        device_id=uuid4(),
        session_id=uuid4(),
        district_ids=None,
        audiences=frozenset(),
        expires_at=now + timedelta(hours=1),
    )
    boundary = {
        "type": "Polygon",
        "coordinates": [
            [
                [LON - 0.01, LAT - 0.01],
                [LON + 0.01, LAT - 0.01],
                [LON + 0.01, LAT + 0.01],
                [LON - 0.01, LAT + 0.01],
                [LON - 0.01, LAT - 0.01],
            ]
        ],
    }
    with transaction():
        accounts.set_password(code, password, digest)
        identity = people.Identity(family_name="R", given_name="R", iin="900101300126")
        fence = geofences.create(by, district_id=district.id, name="R", boundary=boundary, valid_from=now)
        person = people.register(
            by,
            district_id=district.id,
            identity=identity,
            language=Language.RU,
            biometric_basis=BiometricBasis.CONSENT,
        )
    with transaction():
        task = tasks.create(
            by,
            district_id=district.id,
            kind=TaskKind.PUBLIC_WORKS,
            title="R",
            note="",
            priority=3,
            place=None,
            radius_m=None,
            required_evidence=[],
            starts_at=now,
            ends_at=now + timedelta(hours=8),
            geofence_id=fence.id,
            assignee_ids=[user.id],
            person_ids=[person.id],
        )
    with transaction():
        tasks.move(tasks.to_move(task.id, by), by, to=TaskState.ASSIGNED)
    with transaction():
        nonce, _expires_at = tokens.make_nonce(settings(), now)
        signature = base64.b64encode(key.sign(login_message("rates", nonce))).decode()
        signed_in = sign_in.sign_in(
            "rates", fits=digest, public_key=public_key, device_name="R", nonce=nonce, signature=signature
        )
    assert isinstance(signed_in, sign_in.Tokens), signed_in
    return Scene(signed_in.access_token, signed_in.device_id, key, person.id, task.id)


@contextmanager
def served(chosen: Settings) -> Iterator[str]:
    """The application behind a real gunicorn; gives its address."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT_DIR),
        "QALA_INSTANCE_DIR": str(chosen.instance_dir),
        "QALA_DATABASE_URL": chosen.database_url,
        "QALA_LOG_LEVEL": "ERROR",
    }
    socket_path = chosen.instance_dir / "web.sock"
    options = [
        "--workers",
        str(WEB_PROCESSES),
        "--worker-class",
        "gthread",
        "--threads",
        "16",
        "--log-level",
        "error",
    ]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"unix:{socket_path}",
        *options,
        "backend.cli.throughput:bench_app()",
    ]
    server = subprocess.Popen(command, env=environment, cwd=PROJECT_DIR)
    try:
        _wait_ready(str(socket_path))
        yield str(socket_path)
    finally:
        server.terminate()
        server.wait(15)


def _client(address: str, scene: Scene) -> httpx.Client:
    transport = httpx.HTTPTransport(uds=address)
    return httpx.Client(
        transport=transport,
        base_url="http://qala/api/v1",
        headers={"Authorization": f"Bearer {scene.token}"},
        timeout=30,
    )


def _wait_ready(address: str) -> None:
    deadline = time.monotonic() + READY_S
    with httpx.Client(transport=httpx.HTTPTransport(uds=address), base_url="http://qala") as client:
        while time.monotonic() < deadline:
            try:
                if client.get("/healthz").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
    raise TimeoutError("the measured server did not start")


def reader(address: str, scene: Scene) -> Callable[[], Callable[[], None]]:
    """The smallest authenticated request."""

    def make() -> Callable[[], None]:
        client = _client(address, scene)
        return lambda: _expect(client.get("/me"))

    return make


def checker(address: str, scene: Scene) -> Callable[[], Callable[[], None]]:
    """A whole check-in: five frames, four fixes, one signature."""
    frames = [_frame(seed) for seed in range(FRAMES)]
    hashes = [hashlib.sha256(frame).hexdigest() for frame in frames]

    def make() -> Callable[[], None]:
        client = _client(address, scene)

        def act() -> None:
            moment = datetime.now(UTC)
            manifest = json.dumps(_manifest(scene, str(uuid4()), moment, hashes)).encode()
            signature = base64.b64encode(scene.key.sign(check_in_message(manifest))).decode()
            files = [("check_in", ("c.json", manifest, "application/json"))]
            files += [("frame", (f"{index}.jpg", frame, "image/jpeg")) for index, frame in enumerate(frames)]
            path = f"/check-ins/{json.loads(manifest)['id']}"
            _expect(client.put(path, files=files, data={"signature": signature}))

        return act

    return make


def _manifest(scene: Scene, check_in_id: str, moment: datetime, hashes: list[str]) -> dict[str, Any]:
    at = moment.isoformat()
    return {
        "id": check_in_id,
        "person_id": str(scene.person_id),
        "task_id": str(scene.task_id),
        "device_id": str(scene.device_id),
        "kind": "arrival",
        "captured_at": at,
        "frames": [{"sha256": digest, "taken_at": at} for digest in hashes],
        "fixes": [
            {
                "lat": LAT,
                "lon": LON,
                "accuracy_m": 6.0,
                "taken_at": (moment - timedelta(seconds=second)).isoformat(),
            }
            for second in range(4)
        ],
    }


def _frame(seed: int) -> bytes:
    coarse = np.random.default_rng(seed).integers(0, 255, (48, 64, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize(FRAME_PX, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _expect(response: httpx.Response) -> None:
    if response.status_code != httpx.codes.OK:
        raise RuntimeError(
            f"{response.request.method} {response.request.url}: {response.status_code} {response.text[:300]}"
        )
