"""A check-in by touch against a real, running server with its workers: the desktop's head turns as it is asked, the verdict comes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from mobile.capture.phases import NO_PICTURES
from mobile.devices.platform import DeviceSettings, for_this_platform
from mobile.models.navigation import Place
from mobile.models.phone import Phone
from mobile.outbox.ladder import ItemState
from mobile.simulated.faces import PORTRAIT, Turnable, find_face
from mobile.simulated.location import inner_point
from shared.contracts import CheckInAnswer, decode
from shared.geometry import place_of
from shared.vocabulary import Outcome
from tests.factories import PARK, valid_iin
from tests.mobile.screens.conftest import Hand, OffScreenClient
from tests.stories.running_city import PASSWORD, RunningCity, running_city

pytestmark = pytest.mark.slow
NAME = "Соколова Е."
SERVED_S = timedelta(days=14)
TRIES = 5


@dataclass
class Works:
    """A served city with a supervisor, a task for now and one enrolled person."""

    city: RunningCity
    face: Turnable
    task_id: str


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Works]:
    """Set up over HTTP; the enrolment is done by the worker."""
    face = find_face(PORTRAIT, None)
    if face is None:
        pytest.skip("scikit-image, which carries the portrait, is not installed")
    assert isinstance(face, Turnable)
    with running_city(
        tmp_path_factory.mktemp("city"), QALA_WEB_PROCESSES="1", QALA_WORK_PROCESSES="1"
    ) as city:
        made = city.qala("create-admin", "boss", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        boss = city.sign_in("boss")
        names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Centre")
        district_id = boss.call("POST", "/districts", {"code": "centre", **names})["id"]
        city.invite(boss, "dispatcher", "dispatcher", district_id)
        supervisor_id = city.invite(boss, "nurlan", "supervisor", district_id)
        dispatcher, district = city.sign_in("dispatcher"), {"district_id": district_id}
        person = {"family_name": "Соколова", "given_name": "Елена", "patronymic": ""}
        person |= {"iin": valid_iin(75105140000), "language": "ru", "biometric_basis": "consent"}
        person_id = dispatcher.call("POST", "/people", {**district, **person})["id"]
        now = dispatcher.server_now()
        order = {"number": "15-2026", "regime": "criminal", "hours_total_min": 7200, "employed": False}
        order |= {"starts_on": f"{now - SERVED_S:%F}", "allowed_weekdays": [*range(7)]}
        dispatcher.call("POST", f"/people/{person_id}/orders", order)
        city.enrol(dispatcher, person_id, face.enrolment(random.Random(7), 5))
        begin = now - timedelta(hours=1)
        fence = {"name": "Парк", "boundary": PARK, "valid_from": (begin - timedelta(days=1)).isoformat()}
        fence_id = dispatcher.call("POST", "/geofences", {**district, **fence})["id"]
        window = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=8)).isoformat()}
        plan = {"kind": "public_works", "title": "Уборка парка", "geofence_id": fence_id, **window}
        plan |= {"assignee_ids": [supervisor_id], "person_ids": [person_id]}
        task_id = dispatcher.call("POST", "/tasks", {**district, **plan})["id"]
        dispatcher.call("POST", f"/tasks/{task_id}/moves", {"to": "assigned"})
        yield Works(city, face, task_id)


@pytest.fixture
def phone(tmp_path: Path, works: Works) -> Iterator[Phone]:
    """A phone that has never been used, in the park, before the person's face."""

    def face(_person_id: UUID) -> Turnable:
        return works.face

    spot = inner_point(place_of(PARK))
    devices = for_this_platform(
        DeviceSettings(folder=tmp_path, faces=face, here=lambda: spot, sound=False, rng=random.Random(3))
    )
    phone = Phone(
        tmp_path,
        devices.keys,
        device_name="phone of nurlan",
        devices=devices,
        make_client=OffScreenClient,
    )
    yield phone
    phone.close()


def take(app: Hand) -> None:
    """Take a check-in, as people do where the camera cannot keep up: on a machine that has much else to do it is painted too slowly."""
    too_slow = str(NO_PICTURES)
    for _once_more in range(TRIES):
        app.touch("Take the check-in")
        app.wait_for(lambda: app.screen.view.verdict is not None or too_slow in app.texts())
        if app.screen.view.verdict is not None:
            return
        app.touch("Once more")
    pytest.fail(too_slow)


def test_a_check_in_is_taken_sent_and_judged(window: None, works: Works, phone: Phone) -> None:
    """Sign in, tab, person, button: the head turns, «saved» covers the screen, and the verdict takes its place."""
    from mobile.app import Threads

    app = Hand(phone.core(), Threads())
    try:
        app.write("server", works.city.url)
        app.write("login", "nurlan")
        app.write("password", PASSWORD)
        app.touch("Sign in")
        app.wait_for(lambda: app.place == Place.LOCK)
        app.enter_pin()
        app.wait_for(lambda: "Уборка парка" in app.texts())
        app.touch("Check-in")
        app.touch(NAME)
        app.wait_for(lambda: app.screen.view.gps_colour == "good")
        take(app)
        app.wait_for(lambda: app.screen.view.verdict.final)
        assert {"accepted", NAME, "More"} <= set(app.texts())
        app.touch("Back to the list")
        app.wait_for(lambda: "accepted" in {row.facts for row in app.screen.view.rows})
        app.touch(NAME)
        app.wait_for(lambda: app.screen.view.kind == "departure")
    finally:
        app.stage.close()
    [item] = phone.outbox.items()
    assert item.answer is not None
    assert Outcome.ACCEPTED is decode(CheckInAnswer, item.answer).outcome
    assert item.state in (ItemState.STORED, ItemState.VERIFIED)
    assert item.photo_bytes < 700_000


def test_movements_taken_along_serve_without_a_network(window: None, works: Works, phone: Phone) -> None:
    """They are fetched with one touch, and lie on the phone for each person."""
    from mobile.app import Threads

    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(phone.account.sign_in, works.city.url, "nurlan", PASSWORD).result()
    app = Hand(phone.core(), Threads())
    try:
        app.enter_pin()
        app.touch("Check-in")
        app.wait_for(lambda: "Take movements along" in app.texts())
        app.touch("Take movements along")
        words = "Movements without a network: for a while 1/1, for days 1/1"
        app.wait_for(lambda: words in app.texts())
    finally:
        app.stage.close()
    held = phone.equipment().held.count(UUID(works.task_id), phone.core().now())
    assert [3] == list(held.values())
