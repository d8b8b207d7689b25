"""What anybody is told of streets: over HTTP without a login, and on the public page in three languages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.config import Settings
from backend.database import transaction
from backend.streets.invented import invented_city
from backend.streets.network import StreetName
from backend.winter import service as winter
from backend.winter.page_words import WORDS, card
from backend.winter.rules.nearest import distances_m
from backend.winter.rules.telling import LastWork, ToldPiece, last_night, streets_of
from shared.geometry import Point
from shared.i18n import translate
from shared.vocabulary import Language, Role, StreetServed, WinterWork
from tests.backend.planning import principal
from tests.conftest import Clock
from tests.invented_streets import import_streets
from tests.phone import API, Phone
from tests.winter import make_snowfall

Staff = Callable[..., Phone]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = "west=69.14&south=54.86&east=69.15&north=54.87"


@pytest.fixture
def admin(app: Flask, staff: Staff) -> Phone:
    """A signed-in administrator of a city that has streets."""
    import_streets(app)
    return staff(Role.ADMINISTRATOR, districts=[])


def told(client: FlaskClient, query: str) -> list[dict[str, Any]]:
    """What a stranger hears."""
    answer = client.get(f"{API}/winter/streets?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]  # type: ignore[index]
    return items


def clear(app: Flask, clock: Clock, segment_id: int, *, by_track: bool = True) -> None:
    """Do whatever a piece of street lacks, as one stop, and haul what lies beside it."""
    by = principal(app, Role.ADMINISTRATOR, [])
    with app.app_context(), transaction():
        needs = winter.needs(
            by,
            night=clock().date(),
            works=frozenset({WinterWork.CLEAR, WinterWork.GRIT}),
            district_id=None,
            segment_ids=frozenset([segment_id]),
        )
        works = [
            winter.DoneWork(
                segment_id=need.segment_id,
                forward=need.forward,
                work=need.work,
                done_at=clock() + timedelta(minutes=need.work is WinterWork.GRIT),
                metres=need.metres * need.passes,
                share=1.0,
                by_track=by_track,
            )
            for need in needs
        ]
        winter.record_works(works, route_id=uuid4(), stop_id=uuid4(), vehicle_id=uuid4(), actor="test")


@on_sqlite
def test_anybody_hears_when_a_street_was_cleared_and_nothing_of_who_did_it(
    app: Flask, admin: Phone, client: FlaskClient, clock: Clock
) -> None:
    """Waiting, then late, then done; with the proof, without a vehicle, a route or a stop."""
    make_snowfall(admin, clock())
    first = next(each for each in told(client, HERE) if each["state"] == "waiting")
    assert (None, None, None) == (first["cleared"], first["gritted"], first["hauled"])
    clock.advance(days=1)
    assert "late" == next(
        each["state"] for each in told(client, HERE) if each["segment_id"] == first["segment_id"]
    )
    clock.advance(hours=16)  # one in the night: the next hour of clearing lies ahead, and nothing was done
    assert "late" == next(
        each["state"] for each in told(client, HERE) if each["segment_id"] == first["segment_id"]
    )
    clear(app, clock, first["segment_id"], by_track=False)
    clock.advance(minutes=5)
    last = next(each for each in told(client, HERE) if each["segment_id"] == first["segment_id"])
    cleared = {"at": "2026-11-24T20:00:00+00:00", "by_track": False}
    assert ("done", cleared, None) == (last["state"], last["cleared"], last["due_at"])
    assert not {"route_id", "vehicle_id", "stop_id", "district_id"} & set(last)


@on_sqlite
def test_streets_are_asked_for_by_name_box_or_place(admin: Phone, client: FlaskClient) -> None:
    """A whole name before a part of one; one way of asking at a time; only so many pieces."""
    page = admin.get("/street-segments?bbox=69.10,54.84,69.20,54.90&limit=2000").json["features"]
    name = next(each["properties"]["name_ru"] for each in page if each["properties"]["name_ru"])
    by_name = told(client, f"name={name.upper()}")
    assert {name} == {each["name_ru"] for each in by_name}
    assert name in {each["name_ru"] for each in told(client, f"name={name.split()[-1][:5]}&limit=500")}
    box = told(client, "west=69.14&south=54.86&east=69.15&north=54.87&limit=7")
    assert (7, True) == (len(box), all(69.14 <= each["lon"] <= 69.15 for each in box))
    assert [] == told(client, "name=Нетакойулицы") == told(client, "lat=1&lon=1")
    for wrong in ("", "name=Абая&lat=1&lon=1", "lat=54.87", "west=1&south=1&east=2"):
        answer = client.get(f"{API}/winter/streets?{wrong}")
        assert (422, ["name"]) == (answer.status_code, list(answer.json["errors"]))  # type: ignore[index]


@on_sqlite
def test_before_there_are_streets_it_is_said_so(client: FlaskClient) -> None:
    """The answer tells what to do; the page too."""
    assert 409 == client.get(f"{API}/winter/streets?{HERE}").status_code
    answer = client.get("/streets?name=Абая&lang=en")
    assert (200, True) == (answer.status_code, "qala import-osm" in answer.text)


@on_sqlite
@pytest.mark.parametrize("language", list(Language))
def test_the_page_answers_in_the_language_of_its_address(
    app: Flask, admin: Phone, client: FlaskClient, clock: Clock, language: Language
) -> None:
    """Without a script; a street that there is not is named, and what was typed is no markup."""
    make_snowfall(admin, clock())
    page = admin.get("/street-segments?bbox=69.10,54.84,69.20,54.90&limit=2000").json["features"]
    name = next(each["properties"]["name_ru"] for each in page if each["properties"]["name_ru"])
    answer = client.get(f"/streets?name={name}&lang={language.value}")
    assert (200, language.value) == (answer.status_code, answer.headers["Content-Language"])
    assert translate(WORDS["streets_title"], language) in answer.text
    assert answer.text.count('class="card street"') == 1
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    nobody = client.get(f"/streets?name=<script>alert(1)</script>&lang={language.value}").text
    assert ("<script>alert" in nobody, "&lt;script&gt;" in nobody) == (False, True)


class TestFewQuestions:
    """One address asks at most so often."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Two questions a minute."""
        return replace(settings, public_rate="2 per minute")

    @on_sqlite
    @pytest.mark.parametrize("address", [f"{API}/winter/streets?{HERE}", "/streets"])
    def test_who_asks_too_often_waits(self, client: FlaskClient, address: str) -> None:
        """The third question is one too many."""
        assert 429 == [client.get(address).status_code for _question in range(3)][-1]


