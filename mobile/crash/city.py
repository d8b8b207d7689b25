"""A served city for a crash run: `qala serve` with an instance folder of its own, and just enough people, tasks and a route."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from mobile.client.api_client import API_PREFIX, ApiClient
from mobile.client.device_key import DeviceKey
from shared.vocabulary import Language, TaskState

PROJECT_DIR = Path(__file__).resolve().parents[2]
QALA = (sys.executable, "-m", "backend.cli")
PASSWORD = "a password for crashes"
LOGINS = ("crew", "supervisor")
STOP_S = 30.0
LAT, LON = 54.87, 69.15
UNTOUCHED = 3  # moves of a task that is done and that nobody has taken back: assigned, in progress, done
SETTINGS = {
    "QALA_PORT": "0",
    "QALA_WEB_PROCESSES": "1",
    "QALA_WORK_PROCESSES": "0",  # «stored» is what counts; verdicts would only take the time
    "QALA_CHECK_IN_WAIT_S": "0",
    "QALA_LOGIN_RATE": "100000 per minute",
    "QALA_PUBLIC_RATE": "100000 per minute",
    "QALA_LOG_LEVEL": "ERROR",
    "PYTHONUNBUFFERED": "1",
}
IIN = "751051400002"  # well-formed; it belongs to nobody


@dataclass(frozen=True)
class City:
    """Where the server is, where its rows lie, and the tasks that may be moved, by login."""

    host: str
    port: int
    database: Path
    log: Path
    tasks: dict[str, list[str]]
    dispatcher: ApiClient

    def take_back(self, most: int) -> int:
        """A dispatcher takes tasks back that are done, so that a move whose answer was lost would be made twice; how many."""
        done = self.dispatcher.call("GET", "/tasks", None, state=TaskState.DONE.value)["items"]
        fresh = [task for task in done if len(task["moves"]) == UNTOUCHED][:most]
        for task in fresh:
            back = {"to": TaskState.IN_PROGRESS.value, "reason": "Not done yet"}
            self.dispatcher.call("POST", f"/tasks/{task['id']}/moves", back)
        return len(fresh)


@contextmanager
def served_city(folder: Path, tasks_each: int) -> Iterator[City]:
    """Serve a new city from a folder on SQLite; stopped at the end, cleanly."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QALA_")}
    environment |= {"QALA_INSTANCE_DIR": str(folder / "instance"), **SETTINGS}
    subprocess.run(
        [*QALA, "migrate"], cwd=PROJECT_DIR, env=environment, check=True, stdout=subprocess.DEVNULL
    )
    subprocess.run(
        [*QALA, "create-admin", "boss", "--password-stdin"],
        cwd=PROJECT_DIR,
        env=environment,
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [*QALA, "serve"],
            cwd=PROJECT_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        assert process.stdout is not None
        said = (re.search(r"serves at (\S+)", line) for line in process.stdout)
        url = next((found[1] for found in said if found), None)
        if url is None:
            raise RuntimeError(f"the server did not start: {log.read_text(encoding='utf-8')[-2000:]}")
        address = urlsplit(url)
        tasks = _fill(url, tasks_each)
        with _signed_in(url, "dispatcher") as dispatcher:
            yield City(
                address.hostname or "",
                address.port or 0,
                folder / "instance" / "qala.db",
                log,
                tasks,
                dispatcher,
            )
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        finally:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _fill(url: str, tasks_each: int) -> dict[str, list[str]]:
    """A district, staff, a person, public works, a route, and tasks to move; the ids of those by login."""
    with _signed_in(url, "boss") as boss:
        names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Centre")
        district = {"district_id": boss.call("POST", "/districts", {"code": "centre", **names})["id"]}
        user_ids = {
            login: _invite(boss, url, login, district["district_id"]) for login in ("dispatcher", *LOGINS)
        }
        begin = boss.server_now() - timedelta(hours=1)
    window = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=20)).isoformat()}
    with _signed_in(url, "dispatcher") as dispatcher:
        fence = {"name": "Park", "boundary": _square(), "valid_from": (begin - timedelta(days=9)).isoformat()}
        fence_id = dispatcher.call("POST", "/geofences", {**district, **fence})["id"]
        identity = {"family_name": "Соколова", "given_name": "Елена", "patronymic": "", "iin": IIN}
        person = {**district, **identity, "language": "ru", "biometric_basis": "consent"}
        person_id = dispatcher.call("POST", "/people", person)["id"]
        works = {"kind": "public_works", "title": "Park", "geofence_id": fence_id, **window}
        works |= {"assignee_ids": [user_ids["supervisor"]], "person_ids": [person_id]}
        _task(dispatcher, {**district, **works})
        _route(dispatcher, {**district, **window, "assignee_ids": [user_ids["crew"]]})
        other = {"kind": "inspection", "title": "Lamps", "geofence_id": fence_id, **window, **district}
        return {
            login: [
                _task(dispatcher, {**other, "assignee_ids": [user_ids[login]]}) for _ in range(tasks_each)
            ]
            for login in LOGINS
        }


def _signed_in(url: str, login: str) -> ApiClient:
    client = ApiClient(url, DeviceKey.generate(), Language.EN)
    client.login(login, PASSWORD, f"crash run, {login}")
    return client


def _invite(boss: ApiClient, url: str, login: str, district_id: str) -> str:
    body = {"login": login, "display_name": login, "role": login, "district_ids": [district_id]}
    invited = boss.call("POST", "/users", body)
    chosen = {"code": invited["code"], "password": PASSWORD}
    httpx.post(f"{url}{API_PREFIX}/auth/password", json=chosen, timeout=30.0).raise_for_status()
    return str(invited["user"]["id"])


def _task(dispatcher: ApiClient, plan: dict[str, Any]) -> str:
    task_id = dispatcher.call("POST", "/tasks", plan)["id"]
    dispatcher.call("POST", f"/tasks/{task_id}/moves", {"to": "assigned"})
    return str(task_id)


def _route(dispatcher: ApiClient, plan: dict[str, Any]) -> None:
    stops = [
        {"action": "collect", "title": f"Stop {number}", "lat": LAT + number / 1000, "lon": LON}
        for number in range(6)
    ]
    route = dispatcher.call("POST", "/routes", {**plan, "kind": "waste", "title": "Round", "stops": stops})
    dispatcher.call("POST", f"/routes/{route['id']}/moves", {"to": "released"})


def _square() -> dict[str, Any]:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return {"type": "Polygon", "coordinates": [[[LON + 0.003 * x, LAT + 0.003 * y] for x, y in corners]]}
