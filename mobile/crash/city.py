"""A served city for a crash run: `qala serve` with an instance folder of its own, and just enough people, tasks and a route."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mobile.client.api_client import ApiClient
from mobile.crash.movable import Movable
from mobile.simulated.served import Served, served
from shared.vocabulary import RouteState, TaskState

LOGINS = ("crew", "supervisor")
LAT, LON = 54.87, 69.15
SETTINGS = {
    "QALA_WORK_PROCESSES": "0",  # «stored» is what counts; verdicts would only take the time
    "QALA_CHECK_IN_WAIT_S": "0",
}
IIN = "751051400002"  # well-formed; it belongs to nobody


@dataclass(frozen=True)
class City:
    """Where the server is, where its rows lie, and the tasks and routes that may be moved, by login."""

    host: str
    port: int
    database: Path
    log: Path
    movable: dict[str, list[Movable]]
    dispatcher: ApiClient
    _taken_back: set[str] = field(default_factory=set)

    def take_back(self, most: int) -> int:
        """A dispatcher takes back what is done, so that a move whose answer was lost would be made twice; how many."""
        return sum(
            self._take_back(path, done, back, most)
            for path, done, back in (
                ("/tasks", TaskState.DONE.value, TaskState.IN_PROGRESS.value),
                ("/routes", RouteState.CLOSED.value, RouteState.DRIVING.value),
            )
        )

    def _take_back(self, path: str, done: str, back: str, most: int) -> int:
        found = [str(each["id"]) for each in self.dispatcher.call("GET", path, None, state=done)["items"]]
        fresh = [each for each in found if each not in self._taken_back][:most]
        for each in fresh:
            self.dispatcher.call("POST", f"{path}/{each}/moves", {"to": back, "reason": "Not done yet"})
        self._taken_back.update(fresh)
        return len(fresh)


@contextmanager
def served_city(folder: Path, each: int) -> Iterator[City]:
    """Serve a new city from a folder on SQLite; stopped at the end, cleanly."""
    with served(folder, SETTINGS) as server:
        address = urlsplit(server.url)
        movable = _fill(server, each)
        with server.signed_in("dispatcher") as dispatcher:
            yield City(
                address.hostname or "",
                address.port or 0,
                server.database,
                server.log,
                movable,
                dispatcher,
            )


def _fill(server: Served, each: int) -> dict[str, list[Movable]]:
    """A district, staff, a person, public works, a route, and so many tasks and routes to move; these by login."""
    with server.signed_in("boss") as boss:
        names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Centre")
        district = {"district_id": boss.call("POST", "/districts", {"code": "centre", **names})["id"]}
        user_ids = {
            login: server.invite(boss, login, district["district_id"]) for login in ("dispatcher", *LOGINS)
        }
        begin = boss.server_now() - timedelta(hours=1)
    window = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=20)).isoformat()}
    with server.signed_in("dispatcher") as dispatcher:
        fence = {"name": "Park", "boundary": _square(), "valid_from": (begin - timedelta(days=9)).isoformat()}
        fence_id = dispatcher.call("POST", "/geofences", {**district, **fence})["id"]
        identity = {"family_name": "Соколова", "given_name": "Елена", "patronymic": "", "iin": IIN}
        person = {**district, **identity, "language": "ru", "biometric_basis": "consent"}
        person_id = dispatcher.call("POST", "/people", person)["id"]
        works = {"kind": "public_works", "title": "Park", "geofence_id": fence_id, **window}
        works |= {"assignee_ids": [user_ids["supervisor"]], "person_ids": [person_id]}
        _task(dispatcher, {**district, **works})
        driven = {**district, **window, "assignee_ids": [user_ids["crew"]]}
        _route(dispatcher, driven, stops=6)
        other = {"kind": "inspection", "title": "Lamps", "geofence_id": fence_id, **window, **district}
        movable: dict[str, list[Movable]] = {login: [] for login in LOGINS}
        for _ in range(each):
            for login in LOGINS:
                task_id = _task(dispatcher, {**other, "assignee_ids": [user_ids[login]]})
                movable[login].append(Movable("task", task_id))
            movable["crew"].append(Movable("route", _route(dispatcher, driven, stops=1)))
        return movable


def _task(dispatcher: ApiClient, plan: dict[str, Any]) -> str:
    task_id = dispatcher.call("POST", "/tasks", plan)["id"]
    dispatcher.call("POST", f"/tasks/{task_id}/moves", {"to": "assigned"})
    return str(task_id)


def _route(dispatcher: ApiClient, plan: dict[str, Any], *, stops: int) -> str:
    places = [
        {"action": "collect", "title": f"Stop {number}", "lat": LAT + number / 1000, "lon": LON}
        for number in range(stops)
    ]
    route = dispatcher.call("POST", "/routes", {**plan, "kind": "waste", "title": "Round", "stops": places})
    dispatcher.call("POST", f"/routes/{route['id']}/moves", {"to": "released"})
    return str(route["id"])


def _square() -> dict[str, Any]:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return {"type": "Polygon", "coordinates": [[[LON + 0.003 * x, LAT + 0.003 * y] for x, y in corners]]}
