"""A crew's shift by touch against a real, running server: a route is driven and a hole reported, and the server has both."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from mobile.devices.platform import DesktopCameraKind, DeviceSettings, for_this_platform
from mobile.models.navigation import Place
from mobile.models.phone import Phone
from mobile.outbox.ladder import ItemKind, ItemState
from mobile.shots.example_routes import painted_road
from shared.geometry import Point
from tests.factories import route_plan
from tests.mobile.screens.conftest import Hand, OffScreenClient
from tests.stories.running_city import PASSWORD, RunningCity, running_city

pytestmark = pytest.mark.slow
SETTLED = (ItemState.STORED, ItemState.VERIFIED)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCity]:
    """A served city with a crew and its route for now; the second stop wants a photo."""
    with running_city(tmp_path_factory.mktemp("city"), QALA_WEB_PROCESSES="1") as city:
        made = city.qala("create-admin", "boss", "--password-stdin", stdin=f"{PASSWORD}\n")
        assert made.returncode == 0, made.stderr
        boss = city.sign_in("boss")
        names = dict.fromkeys(("name_ru", "name_kk", "name_en"), "Centre")
        district_id = boss.call("POST", "/districts", {"code": "centre", **names})["id"]
        crew_id = city.invite(boss, "crew", "crew", district_id)
        city.invite(boss, "dispatcher", "dispatcher", district_id)
        dispatcher = city.sign_in("dispatcher")
        plan = route_plan(UUID(district_id), dispatcher.server_now() - timedelta(hours=1))
        plan["stops"][1]["photo_needed"] = True
        route = dispatcher.call("POST", "/routes", {**plan, "assignee_ids": [crew_id]})
        dispatcher.call("POST", f"/routes/{route['id']}/moves", {"to": "released"})
        yield city


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    """A phone that has never been used, in a lorry, before a hole in the road."""
    (tmp_path / "pictures").mkdir()
    painted_road().save(tmp_path / "pictures" / "road.png")
    devices = for_this_platform(
        DeviceSettings(
            folder=tmp_path,
            camera=DesktopCameraKind.FOLDER,
            pictures=tmp_path / "pictures",
            here=lambda: Point(lat=54.8695, lon=69.1416),
            sound=False,
        )
    )
    phone = Phone(
        tmp_path,
        devices.keys,
        device_name="phone of the crew",
        devices=devices,
        make_client=OffScreenClient,
    )
    phone.start()
    yield phone
    phone.close()


def test_a_route_is_driven_and_a_hole_reported(window: None, city: RunningCity, phone: Phone) -> None:
    """Done, done with a photo, skipped; then a defect: the server has each of them, and where it was."""
    from mobile.app import Threads

    app = Hand(phone.core(), Threads())
    try:
        app.write("server", city.url)
        app.write("login", "crew")
        app.write("password", PASSWORD)
        app.touch("Sign in")
        app.wait_for(lambda: app.place == Place.LOCK)
        app.enter_pin()
        app.touch("Route")
        app.wait_for(lambda: "Площадка 1" in app.texts())
        app.wait_for(lambda: phone.core().equipment.devices.location.latest is not None)
        app.touch("Start the route")
        app.wait_for(lambda: "Recording your way until" in app.stage.root.ids.recording.text)
        app.stage.settle(1.0)
        app.touch("Done")
        app.wait_for(lambda: "Площадка 2" in app.texts())
        app.wait_for(lambda: phone.shifts.recording.count > 0)
        app.stage.settle(1.0)  # a touch at once would not be meant for the next stop
        app.touch("Done, with a photo")
        app.wait_for(lambda: app.screen.ids.frame.preview is not None)
        app.touch("Take the photo")
        app.wait_for(lambda: "Done" in app.texts())
        app.touch("Done")
        app.wait_for(lambda: "Площадка 3" in app.texts())
        app.stage.settle(1.0)
        app.touch("Skip")
        app.touch("Parked cars")
        app.wait_for(lambda: "All stops are done or skipped" in app.texts())
        app.stage.settle(1.0)
        app.touch("Finish the route")
        app.wait_for(lambda: "" == app.stage.root.ids.recording.text)
        app.touch("Defect")
        app.wait_for(lambda: app.screen.ids.frame.preview is not None)
        app.touch("Take the photo")
        app.wait_for(lambda: "Save" in app.texts())
        app.touch("Pothole")
        app.touch("Save")
        app.wait_for(lambda: 7 <= sum(item.state in SETTLED for item in phone.outbox.items()))
    finally:
        app.stage.close()
    (held,) = phone.local.routes()
    recorded = len(phone.shifts.load(held.sheet.id))
    assert recorded == len(city.sign_in("crew").call("GET", "/location-fixes")["items"])
    assert {ItemKind.DEFECT: 1, ItemKind.STOP_REPORT: 3} == {
        kind: sum(item.kind is kind for item in phone.outbox.items())
        for kind in (ItemKind.DEFECT, ItemKind.STOP_REPORT)
    }
    dispatcher = city.sign_in("dispatcher")
    (route,) = dispatcher.call("GET", "/routes")["items"]
    stops = dispatcher.call("GET", f"/routes/{route['id']}")["stops"]
    assert ["done", "done", "skipped"] == [stop["state"] for stop in stops]
    assert "closed" == route["state"]
    (defect,) = dispatcher.call("GET", "/defects")["items"]
    assert "pothole" == defect["kind_guess"]