NAME = StreetName(ru="улица Абая", kk="Абай көшесі", en="")
AT = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def piece(state: StreetServed, **facts: Any) -> ToldPiece:
    """A piece of one street."""
    usual: dict[str, Any] = {
        "segment_id": 1,
        "name": NAME,
        "lat": 54.87,
        "lon": 69.15,
        "length_m": 1000.0,
        "priority": 1,
        "cleared": None,
        "gritted": None,
        "hauled": None,
        "lacks": frozenset(),
        "due_at": None,
        "state": state,
    }
    return ToldPiece(**{**usual, **facts})


def test_a_street_stands_as_its_worst_piece_and_says_how_much_is_done() -> None:
    """Late before waiting before done; what the city does not clear counts for nothing."""
    done = piece(StreetServed.DONE, cleared=LastWork(at=AT, by_track=True))
    clear = frozenset({WinterWork.CLEAR})
    late = piece(StreetServed.LATE, due_at=AT + timedelta(hours=1), length_m=500.0, lacks=clear)
    none = piece(StreetServed.NOT_SERVED, length_m=9000.0)
    (street,) = streets_of([done, late, none])
    assert (StreetServed.LATE, 1500.0, 1000.0) == (street.state, street.length_m, street.done_m)
    shown = card(street, Language.RU, ZoneInfo("Asia/Almaty"))
    assert ("улица Абая", "убрано 1,0 из 1,5 км") == (shown.name, shown.part)
    assert "Убрать до" == shown.facts[0].word
    assert ["24 нояб., 06:00", "24 нояб., 05:00"] == [fact.time for fact in shown.facts[:2]]
    assert "Абай көшесі" == card(street, Language.KK, ZoneInfo("Asia/Almaty")).name
    assert "улица Абая" == card(street, Language.EN, ZoneInfo("Asia/Almaty")).name
    assert StreetServed.NOT_SERVED == streets_of([none])[0].state
    nameless = replace(piece(StreetServed.DONE), name=StreetName())
    assert 2 == len(streets_of([nameless, replace(nameless, segment_id=2)]))


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-11-24T01:00:00+05:00", "2026-11-24T01:00:00+05:00"),
        ("2026-11-24T09:00:00+05:00", "2026-11-24T03:00:00+05:00"),
        ("2026-11-24T21:00:00+05:00", "2026-11-24T03:00:00+05:00"),
    ],
)
def test_snow_of_the_small_hours_is_not_held_against_the_night_that_ends(now: str, until: str) -> None:
    """What begins to fall after three belongs to the next night."""
    zone = ZoneInfo("Asia/Almaty")
    found = last_night(datetime.fromisoformat(now), zone)
    assert (date(2026, 11, 23), datetime.fromisoformat(until)) == found


def test_the_nearest_street_is_the_one_whose_line_is() -> None:
    """From a point on a line it is no metre away."""
    streets = invented_city().network
    line = streets.line(5)
    middle = Point(lat=float(line[:2, 1].mean()), lon=float(line[:2, 0].mean()))
    assert distances_m(streets, middle)[5] < 0.5
