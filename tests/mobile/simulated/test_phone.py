"""A simulated phone against a server that says what the test tells it to: challenges, and what a capture's manifest says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import httpx
import pytest

from mobile.simulated.boot_clock import RUNNING_MS, BootClock
from mobile.simulated.heads import Shot
from mobile.simulated.phone import FRAME_EVERY_MS, Capture, SimulatedPhone
from mobile.simulated.prints import Way
from shared.contracts import CheckIn, TaskCard, decode, parse_json
from shared.geometry import Point
from shared.vocabulary import Camera, CheckInKind, Move, TaskKind, TaskState
from tests.mobile.scripted_server import NOON, ScriptedServer, tokens_body

PERSON_ID = uuid4()
AT = Point(lat=54.86, lon=69.14)


class Mime:
    """A face whose frames say what it did."""

    def enrolment(self, rng: random.Random, count: int) -> list[bytes]:
        """Nobody asks."""
        raise NotImplementedError

    def shots(self, rng: random.Random, count: int, *, light: float = 1.0) -> list[bytes]:
        """Nobody asks."""
        raise NotImplementedError

    def moving(
        self, rng: random.Random, moves: Sequence[Move], *, light: float = 1.0, way: Way = Way.LIVE
    ) -> list[Shot]:
        """Ahead, and each movement once."""
        made = [f"{way} {light} {move}".encode() for move in moves]
        return [(b"ahead", None), *((frame, index) for index, frame in enumerate(made))]


def task() -> TaskCard:
    """Any task."""
    return TaskCard(
        id=uuid4(),
        kind=TaskKind.PUBLIC_WORKS,
        title="t",
        note="",
        state=TaskState.ASSIGNED,
        priority=3,
        starts_at=NOON,
        ends_at=NOON + timedelta(hours=8),
        district_id=uuid4(),
        geofence_id=None,
        place=None,
        radius_m=None,
        required_evidence=(),
        people=(),
        version=1,
    )


def challenge_body(device_id: str, *moves: str) -> dict[str, Any]:
    """A challenge as the server issues it."""
    return {
        "id": str(uuid4()),
        "nonce": uuid4().hex,
        "person_id": str(PERSON_ID),
        "device_id": device_id,
        "moves": list(moves),
        "issued_at": NOON.isoformat(),
        "expires_at": (NOON + timedelta(minutes=10)).isoformat(),
    }


@pytest.fixture
def server() -> ScriptedServer:
    """A server that signs anybody in and asks for left and up."""
    server = ScriptedServer()
    tokens = tokens_body()
    server.tell("/auth/login", httpx.Response(200, json=tokens))
    batch = {
        "items": [challenge_body(tokens["device_id"], "left", "up")],
        "spot_checks": [],
        "server_time": (NOON + timedelta(seconds=7)).isoformat(),
    }
    server.tell("/check-in-challenges", httpx.Response(201, json=batch))
    return server


@pytest.fixture
def phone(server: ScriptedServer) -> SimulatedPhone:
    """A phone in a supervisor's hand."""
    phone = SimulatedPhone(server.client(), random.Random(1))
    phone.client.login("supervisor", "password", "phone")
    return phone


def manifest(capture: Capture) -> CheckIn:
    """What was signed."""
    return decode(CheckIn, parse_json(capture.manifest))


def test_capture_answers_the_challenge(server: ScriptedServer, phone: SimulatedPhone) -> None:
    """Its id and nonce, and for each frame which movement had been asked for."""
    capture = phone.check_in(task(), PERSON_ID, Mime(), AT)
    said = manifest(capture)
    [asked] = server.asked("/check-in-challenges")
    assert [str(PERSON_ID)] == parse_json(asked.content)["person_ids"]
    assert said.challenge is not None
    assert said.challenge.nonce
    assert [None, 0, 1] == [frame.prompt for frame in said.frames]
    assert (b"ahead", b"live 1.0 left", b"live 1.0 up") == capture.frames


