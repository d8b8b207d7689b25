"""The stage on which rates are measured: a supervisor with a task and a person, behind a real gunicorn on a socket file."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from backend.accounts import service as accounts
from backend.accounts import sign_in, tokens
from backend.adapters import settings
from backend.app import create_app
from backend.config import PROJECT_DIR, Settings, load_settings
from backend.database import transaction
from backend.faces.reading import MODEL_VERSION, FrameReading
from backend.faces.verifier import EnrolmentReading
from backend.geofences import service as geofences
from backend.jobs import Lane
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.proofs import login_message
from shared.vocabulary import BiometricBasis, Language, Role, TaskKind, TaskState

WEB_PROCESSES = 2
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
    app = create_app(load_settings(), verifier=YesVerifier, jobs_immediate=True)
    app.extensions["qala_jobs"].lanes[
        Lane.PHOTOS
    ].immediate = False  # they wait for a worker that is not there
    return app


@dataclass(frozen=True)
class Scene:
    """A signed-in supervisor with a task and a person."""

    token: str
    device_id: UUID
    key: Ed25519PrivateKey
    person_id: UUID
    task_id: UUID


@dataclass(frozen=True)
class SignedIn:
    """Somebody with a device."""

    user_id: UUID
    token: str
    device_id: UUID
    key: Ed25519PrivateKey


def make_district() -> UUID:
    """A district to measure in."""
    with transaction():
        return accounts.create_district("rates", name_ru="R", name_kk="R", name_en="R", actor="system").id


def sign_in_new(login: str, role: Role, district_id: UUID) -> SignedIn:
    """A new user of a district, signed in on a new device."""
    password, key = "a password for measuring", Ed25519PrivateKey.generate()
    public_key = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    digest = accounts.hash_password(password)
    with transaction():
        user, code = accounts.create_user(
            login=login, display_name="R", role=role, district_ids=[district_id], actor="system"
        )
    with transaction():
        accounts.set_password(code, password, digest)
    with transaction():
        nonce, _expires_at = tokens.make_nonce(settings(), datetime.now(UTC))
        signature = base64.b64encode(key.sign(login_message(login, nonce))).decode()
        signed_in = sign_in.sign_in(
            login, fits=digest, public_key=public_key, device_name="R", nonce=nonce, signature=signature
        )
    assert isinstance(signed_in, sign_in.Tokens), signed_in
    return SignedIn(user.id, signed_in.access_token, signed_in.device_id, key)


def administrator(user_id: UUID) -> Principal:
    """A user who may do everything, for setting the scene."""
    return Principal(
        user_id=user_id,
        role=Role.ADMINISTRATOR,
        device_id=uuid4(),
        session_id=uuid4(),
        district_ids=None,
        audiences=frozenset(),
        expires_at=datetime.now(UTC) + timedelta(hours=1),
    )


def set_scene() -> Scene:
    """A district, a geofence, a person, a task, and a supervisor who is signed in."""
    now, district_id = datetime.now(UTC), make_district()
    user = sign_in_new("rates", Role.SUPERVISOR, district_id)
    by = administrator(user.user_id)
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
        identity = people.Identity(family_name="R", given_name="R", iin="900101300126")
        fence = geofences.create(by, district_id=district_id, name="R", boundary=boundary, valid_from=now)
        person = people.register(
            by,
            district_id=district_id,
            identity=identity,
            language=Language.RU,
            biometric_basis=BiometricBasis.CONSENT,
        )
    with transaction():
        task = tasks.create(
            by,
            district_id=district_id,
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
            assignee_ids=[user.user_id],
            person_ids=[person.id],
        )
    with transaction():
        tasks.move(tasks.to_move(task.id, by), by, to=TaskState.ASSIGNED)
    return Scene(user.token, user.device_id, user.key, person.id, task.id)


@contextmanager
def served(chosen: Settings) -> Iterator[str]:
    """The application behind a real gunicorn; gives its address."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT_DIR),
        "QALA_INSTANCE_DIR": str(chosen.instance_dir),
        "QALA_DATABASE_URL": chosen.database_url,
        "QALA_LOG_LEVEL": "ERROR",
        "QALA_TRACKER_RATE": chosen.tracker_rate,
        "QALA_FRAMES_RATE": chosen.frames_rate,
        "QALA_FRAMES_WAITING_MAX": str(chosen.frames_waiting_max),
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
        "backend.cli.throughput_stage:bench_app()",
    ]
    server = subprocess.Popen(command, env=environment, cwd=PROJECT_DIR)
    try:
        _wait_ready(str(socket_path))
        yield str(socket_path)
    finally:
        server.send_signal(
            signal.SIGQUIT
        )  # at once: every act was answered, and clients keep their connections
        server.wait(15)


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
