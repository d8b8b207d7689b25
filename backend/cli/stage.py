"""What demonstrations are played on: a server in this process with a clock that is put forward, its workers, staff, and phones in a process of their own."""

from __future__ import annotations

import base64
import io
import json
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from datetime import time as dt_time
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from huey import Huey
from werkzeug.serving import WSGIRequestHandler, make_server

from backend.cli.phone_process import COMMAND
from backend.config import PROJECT_DIR
from shared.proofs import login_message
from shared.vocabulary import Role


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
        body = {"login": login, "password": password, "device_key": public, "device_name": "demonstration"}
        tokens = self.ask("POST", "/auth/login", {**body, "nonce": nonce, "signature": signature})
        self._headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer's JSON; an error says what the server said."""
        answer = self._client.open(f"/api/v1{path}", method=method, json=body, headers=self._headers)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise click.ClickException(
                f"{method} {path}: {answer.status_code} {json.dumps(answer.json, ensure_ascii=False)}"
            )
        return answer.json

    def send(self, path: str, content: bytes, name: str) -> Any:
        """The answer to a file."""
        answer = self._client.post(
            f"/api/v1{path}", data={"file": (io.BytesIO(content), name)}, headers=self._headers
        )
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise click.ClickException(
                f"POST {path}: {answer.status_code} {json.dumps(answer.json, ensure_ascii=False)}"
            )
        return answer.json

    def bytes_of(self, path: str) -> bytes:
        """The answer's bytes."""
        answer = self._client.get(f"/api/v1{path}", headers=self._headers)
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise click.ClickException(f"GET {path}: {answer.status_code}")
        return answer.data

    def all(self, path: str) -> Iterator[Any]:
        """Every item of a list."""
        cursor = ""
        while True:
            page = self.ask("GET", f"{path}?limit=100{cursor}")
            yield from page["items"]
            if page["next"] is None:
                return
            cursor = f"&cursor={page['next']}"


class Phones:
    """The crews' phones, in a process of their own."""

    def __init__(self, url: str, keys: Path, seed: int, play: str = "fleet-day") -> None:
        command = [*COMMAND, play, "--server", url, "--keys", str(keys), "--seed", str(seed)]
        self._process = subprocess.Popen(
            command, cwd=PROJECT_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, order: dict[str, Any]) -> Any:
        """Say something and hear what was done."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise click.ClickException("the phones' process has ended: what it said stands above")
        return json.loads(line)

    def close(self) -> None:
        """Let the phones rest."""
        with self._process as phones:  # closes its pipes, and waits for it
            assert phones.stdin is not None
            phones.stdin.close()


def application(folder: Path, clock: StepClock) -> Flask:
    """A server with an empty database of its own."""
    from backend.app import create_app
    from backend.cli.migrate import upgrade
    from backend.config import load_settings

    # A day of the clock passes in minutes: nobody signs in anew within it
    given = {"QALA_INSTANCE_DIR": str(folder), "QALA_LOG_LEVEL": "ERROR", "QALA_ACCESS_TOKEN_MINUTES": "1440"}
    given |= dict.fromkeys(
        ("QALA_LOGIN_RATE", "QALA_PUBLIC_RATE"), "100000 per minute"
    )  # all phones call from here
    app = create_app(load_settings(given), clock=clock, describe_api=False)
    with app.app_context():
        upgrade()
    return app


def hire(app: Flask, login: str, role: Role, district_ids: list[UUID], *, name: str = "") -> tuple[str, str]:
    """Somebody who can sign in: login and password; without a name the login is one."""
    from backend.accounts import service as accounts
    from backend.database import transaction

    password = secrets.token_urlsafe(12)
    with app.app_context(), transaction():
        _row, code = accounts.create_user(
            login=login, display_name=name or login, role=role, district_ids=district_ids, actor="demo"
        )
        accounts.set_password(code, password, accounts.hash_password(password))
    return login, password


def zone(app: Flask) -> ZoneInfo:
    """The city's clock."""
    return ZoneInfo(app.config["QALA"].time_zone)


def city_zone() -> ZoneInfo:
    """The city's clock where no application is at hand."""
    from backend.config import load_settings

    return ZoneInfo(load_settings({}).time_zone)


def at(day: date, hour: int) -> datetime:
    """An hour of a day by the city's clock."""
    return datetime.combine(day, dt_time(hour), city_zone()).astimezone(UTC)


@contextmanager
def served(app: Flask, clock: StepClock) -> Iterator[str]:
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
def worked(app: Flask) -> Iterator[None]:
    """A worker for each lane."""
    stopping = threading.Event()
    jobs = app.extensions["qala_jobs"]
    threads = [
        threading.Thread(target=_work, args=(lane, stopping), daemon=True) for lane in jobs.lanes.values()
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


def watched(dispatcher: Api, plan_id: str, number: int, say: Callable[[str], None]) -> Any:
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
            line = f"best {progress['best_cost']:,.0f} ₸"
        if line != said:
            said = line
            left = progress["seconds_left"]
            say(f"  {line}" if left is None else f"  {line}, {left:.0f} s left")
        time.sleep(0.5)


def lay_streets(app: Flask, osm: Path | None, say: Callable[[str], None]) -> str:
    """Put streets in force: the invented city's, or those of a file; whose data they are."""
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
            return row.attribution
