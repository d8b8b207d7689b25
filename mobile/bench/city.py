"""A served city with one enrolled person at work, a supervisor who checks in and a crew that reports."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import UUID, uuid4

import httpx

from mobile.client.api_client import API_PREFIX, ApiClient
from mobile.simulated.faces import PORTRAIT, Turnable, find_face
from mobile.simulated.served import Served, served
from shared.geometry import Point

AT = Point(lat=54.8695, lon=69.1425)
IIN = "751051400002"  # well-formed; it belongs to nobody
ENROLMENT_PHOTOS = 5
ENROLLED_WITHIN_S = 120.0
SETTINGS = {"QALA_WORK_PROCESSES": "1", "QALA_REVIEW_SAMPLE_SHARE": "0", "QALA_SPOT_CHECKS_PER_SHIFT": "0"}


@dataclass(frozen=True)
class City:
    """What the measurements need of it; ``face`` is None where no face is on this machine, and nobody is enrolled then."""

    server: Served
    district_id: str
    supervisor_id: str
    task_id: UUID
    person_id: UUID
    face: Turnable | None
    dispatcher: ApiClient

    def plan(self, title: str) -> UUID:
        """A new task for the supervisor, handed out."""
        window = _window(self.dispatcher)
        body: dict[str, Any] = {
            "district_id": self.district_id,
            "kind": "inspection",
            "title": title,
            **window,
        }
        body |= {"place": {"type": "Point", "coordinates": [AT.lon, AT.lat]}, "radius_m": 100}
        return _handed_out(self.dispatcher, {**body, "assignee_ids": [self.supervisor_id]})


@contextmanager
def working_city(folder: Path) -> Iterator[City]:
    """Serve it; stopped at the end."""
    face = find_face(PORTRAIT, None)
    with served(folder, SETTINGS) as server, server.signed_in("boss") as boss:
        names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Centre")
        district_id = boss.call("POST", "/districts", {"code": "centre", **names})["id"]
        ids = {
            login: server.invite(boss, login, district_id) for login in ("dispatcher", "supervisor", "crew")
        }
        head = cast(Turnable | None, face)  # the portrait's turns
        with server.signed_in("dispatcher") as dispatcher:
            person_id = _person(dispatcher, district_id)
            if face is not None:
                _enrol(dispatcher, server, person_id, face.enrolment(random.Random(7), ENROLMENT_PHOTOS))
            fence = {"name": "Park", "boundary": _square(), "district_id": district_id}
            fence["valid_from"] = (dispatcher.server_now() - timedelta(days=1)).isoformat()
            fence_id = dispatcher.call("POST", "/geofences", fence)["id"]
            works = {"district_id": district_id, "kind": "public_works", "title": "Park"}
            works |= {"geofence_id": fence_id, **_window(dispatcher)}
            works |= {"assignee_ids": [ids["supervisor"]], "person_ids": [str(person_id)]}
            task_id = _handed_out(dispatcher, works)
            yield City(server, district_id, ids["supervisor"], task_id, person_id, head, dispatcher)


def _person(dispatcher: ApiClient, district_id: str) -> UUID:
    """Somebody with an order."""
    person = {"family_name": "Соколова", "given_name": "Елена", "patronymic": "", "iin": IIN}
    person |= {"district_id": district_id, "language": "ru", "biometric_basis": "consent"}
    person_id = dispatcher.call("POST", "/people", person)["id"]
    began = dispatcher.server_now() - timedelta(days=14)
    order = {"number": "1", "regime": "criminal", "hours_total_min": 7200, "employed": False}
    order |= {"starts_on": f"{began:%F}", "allowed_weekdays": [*range(7)]}
    dispatcher.call("POST", f"/people/{person_id}/orders", order)
    return UUID(person_id)


def _enrol(dispatcher: ApiClient, server: Served, person_id: UUID, photos: list[bytes]) -> None:
    assert dispatcher.tokens is not None
    path = f"/people/{person_id}/face-templates/{uuid4()}"
    parts = [("photo", (f"{index}.jpg", photo, "image/jpeg")) for index, photo in enumerate(photos)]
    headers = {"Authorization": f"Bearer {dispatcher.tokens.access_token}"}
    httpx.put(
        f"{server.url}{API_PREFIX}{path}", files=parts, headers=headers, timeout=60.0
    ).raise_for_status()
    ends_s = time.monotonic() + ENROLLED_WITHIN_S
    while dispatcher.call("GET", path)["state"] != "enrolled":
        if time.monotonic() > ends_s:
            raise RuntimeError("the server has not enrolled the face: is a worker with its models running?")
        time.sleep(0.2)


def _handed_out(dispatcher: ApiClient, plan: dict[str, Any]) -> UUID:
    task_id = dispatcher.call("POST", "/tasks", plan)["id"]
    dispatcher.call("POST", f"/tasks/{task_id}/moves", {"to": "assigned"})
    return UUID(task_id)


def _window(dispatcher: ApiClient) -> dict[str, str]:
    begin = dispatcher.server_now() - timedelta(hours=1)
    return {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=12)).isoformat()}


def _square() -> dict[str, Any]:
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return {
        "type": "Polygon",
        "coordinates": [[[AT.lon + 0.003 * x, AT.lat + 0.002 * y] for x, y in corners]],
    }
