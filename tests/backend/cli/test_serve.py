"""`qala serve` as it runs in earnest: real gunicorn, real workers, killed and stopped."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.cli.serve import listen
from backend.config import BadSetting
from tests.architecture.project_files import PROJECT_DIR
from tests.stories.running_city import command_of, family_of

LIMIT_S = 120.0
URL = re.compile(r"Qala serves at http://127\.0\.0\.1:(\d+)")


class City:
    """A running `qala serve`."""

    def __init__(self, folder: Path, *options: str) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(PROJECT_DIR),
            "QALA_INSTANCE_DIR": str(folder / "instance"),
            "QALA_LOG_FORMAT": "json",
        }
        self.log = (folder / "log").open("w")
        command = [
            sys.executable,
            "-m",
            "backend.cli",
            "serve",
            "--port",
            "0",
            "--web",
            "1",
            "--workers",
            "1",
            *options,
        ]
        self.process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.port = self._port()

    def _port(self) -> int:
        for line in self.output:
            found = URL.search(line)
            if found:
                return int(found[1])
        raise AssertionError(f"it ended without an URL: {Path(self.log.name).read_text()}")

    def get(self, path: str) -> int:
        """The status of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self) -> dict[int, str]:
        """The processes that the supervisor has started, with their command lines."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = int(folder.joinpath("stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid:
                    found[int(folder.name)] = (
                        folder.joinpath("cmdline").read_text().replace("\0", " ").strip()
                    )
            except (OSError, ValueError):
                continue  # it has just ended
        return {pid: command for pid, command in found.items() if command}

    def child(self, part: str) -> int:
        """The one child with this in its command line."""
        [pid] = [pid for pid, command in self.children().items() if part in command]
        return pid


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., City]]:
    """A maker of running cities, ended after the test."""
    cities: list[City] = []

    def start(*options: str) -> City:
        cities.append(City(tmp_path, *options))
        return cities[-1]

    yield start
    for city in cities:
        if city.process.poll() is None:
            city.process.kill()
        city.process.wait()
        city.output.close()
        city.log.close()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Poll until something is the case."""
    deadline = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < deadline, f"waited {LIMIT_S} s in vain until {what}"
        time.sleep(0.05)


@pytest.mark.slow
def test_city_survives_the_death_of_its_parts_and_stops_cleanly(serve: Callable[..., City]) -> None:
    """Web and worker are killed; requests wait rather than fail; SIGTERM ends everything with status 0."""
    city = serve()
    assert (200, 200) == (city.get("/healthz"), city.get("/readyz"))
    web, worker = city.child("gunicorn"), city.child(" work --daily")
    answering = family_of(web)
    os.kill(web, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    # a request that the dying process has already accepted is cut off: no server can help that
    wait_until(lambda: not any(map(command_of, answering)), "the killed processes have gone")
    assert city.get("/healthz") == 200
    wait_until(lambda: len(city.children()) == 4, "both run again beside the planner and the photos' worker")
    assert {web, worker}.isdisjoint(city.children())
    city.process.send_signal(signal.SIGTERM)
    assert city.process.wait(LIMIT_S) == 0
    assert_port_is_free(city.port)


@pytest.mark.slow
def test_killed_supervisor_leaves_nothing_behind(serve: Callable[..., City]) -> None:
    """No process keeps the port or the queue."""
    city = serve()
    children = set(city.children())
    city.process.kill()
    city.process.wait(LIMIT_S)
    wait_until(
        lambda: not any(Path(f"/proc/{pid}/cmdline").exists() for pid in children), "the children have ended"
    )
    assert_port_is_free(city.port)


@pytest.mark.slow
def test_counters_of_all_processes_are_shared_and_start_anew(
    serve: Callable[..., City], tmp_path: Path
) -> None:
    """The folder of the counters is emptied at the start."""
    left_over = tmp_path / "instance" / "metrics" / "counter_1.db"
    left_over.parent.mkdir(parents=True)
    left_over.write_bytes(b"from before")
    city = serve()
    assert city.get("/metrics") == 200
    assert not left_over.exists()
    assert list(left_over.parent.glob("*.db"))


def test_port_in_use_is_told_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while: a server that was killed a moment ago may still hold it."""
    monkeypatch.setattr("backend.cli.serve.BIND_TRIES_S", 0.0)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(BadSetting, match=rf"QALA_PORT = {port} cannot be used.*choose others"):
            listen("127.0.0.1", port)


def assert_port_is_free(port: int) -> None:
    """Somebody else may listen there now."""
    listen("127.0.0.1", port).close()
