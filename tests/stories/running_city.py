"""A whole city for stories: `qala serve` with its own instance folder, and staff who sign in with the real client."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from mobile.client.api_client import API_PREFIX, ApiClient, NotNow
from mobile.client.device_key import DeviceKey
from shared.vocabulary import Language
from tests.architecture.project_files import PROJECT_DIR

QALA = (sys.executable, "-m", "backend.cli")
PASSWORD = "correct horse battery"
START_S, STOP_S = 300.0, 60.0  # of a machine that has much else to do


@dataclass
class RunningCity:
    """A started `qala serve` and how to reach it."""

    process: subprocess.Popen[str]
    environment: dict[str, str]
    url: str
    clients: list[ApiClient] = field(default_factory=list)

    def qala(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run another `qala` command on the same instance."""
        return run_qala(self.environment, *arguments, stdin=stdin)

    def sign_in(self, login: str) -> ApiClient:
        """A new phone in the hand of a member of staff."""
        client = ApiClient(self.url, DeviceKey.generate(), Language.EN)
        self.clients.append(client)
        client.login(login, PASSWORD, f"phone of {login}")
        return client

    def invite(self, administrator: ApiClient, login: str, role: str, district_id: str) -> str:
        """Add a member of staff who has set the password; returns the user's id."""
        body = {"login": login, "display_name": login, "role": role, "district_ids": [district_id]}
        invited = administrator.call("POST", "/users", body)
        answer = httpx.post(
            f"{self.url}{API_PREFIX}/auth/password",
            json={"code": invited["code"], "password": PASSWORD},
            timeout=START_S,
        )
        answer.raise_for_status()
        return str(invited["user"]["id"])

    def enrol(self, client: ApiClient, person_id: str, photos: list[bytes]) -> None:
        """Send enrolment photos and wait until a worker has made a template of them."""
        assert client.tokens is not None
        path = f"/people/{person_id}/face-templates/{uuid4()}"
        parts = [("photo", (f"{index}.jpg", photo, "image/jpeg")) for index, photo in enumerate(photos)]
        headers = {"Authorization": f"Bearer {client.tokens.access_token}"}
        httpx.put(
            f"{self.url}{API_PREFIX}{path}", files=parts, headers=headers, timeout=START_S
        ).raise_for_status()
        wait_for(lambda: client.call("GET", path)["state"] == "enrolled")

    def events(self, client: ApiClient, **facts: str) -> list[dict[str, Any]]:
        """The whole ledger as a member of staff sees it, narrowed to entries with these fields."""
        found: list[dict[str, Any]] = []
        after = 0
        while page := client.call("GET", "/events", after=str(after), limit="200")["items"]:
            found += page
            after = page[-1]["id"]
        return [entry for entry in found if all(entry[name] == value for name, value in facts.items())]

    def programs(self) -> dict[str, int]:
        """The process ids of what the supervisor runs: `web`, `work`, and the lanes apart, `long` and `photos`."""
        found = {}
        for pid in children_of(self.process.pid):
            words = command_of(pid).split()
            if "gunicorn" in words:
                found["web"] = pid
            elif "work" in words:
                found[next((lane for lane in ("long", "photos") if f"--{lane}" in words), "work")] = pid
        return found

    def kill(self, program: str) -> None:
        """End a program and what it started without warning, as a crash or the kernel would; one that is down stays so."""
        running = self.programs()
        for pid in family_of(running[program]) if program in running else ():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def wait_until_up(self) -> None:
        """Until the server answers and a worker runs again."""
        wait_for(lambda: {"web", "work"} <= set(self.programs()) and _ready(self.url))


@contextmanager
def running_city(folder: Path, *, demo: bool = False, **settings: str) -> Iterator[RunningCity]:
    """Serve an empty city from a folder of its own on a free port; stopped at the end, cleanly."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QALA_")}
    environment |= {
        "QALA_INSTANCE_DIR": str(folder / "instance"),
        "QALA_PORT": "0",
        "QALA_LOGIN_RATE": "10000 per minute",
        "QALA_PUBLIC_RATE": "10000 per minute",
        "PYTHONUNBUFFERED": "1",
        **settings,
    }
    arguments = ("--demo",) if demo else ()
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*QALA, "serve", *arguments],
            cwd=PROJECT_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    assert process.stdout is not None
    city = None
    try:
        url = next(
            (found[1] for line in process.stdout if (found := re.search(r"serves at (\S+)", line))), None
        )
        assert url is not None, log.read_text(encoding="utf-8")[-3000:]
        city = RunningCity(process, environment, url)
        city.wait_until_up()
        yield city
    finally:
        for client in city.clients if city else []:
            client.close()
        process.terminate()
        try:
            process.wait(STOP_S)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


def run_qala(
    environment: dict[str, str], *arguments: str, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a `qala` command to its end."""
    return subprocess.run(
        [*QALA, *arguments],
        cwd=PROJECT_DIR,
        env=environment,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def wait_for(done: Any, at_most_s: float = START_S) -> None:
    """Ask again and again; a server that is away counts as not yet."""
    deadline = time.monotonic() + at_most_s
    while True:
        try:
            if done():
                return
        except NotNow:
            pass
        assert time.monotonic() < deadline, f"not done after {at_most_s} s"
        time.sleep(0.1)


def children_of(pid: int) -> list[int]:
    """The process ids of a process's own children."""
    return [
        int(folder.name)
        for folder in Path("/proc").iterdir()
        if folder.name.isdigit() and _parent_of(folder) == pid and command_of(int(folder.name))
    ]


def family_of(pid: int) -> list[int]:
    """A process and everything that it started, itself first."""
    return [pid, *(each for child in children_of(pid) for each in family_of(child))]


def command_of(pid: int) -> str:
    """A process's command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def _parent_of(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
