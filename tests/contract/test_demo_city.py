"""The demo city and its simulated phones against the real server, with faces that the fake verifier knows."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from flask import Flask

from backend.cli import demo_city
from backend.cli.demo_cast import PEOPLE
from backend.console.demo_marker import Demo
from backend.database import db
from backend.fleet.positions.models import LocationFix
from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.simulated.cast import Cast
from mobile.simulated.city import CREW, LONGEST_WAIT_S, WAYS, City
from mobile.simulated.demonstration import LOGIN, demonstrate
from mobile.simulated.outbox_phone import OutboxPhone
from mobile.simulated.words import word
from shared.vocabulary import Language
from tests.conftest import Clock
from tests.kept import Kept
from tests.mobile.painted_face import PaintedFace

ACTS = {"demo_check_in", "demo_task", "demo_drive", "demo_stop", "demo_defect"}
PASSWORD = "arna-samal-terek-42"


@pytest.fixture
def demo(app: Flask, in_app: None, kept: Kept) -> Demo:
    """A filled demo city."""
    kept.fill(app, "demo of painted faces", fill)
    return demo_city.start()


def fill() -> None:
    """The city with faces for which simulated phones paint pictures."""
    rng = random.Random(1)
    photos = {person.face: PaintedFace(person.face).enrolment(rng, 4) for person in PEOPLE if person.face}
    demo_city.fill(demo_city.start(PASSWORD), photos)


@pytest.fixture
def cast(demo: Demo) -> Cast:
    """The city's people and logins as phones know them."""
    faces = {UUID(person): PaintedFace(name) for person, name in demo.faces.items()}
    portrait_of = next(person for person, face in faces.items() if face.who == "portrait")
    passwords = {login["login"]: login["password"] for login in demo.logins}
    return Cast(
        passwords=passwords, faces=dict(faces), portrait_of=portrait_of, strangers=[PaintedFace("stranger")]
    )


PickUp = Callable[..., OutboxPhone]


@pytest.fixture
def pick_up(app: Flask, clock: Clock, tmp_path: Path) -> Iterator[PickUp]:
    """A maker of simulated phones that reach the application without a network."""
    made: list[OutboxPhone] = []

    def make(login: str, language: Language = Language.RU) -> OutboxPhone:
        transport = httpx.WSGITransport(app=app)
        client = ApiClient(
            "http://server.test", DeviceKey.generate(), language, now=clock, transport=transport
        )
        made.append(OutboxPhone(client, tmp_path / f"phone{len(made)}", random.Random(login)))
        return made[-1]

    yield make
    for phone in made:
        phone.close()


@pytest.mark.parametrize("language", Language)
def test_demonstration_shows_what_it_is_there_to_show(
    pick_up: PickUp, cast: Cast, language: Language
) -> None:
    """All seven scenes, in each language."""
    said: list[str] = []
    assert 0 == demonstrate(pick_up(LOGIN, language), cast, language, said.append), "\n".join(said)
    assert f"{word('summary', language)}: 7/7" == said[-1]


def test_demonstration_without_other_people_says_so(pick_up: PickUp, cast: Cast) -> None:
    """In one line, and the other six scenes are played."""
    alone = Cast(passwords=cast.passwords, faces=cast.faces, portrait_of=cast.portrait_of, strangers=[])
    said: list[str] = []
    assert 0 == demonstrate(pick_up(LOGIN), alone, Language.EN, said.append), "\n".join(said)
    assert 1 == sum("left out" in line for line in said)
    assert "As expected: 6/6" == said[-1]


@pytest.mark.slow
def test_city_lives(pick_up: PickUp, cast: Cast, clock: Clock) -> None:
    """A working day of acts: every way of checking in ends as it should, nothing is declined, no name is logged."""
    said: list[tuple[str, dict[str, Any]]] = []
    city = City(cast, pick_up, random.Random(11), lambda event, **facts: said.append((event, facts)))
    for _ in range(60):
        assert city.step() == 0.0
        clock.advance(minutes=8)
    assert ACTS == {event for event, _facts in said}
    outcomes = {(facts["way"], facts["outcome"]) for event, facts in said if event == "demo_check_in"}
    assert {("right", "accepted"), ("outside", "refused"), ("another", "refused")} <= outcomes
    driven = sa.select(sa.func.count()).where(LocationFix.route_id.is_not(None))
    assert 20 < (db.session().scalar(driven) or 0)
    assert set(WAYS) >= {way for way, _outcome in outcomes}
    assert not [person for person in PEOPLE if person.family_name in json.dumps(said, ensure_ascii=False)]


@pytest.mark.slow
def test_city_plans_the_days_that_follow(pick_up: PickUp, cast: Cast, clock: Clock) -> None:
    """A demonstration that runs for a week has work every day."""
    city = City(cast, pick_up, random.Random(1), lambda event, **facts: None)
    for _ in range(3):
        for _ in range(60):
            city.dispatch()
        clock.advance(days=1)
    phone = pick_up(LOGIN)
    phone.client.login(LOGIN, PASSWORD, "phone")
    phone.sync()
    now = clock()
    assert [task for task in phone.tasks if task.starts_at <= now < task.ends_at and task.people]
    crew = pick_up(CREW)
    crew.client.login(CREW, PASSWORD, "phone")
    crew.sync()
    assert [sheet for sheet in crew.routes if sheet.starts_at <= now < sheet.ends_at]


def test_city_waits_for_a_server_that_is_away(cast: Cast, clock: Clock, tmp_path: Path) -> None:
    """Briefly, again and again, and says so without a word about people."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    def pick_up(login: str) -> OutboxPhone:
        transport = httpx.MockTransport(refuse)
        client = ApiClient("http://server.test", DeviceKey.generate(), now=clock, transport=transport)
        return OutboxPhone(client, tmp_path / login, random.Random(login))

    said: list[tuple[str, dict[str, Any]]] = []
    city = City(cast, pick_up, random.Random(1), lambda event, **facts: said.append((event, facts)))
    assert 0 < city.step() <= LONGEST_WAIT_S
    assert [("demo_waits", {"why": "unreachable"})] == said
