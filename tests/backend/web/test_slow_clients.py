"""Clients that stop half-way or hardly move, over raw sockets against a real gunicorn with the settings of `qala serve`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.accounts import tokens
from backend.accounts.models import Device, Session
from backend.app import create_app
from backend.cli.serve import listen
from backend.config import load_settings
from backend.database import db, transaction
from shared.vocabulary import Role
from tests.architecture.project_files import PROJECT_DIR
from tests.conftest import make_user
from tests.fakes import FakeVerifier
from tests.nothing_written import nothing_written

pytestmark = pytest.mark.slow
THREADS = 4
START_S, ANSWER_S, STOP_S = 120.0, 60.0, 60.0


@dataclass(frozen=True)
class Server:
    """A running gunicorn, the application on the same database, and an administrator's token."""

    port: int
    app: Flask
    token: str

    def connect(self) -> socket.socket:
        """A raw connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_S)

    def ask(self, request: bytes) -> bytes:
        """The beginning of the answer to some bytes; empty where the server closes without one, or before it has read all of them."""
        with closing(self.connect()) as connection:
            try:
                connection.sendall(request)
                return connection.recv(4000)
            except (BrokenPipeError, ConnectionResetError):
                return b""

    def is_up(self) -> bool:
        """Whether somebody else is served meanwhile."""
        return self.ask(b"GET /healthz HTTP/1.1\r\nHost: qala\r\nConnection: close\r\n\r\n").startswith(
            b"HTTP/1.1 200"
        )

    def head(self, method: str, path: str, kind: str, length: int) -> bytes:
        """The head of an authorised request that promises a body."""
        lines = [f"{method} /api/v1{path} HTTP/1.1", "Host: qala", f"Authorization: Bearer {self.token}"]
        return "\r\n".join([*lines, f"Content-Type: {kind}", f"Content-Length: {length}", "", ""]).encode()


@pytest.fixture(scope="module")
def server(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One web process with few threads, so that few slow clients would be enough to fill it."""
    folder = tmp_path_factory.mktemp("slow-clients")
    (folder / "qala.db").write_bytes(migrated_sqlite.read_bytes())
    app = create_app(
        load_settings({}, instance_dir=folder, log_level="CRITICAL"),
        verifier=FakeVerifier,
        jobs_immediate=True,
    )
    token = session_of(app, make_user(app, "admin", Role.ADMINISTRATOR, []))
    own = {
        "INSTANCE_DIR": str(folder),
        "WEB_PROCESSES": "1",
        "WEB_THREADS": str(THREADS),
        "LOG_LEVEL": "ERROR",
    }
    settings = ("-c", "python:backend.cli.gunicorn_settings")
    with closing(listen("127.0.0.1", 0)) as listener:  # open before it starts: nobody else can have the port
        port, number = listener.getsockname()[1], listener.fileno()
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *settings, "--bind", f"fd://{number}"],
            cwd=PROJECT_DIR,
            env={"PATH": os.environ["PATH"], **{f"QALA_{name}": value for name, value in own.items()}},
            pass_fds=(number,),
        )
    try:
        running = Server(port, app, token)
        wait_until_up(running, process)
        yield running
    finally:
        process.terminate()
        process.wait(STOP_S)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def session_of(app: Flask, user_id: UUID) -> str:
    """An access token, without the ceremony of signing in."""
    moment, device_id, session_id = datetime.now(UTC), uuid4(), uuid4()
    with app.app_context(), transaction() as rows:
        rows.add(
            Device(id=device_id, user_id=user_id, public_key=uuid4().hex, name="x", registered_at=moment)
        )
        rows.flush()
        ends = {"started_at": moment, "expires_at": moment + timedelta(days=365)}
        rows.add(
            Session(id=session_id, user_id=user_id, device_id=device_id, refresh_hash=uuid4().hex, **ends)
        )
    return tokens.make_access_token(
        app.config["QALA"], session_id=session_id, device_id=device_id, now=moment
    )[0]


def wait_until_up(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Until the first answer."""
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at:
        assert process.poll() is None, "gunicorn ended"
        try:
            if server.is_up():
                return
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("gunicorn did not start")


DISTRICT = b'{"code": "east", "name_ru": "E", "name_kk": "E", "name_en": "E"}'


def test_a_whole_body_is_taken(server: Server) -> None:
    """What the others are compared with."""
    answer = server.ask(server.head("POST", "/districts", "application/json", len(DISTRICT)) + DISTRICT)
    assert answer.startswith(b"HTTP/1.1 201"), answer


def test_a_body_that_stops_half_way_leaves_nothing_behind(server: Server) -> None:
    """Not even when what arrived would be valid by itself: the promised length is held against what came."""
    bodies = {
        "application/json": ("POST", "/districts", DISTRICT.replace(b"east", b"west")),
        "multipart/form-data; boundary=x": (
            "PUT",
            f"/people/{uuid4()}/face-templates/{uuid4()}",
            b"--x\r\nContent-Disposition: form-data",
        ),
    }
    with nothing_written(server.app):
        for kind, (method, path, body) in bodies.items():
            with closing(server.connect()) as connection:
                connection.sendall(server.head(method, path, kind, len(body) + 1000) + body)
                connection.shutdown(socket.SHUT_WR)
                answer = connection.recv(4000)
                assert answer.startswith(b"HTTP/1.1 400"), answer
                assert b"application/problem+json" in answer
        with closing(server.connect()) as connection:  # gone without a word
            connection.sendall(
                server.head("POST", "/districts", "application/json", len(DISTRICT) + 1) + DISTRICT
            )
        assert server.is_up()


def test_heads_that_no_browser_sends_are_refused(server: Server) -> None:
    """Two lengths, a bad length, endless lines, many fields, line feeds in names: never 5xx, never taken."""
    head = b"POST /api/v1/districts HTTP/1.1\r\nHost: qala\r\n"
    requests = [
        head
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n",
        head + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        head + b"Content-Length: -1\r\n\r\n",
        head + b"Content-Length: 1e3\r\n\r\n",
        b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: qala\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % index for index in range(100)) + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: qala\r\nX-Long: " + b"x" * 20_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"\x00" * 100 + b"\r\n\r\n",
    ]
    with nothing_written(server.app):
        for request in requests:
            answer = server.ask(request)
            assert not answer or answer[:10] == b"HTTP/1.1 4", (request[:80], answer[:200])
            assert b"metrics" not in answer
    assert server.is_up()


def test_slow_clients_hold_no_lock_and_not_the_others(server: Server) -> None:
    """Bodies that come a byte at a time: others write meanwhile, for no transaction is open."""
    with ExitStack() as stack:
        for _client in range(THREADS - 1):
            connection = stack.enter_context(closing(server.connect()))
            connection.sendall(server.head("POST", "/districts", "application/json", 5000) + b'{"code"')
        body = DISTRICT.replace(b"east", b"south")
        answer = server.ask(server.head("POST", "/districts", "application/json", len(body)) + body)
        assert answer.startswith(b"HTTP/1.1 201"), answer


def test_strangers_who_promise_a_large_body_are_sent_away_at_once(server: Server) -> None:
    """Without a token nothing is read, however much is promised."""
    request = (
        b"PUT /api/v1/check-ins/%s HTTP/1.1\r\nHost: qala\r\nContent-Length: 20000000\r\n\r\n"
        % str(uuid4()).encode()
    )
    assert server.ask(request).startswith(b"HTTP/1.1 401")
