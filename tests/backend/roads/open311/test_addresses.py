"""Addresses in words: streets in three languages and any case, crossings, and what is asked back instead of guessed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from backend.database import db, transaction
from backend.roads.models import Defect
from backend.roads.open311.addresses import Addressed, find_address
from backend.streets.invented import invented_city
from backend.streets.network import Network
from shared.geometry import Point, distance_m
from shared.i18n import Message
from shared.vocabulary import Role
from tests.backend.roads.open311.test_door import decided, number_of, report
from tests.invented_streets import import_streets
from tests.phone import Phone

Staff = Callable[..., Phone]
WHOLE_CITY = {
    "type": "Polygon",
    "coordinates": [[[69.0, 54.8], [69.3, 54.8], [69.3, 54.95], [69.0, 54.95], [69.0, 54.8]]],
}
CROSSING = Point(lat=54.87242, lon=69.13660)


@pytest.fixture(scope="module")
def network() -> Network:
    """The invented city's, with real names of Petropavl."""
    return invented_city().network


def street_of(found: Addressed | Message, network: Network) -> str:
    """The street that was found, by its Russian name."""
    assert isinstance(found, Addressed)
    assert found.point is None
    middles = {each: network.line(each)[len(network.line(each)) // 2] for each in range(network.segments)}
    at = min(
        middles,
        key=lambda each: distance_m(found.along[0], Point(lat=middles[each][1], lon=middles[each][0])),
    )
    return network.name(at).ru


@pytest.mark.parametrize(
    ("address", "street"),
    [
        ("Жумабаева 5, кв. 3", "улица Жумабаева"),
        ("ул. ПУШКИНА, 12", "улица Пушкина"),
        ("на Интернациональной у дома 41", "Интернациональная улица"),
        ("Жамбыл көшесі, 7", "улица Жамбыла"),
        ("Pushkin Street 4", "улица Пушкина"),
        ("Конституции Казахстана 1", "улица Конституции Казахстана"),
    ],
)
def test_a_street_is_found_as_people_write_it(network: Network, address: str, street: str) -> None:
    """Where on it is for a person to say: no map of ours has house numbers."""
    assert street_of(find_address(address, network), network) == street


@pytest.mark.parametrize(
    "address",
    [
        "угол Интернациональной и Назарбаева",
        "Назарбаева / Интернациональная",
        "Назарбаев & Интернациональная",
    ],
)
def test_a_crossing_is_a_place(network: Network, address: str) -> None:
    """Within the carriageway."""
    found = find_address(address, network)
    assert isinstance(found, Addressed)
    assert found.point is not None
    assert distance_m(found.point, CROSSING) < 30


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("Пушкинская", "names no street"),
        ("улица", "names no street"),
        ("???", "names no street"),
        ("мост через Ишим", "fits several streets"),
        ("Жумабаева / Пушкина", "do not meet"),
    ],
)
def test_what_is_not_certain_is_asked(network: Network, address: str, says: str) -> None:
    """None is guessed."""
    found = find_address(address, network)
    assert isinstance(found, Message)
    assert says in str(found)


@pytest.fixture
def desk(app: Flask, staff: Staff, district_id: UUID) -> Phone:
    """A dispatcher of a district that holds the whole city, with its streets."""
    import_streets(app)
    boundary = {"boundary": WHOLE_CITY}
    assert (
        200 == staff(Role.ADMINISTRATOR).put(f"/districts/{district_id}/boundary", json=boundary).status_code
    )
    return staff(Role.DISPATCHER)


def only_address(client: FlaskClient, address: str, **change: str) -> Any:
    """A report without lat and long."""
    return report(client, lat="", long="", address_string=address, **change)


def the_defect(app: Flask) -> tuple[float | None, float | None]:
    """Where the only report lies."""
    with app.app_context(), transaction(read_only=True):
        (row,) = db.session().scalars(db.select(Defect))
        return row.lat, row.accuracy_m


def test_a_report_of_a_crossing_lies_there(app: Flask, client: FlaskClient, desk: Phone) -> None:
    """As roughly as a crossing is large; it opens a case like any other."""
    number = number_of(only_address(client, "Интернациональная / Назарбаева"))
    assert the_defect(app) == (pytest.approx(CROSSING.lat, abs=0.0003), 40.0)
    assert 200 == decided(desk, number, let_in=True).status_code
    assert 1 == len(desk.get("/cases").json["items"])


def test_a_report_of_a_street_waits_for_a_person_to_put_it_on_the_map(
    app: Flask, client: FlaskClient, desk: Phone
) -> None:
    """The same sent again has the same number."""
    number = number_of(only_address(client, "Жумабаева 5"))
    assert number == number_of(only_address(client, "Жумабаева 5"))
    assert the_defect(app) == (None, None)
    assert "Жумабаева 5" == desk.get("/citizen-requests").json["items"][0]["address"]
    assert 200 == decided(desk, number, let_in=True).status_code
    assert 1 == len(desk.get("/defects?placed=false").json["items"])
    assert [] == desk.get("/cases").json["items"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_address_that_nobody_knows_is_refused_by_its_field(
    client: FlaskClient, desk: Phone, form: str
) -> None:
    """In the standard's form."""
    answer = only_address(client, "Moon street", form=form)
    assert (400, True) == (answer.status_code, "address_string: " in answer.text)


def test_half_a_place_is_no_address(client: FlaskClient, desk: Phone) -> None:
    """Whoever sends lat alone has made a mistake that no address should hide."""
    answer = report(client, long="", address_string="Жумабаева 5")
    assert (400, True) == (answer.status_code, "long: " in answer.text)


def test_without_streets_an_address_says_nothing(
    app: Flask, client: FlaskClient, staff: Staff, district_id: UUID
) -> None:
    """And it is said what does."""
    staff(Role.ADMINISTRATOR).put(f"/districts/{district_id}/boundary", json={"boundary": WHOLE_CITY})
    answer = only_address(client, "Жумабаева 5")
    assert (400, True) == (answer.status_code, "lat" in answer.text)
