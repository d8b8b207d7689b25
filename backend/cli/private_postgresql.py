"""A private PostgreSQL for tests and measurements: from the machine's own programs, on a free port, as an unprivileged user."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

PROGRAM_FOLDERS = [Path("/usr/lib/postgresql"), Path("/usr/local/pgsql"), Path("/opt/homebrew/opt")]
PORTS_TRIED = 3
COPIES_TRIED = 12
LOOKS = 1200  # every 50 ms: a minute, for a machine that has much else to do
UNPRIVILEGED = ("postgres", "nobody")
SMALL = ["-c", "max_connections=60", "-c", "shared_buffers=64MB"]
# Tests fear no power cut, and want the same plans whenever they run
UNSAFE = [
    "-c",
    "autovacuum=off",
    "-c",
    "fsync=off",
    "-c",
    "synchronous_commit=off",
    "-c",
    "full_page_writes=off",
]


@dataclass(frozen=True)
class PrivatePostgreSQL:
    """A running private server."""

    port: int

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://qala@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, template: str = "template0") -> str:
        """Create a database, as a copy of another if asked; returns its URL.

        Who has left the other a moment ago may still be on the way out of it: PostgreSQL waits 5 s for that, which a busy machine exceeds.
        """
        for attempt in range(COPIES_TRIED):
            try:
                self._execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
                break
            except psycopg.errors.ObjectInUse:
                if attempt == COPIES_TRIED - 1:
                    raise
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database whoever is still connected."""
        self._execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def find_programs() -> Path | None:
    """The folder with initdb and postgres, newest version first."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).parent / "postgres").exists():
        return Path(on_path).parent
    found = [binary.parent for folder in PROGRAM_FOLDERS for binary in folder.glob("*/bin/initdb")]
    return max(found, key=lambda path: path.parent.name, default=None)


@contextmanager
def private_postgresql(
    programs: Path, *, durable: bool = False, place: Path | None = None
) -> Iterator[PrivatePostgreSQL]:
    """Start a server in a temporary folder (of ``place``) and stop it afterwards; ``durable`` writes as a real one would."""
    user = next((name for name in UNPRIVILEGED if _exists(name)), None) if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="qala-postgresql-", dir=place))
    try:
        if user is not None:
            shutil.chown(folder, user)
        run = {
            "user": user,
            "cwd": "/",
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.DEVNULL,
            "stderr": subprocess.DEVNULL,
        }
        data = folder / "data"
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                data,
                "-U",
                "qala",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--no-sync",
                "--no-instructions",
            ],
            check=True,
            env=environment,
            **run,  # type: ignore[call-overload]
        )
        command = [
            programs / "postgres",
            "-D",
            data,
            "-k",
            folder,
            "-c",
            "listen_addresses=127.0.0.1",
            *SMALL,
        ]
        command += [] if durable else UNSAFE
        port, server = _start(command, env=environment, **run)
        try:
            yield PrivatePostgreSQL(port)
        finally:
            server.terminate()
            try:
                server.wait(60)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(command: list[Any], **run: Any) -> tuple[int, subprocess.Popen[bytes]]:
    """Start the server on a free port; one that somebody took meanwhile is given up for another."""
    for attempt in range(PORTS_TRIED):
        port = _free_port()
        server = subprocess.Popen([*command, "-p", str(port)], **run)
        try:
            _wait_until_ready(port, server)
        except RuntimeError:
            server.kill()
            server.wait()
            if attempt == PORTS_TRIED - 1:
                raise
        else:
            return port, server
    raise RuntimeError("the private PostgreSQL found no port")


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    for _attempt in range(LOOKS):
        if server.poll() is not None:
            raise RuntimeError(f"the private PostgreSQL ended at once with status {server.returncode}")
        try:
            psycopg.connect(f"postgresql://qala@127.0.0.1:{port}/postgres", connect_timeout=2).close()
        except psycopg.OperationalError:
            server_wait(server, 0.05)
        else:
            return
    raise RuntimeError("the private PostgreSQL did not get ready")


def server_wait(server: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait a little, or less if the server ends."""
    try:
        server.wait(seconds)
    except subprocess.TimeoutExpired:
        return
