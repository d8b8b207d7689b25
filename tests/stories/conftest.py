"""Stories run on SQLite and on PostgreSQL, with real processes and the real face models."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from mobile.client.api_client import ApiClient
from mobile.simulated.boot_clock import BootClock
from mobile.simulated.faces import PORTRAIT, Face, find_face
from mobile.simulated.location import inner_point
from mobile.simulated.phone import Capture, SimulatedPhone
from shared.contracts import TaskCard
from shared.geometry import place_of
from tests.factories import PARK, valid_iin
from tests.stories.running_city import PASSWORD, RunningCity, running_city

SETTINGS = {
    "QALA_WEB_PROCESSES": "2",
    "QALA_WORK_PROCESSES": "1",
    "QALA_LEASE_S": "5",
    "QALA_CHECK_IN_WAIT_S": "3",
}


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCity]:
    """A served city with one administrator, on each database."""
    settings = dict(SETTINGS)
    folder: Path = tmp_path_factory.mktemp("city")
    if request.param == "postgresql":
        settings["QALA_DATABASE_URL"] = request.getfixturevalue("postgresql").create(f"story_{folder.name}")
    with running_city(folder, **settings) as city:
        made = city.qala("create-admin", "boss", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        yield city


@dataclass
class Works:
    """Public works that are set up: a supervisor's phone, a dispatcher, a task, an enrolled person with a face."""

    city: RunningCity
    dispatcher: ApiClient
    phone: SimulatedPhone
    person_id: UUID
    face: Face
    task: TaskCard

    def capture(self) -> Capture:
        """The right person at the right place does what a new challenge asks for."""
        self.city.wait_until_up()
        at = inner_point(place_of(self.task.place or {}))
        return self.phone.check_in(self.task, self.person_id, self.face, at)


@pytest.fixture(scope="module")
def works(city: RunningCity) -> Works:
    """Everything set up over HTTP, as its users would; the enrolment is done by the worker."""
    face = find_face(PORTRAIT, None)
    if face is None:
        pytest.skip("scikit-image, which carries the portrait, is not installed")
    rng = random.Random(7)
    boss = city.sign_in("boss")
    names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Centre")
    district_id = boss.call("POST", "/districts", {"code": "centre", **names})["id"]
    city.invite(boss, "dispatcher", "dispatcher", district_id)
    supervisor_id = city.invite(boss, "supervisor", "supervisor", district_id)
    dispatcher, client = city.sign_in("dispatcher"), city.sign_in("supervisor")
    district = {"district_id": district_id}
    person = {
        "family_name": "Соколова",
        "given_name": "Елена",
        "patronymic": "",
        "iin": valid_iin(75105140000),
    }
    person |= {"language": "ru", "biometric_basis": "consent"}
    person_id = dispatcher.call("POST", "/people", {**district, **person})["id"]
    order = {"number": "15-2026", "regime": "criminal", "hours_total_min": 120 * 60, "employed": False}
    order |= {"starts_on": f"{client.server_now() - timedelta(days=14):%F}", "allowed_weekdays": [*range(7)]}
    dispatcher.call("POST", f"/people/{person_id}/orders", order)
    city.enrol(dispatcher, person_id, face.enrolment(rng, 5))
    begin = client.server_now() - timedelta(hours=1)
    fence = {"name": "Парк", "boundary": PARK, "valid_from": (begin - timedelta(days=1)).isoformat()}
    fence_id = dispatcher.call("POST", "/geofences", {**district, **fence})["id"]
    window = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=8)).isoformat()}
    plan = {"kind": "public_works", "title": "Уборка парка", "geofence_id": fence_id, **window}
    plan |= {"assignee_ids": [supervisor_id], "person_ids": [person_id]}
    task_id = dispatcher.call("POST", "/tasks", {**district, **plan})["id"]
    dispatcher.call("POST", f"/tasks/{task_id}/moves", {"to": "assigned"})
    phone = SimulatedPhone(client, rng, BootClock())
    phone.sync()
    [task] = phone.tasks
    return Works(city, dispatcher, phone, UUID(person_id), face, task)