def test_face_may_do_something_else_than_it_was_asked(phone: SimulatedPhone) -> None:
    """The prompts say what was asked, the pictures show what was done."""
    capture = phone.check_in(
        task(), PERSON_ID, Mime(), AT, moves=lambda moves: list(reversed(moves)), way=Way.SCREEN, light=0.5
    )
    assert [None, 0, 1] == [frame.prompt for frame in manifest(capture).frames]
    assert (b"ahead", b"screen 0.5 up", b"screen 0.5 left") == capture.frames


def test_challenge_can_be_used_again_by_who_tries(server: ScriptedServer, phone: SimulatedPhone) -> None:
    """What the server must notice."""
    work = task()
    challenge = phone.challenge(work, PERSON_ID)
    first, second = (
        manifest(phone.check_in(work, PERSON_ID, Mime(), AT, challenge=challenge)) for _ in range(2)
    )
    assert first.challenge == second.challenge
    assert first.id != second.id
    assert 1 == len(server.asked("/check-in-challenges"))


def test_clocks_say_when_the_server_was_heard_and_when_each_frame_was_taken(
    server: ScriptedServer, phone: SimulatedPhone
) -> None:
    """Frames a movement's third apart and fixes a second apart end with the capture, by both clocks."""
    work = task()
    challenge = phone.challenge(work, PERSON_ID)
    server.clock += timedelta(seconds=20)
    said = manifest(
        phone.capture(
            work, PERSON_ID, [b"1", b"2", b"3", b"4"], AT, challenge=challenge, prompts=[None, 0, 0, 1]
        )
    )
    assert said.clock is not None
    assert (NOON + timedelta(seconds=7), RUNNING_MS) == (said.clock.server_at, said.clock.server_boot_ms)
    assert RUNNING_MS + 20_000 == said.clock.boot_ms == said.frames[-1].boot_ms == said.fixes[-1].boot_ms
    assert said.captured_at == said.frames[-1].taken_at == said.fixes[-1].taken_at
    times = [frame.boot_ms for frame in said.frames if frame.boot_ms is not None]
    gaps = [after - before for before, after in pairwise(times)]
    assert all(FRAME_EVERY_MS[0] <= gap <= FRAME_EVERY_MS[1] for gap in gaps)
    assert len(said.frames) == 1 + len(gaps)


def test_capture_without_a_challenge_asks_for_nothing(server: ScriptedServer, phone: SimulatedPhone) -> None:
    """As an app that knows of none: a person decides. The rear camera is the supervisor's."""
    said = manifest(phone.capture(task(), PERSON_ID, [b"1", b"2", b"3"], AT, kind=CheckInKind.DEPARTURE))
    assert (None, CheckInKind.DEPARTURE, Camera.REAR, False) == (
        said.challenge,
        said.kind,
        said.camera,
        said.mirrored,
    )
    assert {None} == {frame.prompt for frame in said.frames}
    assert [] == server.asked("/check-in-challenges")


def test_front_camera_may_mirror(phone: SimulatedPhone) -> None:
    """The phone says so: left and right would be exchanged."""
    said = manifest(
        phone.capture(task(), PERSON_ID, [b"1", b"2", b"3"], AT, camera=Camera.FRONT, mirrored=True)
    )
    assert (Camera.FRONT, True) == (said.camera, said.mirrored)


def test_capture_lasts_from_the_challenge_on(server: ScriptedServer) -> None:
    """A phone that may sleep takes no frame before it knew what to ask for."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        server.clock += timedelta(seconds=seconds)

    client = server.client()
    client.login("supervisor", "password", "phone")
    ticks = BootClock(lambda: server.clock.timestamp())
    phone = SimulatedPhone(client, random.Random(1), ticks, sleep)
    said = manifest(phone.check_in(task(), PERSON_ID, Mime(), AT))
    assert said.frames[0].boot_ms == RUNNING_MS
    assert 0.6 <= sum(slept) <= 1.0
