"""The app by touch against a real, running server: sign in, see the task, start it, and watch it arrive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mobile.keeping.seal import KeyFile
from mobile.models.navigation import Place
from mobile.models.phone import Phone
from mobile.outbox.ladder import ItemState
from tests.factories import PARK
from tests.mobile.screens.conftest import Hand, OffScreenClient
from tests.stories.running_city import PASSWORD, RunningCity, running_city

pytestmark = pytest.mark.slow
TITLE = "Осмотр парка"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCity]:
    """A served city with a supervisor and a task for now."""
    with running_city(tmp_path_factory.mktemp("city"), QALA_WEB_PROCESSES="1") as city:
        made = city.qala("create-admin", "boss", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        boss = city.sign_in("boss")
        names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Centre")
        district = {"district_id": boss.call("POST", "/districts", {"code": "centre", **names})["id"]}
        supervisor_id = city.invite(boss, "nurlan", "supervisor", district["district_id"])
        begin = boss.server_now() - timedelta(hours=1)
        fence = {"name": "Парк", "boundary": PARK, "valid_from": (begin - timedelta(days=1)).isoformat()}
        fence_id = boss.call("POST", "/geofences", {**district, **fence})["id"]
        window = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=8)).isoformat()}
        plan = {"kind": "inspection", "title": TITLE, "geofence_id": fence_id, **window}
        task_id = boss.call("POST", "/tasks", {**district, **plan, "assignee_ids": [supervisor_id]})["id"]
        boss.call("POST", f"/tasks/{task_id}/moves", {"to": "assigned"})
        yield city


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    """A phone that has never been used."""
    keys = KeyFile(tmp_path / "store.key")
    phone = Phone(tmp_path, keys, device_name="phone of nurlan", make_client=OffScreenClient)
    yield phone
    phone.close()


def test_a_task_is_started_on_the_phone_and_on_the_server(
    window: None, city: RunningCity, phone: Phone
) -> None:
    """The whole way: form, PIN, list, button, outbox, server."""
    from mobile.app import Threads

    app = Hand(phone.core(), Threads())
    try:
        app.write("server", city.url)
        app.write("login", "nurlan")
        app.write("password", PASSWORD)
        app.touch("Sign in")
        app.wait_for(lambda: app.place == Place.LOCK)
        app.enter_pin()
        app.wait_for(lambda: TITLE in app.texts())
        app.touch(TITLE)
        app.touch("Start")
        app.wait_for(lambda: [ItemState.VERIFIED] == states(phone))
        app.touch("Outbox")
        app.wait_for(lambda: "confirmed" in app.texts())
    finally:
        app.stage.close()
    (task,) = city.clients[0].call("GET", "/tasks")["items"]
    assert "in_progress" == task["state"]


def test_a_wrong_password_is_said_in_the_server_s_words(
    window: None, city: RunningCity, phone: Phone
) -> None:
    """And nothing is kept of it."""
    from mobile.app import Threads

    app = Hand(phone.core(), Threads())
    try:
        app.write("server", city.url)
        app.write("login", "nurlan")
        app.write("password", "wrong password")
        app.touch("Sign in")
        app.wait_for(lambda: bool(app.screen.view.password_error))
        assert Place.SIGN_IN == app.place
        assert phone.account.user is None
    finally:
        app.stage.close()


def states(phone: Phone) -> list[ItemState]:
    """How far everything in the outbox has come."""
    return [item.state for item in phone.outbox.items()]
