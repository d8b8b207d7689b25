"""The simulated crew's parts: a truck that moves as trucks do, pictures of faults, and a phone with the app's own outbox."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from mobile.capture.photos import PHOTO_BYTES
from mobile.client.answers import NotNow
from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.keeping.sole import AlreadyRunning
from mobile.simulated.asphalt import photo_of
from mobile.simulated.driving import ARRIVED_M, LONGEST_S, SPEED_MPS, Leg, Truck
from mobile.simulated.outbox_phone import OutboxPhone
from mobile.simulated.reports import move_item
from shared.contracts import RouteStop
from shared.geometry import Point, distance_m
from shared.vocabulary import DefectKind, StopAction, TaskState
from tests.mobile.phone_store import TOKENS
from tests.mobile.scripted_server import NOON, ScriptedServer, problem

DEPOT, YARD = Point(lat=54.87, lon=69.15), Point(lat=54.88, lon=69.15)  # 1.1 km apart


def stop_at(place: Point) -> RouteStop:
    """A stop."""
    return RouteStop(id=uuid4(), action=StopAction.COLLECT, title="Двор", lat=place.lat, lon=place.lon)


# --- driving ---------------------------------------------------------------------------------------------


def test_truck_begins_at_its_first_stop() -> None:
    """Where it was before is nobody's business."""
    leg = Truck(random.Random(1)).drive(stop_at(DEPOT), NOON, 1_000_000)
    assert (True, 1) == (leg.arrived, len(leg.fixes))


def test_truck_is_on_its_way_as_long_as_the_way_is() -> None:
    """Fixes go forward in time and place, at a truck's speed, and none is of the future."""
    truck, at = Truck(random.Random(1)), NOON
    truck.drive(stop_at(DEPOT), at, 1_000_000)
    legs: list[Leg] = []
    while not legs or not legs[-1].arrived:
        at += timedelta(seconds=30)
        legs.append(truck.drive(stop_at(YARD), at, 1_000_000))
    far_m = distance_m(DEPOT, YARD)
    assert far_m / SPEED_MPS <= 30 * len(legs) <= far_m / SPEED_MPS + 30
    fixes = [fix for leg in legs for fix in leg.fixes]
    times = [fix.taken_at for fix in fixes]
    assert times == sorted(set(times))
    assert times[-1] <= at
    assert distance_m(Point(lat=fixes[-1].lat, lon=fixes[-1].lon), YARD) <= 3 * ARRIVED_M


def test_truck_loads_while_nobody_looks() -> None:
    """A long pause is no long drive."""
    truck = Truck(random.Random(1))
    truck.drive(stop_at(DEPOT), NOON, 1_000_000)
    leg = truck.drive(stop_at(Point(lat=55.2, lon=69.15)), NOON + timedelta(hours=1), 5_000_000)
    assert not leg.arrived
    assert leg.fixes[0].taken_at >= NOON + timedelta(hours=1) - timedelta(seconds=LONGEST_S)


# --- pictures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [DefectKind.POTHOLE, DefectKind.CRACK_LONGITUDINAL, DefectKind.OTHER])
def test_picture_of_a_fault_is_as_the_app_sends_it(kind: DefectKind) -> None:
    """JPEG, small enough, and no two alike."""
    first, second = (photo_of(kind, random.Random(seed)) for seed in (1, 2))
    assert first != second
    assert len(first) <= PHOTO_BYTES
    with Image.open(io.BytesIO(first)) as image:
        assert "JPEG" == image.format


# --- the phone -------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> ScriptedServer:
    """A server with nothing new."""
    server = ScriptedServer()
    said = {"cursor": "c", "reset": False, "server_time": NOON.isoformat(), "min_client": "0.1.0"}
    server.tell("/sync", httpx.Response(200, json={**said, "tasks": [], "check_ins": [], "tombstones": []}))
    return server


PickUp = Callable[[], OutboxPhone]


@pytest.fixture
def pick_up(server: ScriptedServer, tmp_path: Path) -> Iterator[PickUp]:
    """Picks the same phone up, as a new process would."""
    made: list[OutboxPhone] = []
    key = DeviceKey.generate()

    def make() -> OutboxPhone:
        transport = httpx.MockTransport(server._answer)
        client = ApiClient("http://server.test", key, tokens=TOKENS, now=lambda: NOON, transport=transport)
        made.append(OutboxPhone(client, tmp_path / "phone", random.Random(1)))
        return made[-1]

    yield make
    for phone in made:
        phone.close()


def test_what_was_put_while_the_server_was_away_goes_later(server: ScriptedServer, pick_up: PickUp) -> None:
    """Also by the next process."""
    task_id = uuid4()
    phone = pick_up()
    item = move_item(phone.hand(), task_id, TaskState.DONE)
    path = f"/tasks/{task_id}/moves/{item.id}"
    server.tell(path, httpx.ConnectError("refused"))
    server.tell("/sync", httpx.ConnectError("refused"), *server._answers["/sync"])
    with pytest.raises(NotNow):
        phone.put(item)
    phone.close()
    server.tell(path, httpx.Response(200, json={"id": str(item.id)}))
    phone = pick_up()
    phone.worker.reconnected()
    phone.sync()
    assert (0, 0) == (phone.outbox.waiting_count(), phone.outbox.trouble_count())
    assert server.asked(path)


def test_refused_item_is_told_and_given_up(server: ScriptedServer, pick_up: PickUp) -> None:
    """Nobody looks at this phone's outbox."""
    task_id = uuid4()
    phone = pick_up()
    item = move_item(phone.hand(), task_id, TaskState.DONE)
    server.tell(f"/tasks/{task_id}/moves/{item.id}", problem(422, "invalid"))
    found = phone.put(item)
    assert found is not None
    assert ("invalid", []) == (found.slug, phone.outbox.items())


def test_phone_is_in_one_hand(pick_up: PickUp) -> None:
    """Two cities on one instance would send everything twice."""
    pick_up()
    with pytest.raises(AlreadyRunning):
        pick_up()
