"""The public door over HTTP: reported, let in by a dispatcher, followed by its number, in JSON and XML."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.adapters import blobs
from backend.config import Settings
from backend.database import db, transaction
from backend.roads.looking.models import DefectPhoto
from backend.roads.models import Defect
from backend.roads.open311.models import CitizenRequest
from backend.roads.open311.work import forget_old_words
from backend.uploads import evidence
from shared.vocabulary import DefectState, Role
from tests.conftest import Clock
from tests.factories import INSIDE, PARK
from tests.fakes import face_photo
from tests.phone import API, Phone

Staff = Callable[..., Phone]
DOOR = "/open311/v2"
GOOD = {"service_code": "pothole", "lat": str(INSIDE[0]), "long": str(INSIDE[1]), "description": "у дома 5"}


@pytest.fixture
def dispatcher(app: Flask, staff: Staff, district_id: UUID) -> Phone:
    """Who lets reports in, in a district that is drawn."""
    drawn = staff(Role.ADMINISTRATOR).put(f"/districts/{district_id}/boundary", json={"boundary": PARK})
    assert 200 == drawn.status_code
    return staff(Role.DISPATCHER)


def report(client: FlaskClient, *, photos: int = 0, form: str = "json", **change: str) -> TestResponse:
    """What a citizen's app sends."""
    media = [(io.BytesIO(face_photo("road", shot)), "road.png") for shot in range(photos)]
    return client.post(f"{DOOR}/requests.{form}", data={**GOOD, **change, "media": media})


def number_of(answer: TestResponse) -> str:
    """The number that a report got."""
    assert 201 == answer.status_code, answer.text
    number: str = answer.json[0]["service_request_id"]  # type: ignore[index]
    return number


def followed(client: FlaskClient, number: str) -> dict[str, Any]:
    """What the citizen hears."""
    answer = client.get(f"{DOOR}/requests/{number}.json", headers={"Accept-Language": "en"})
    assert 200 == answer.status_code, answer.text
    found: dict[str, Any] = answer.json[0]  # type: ignore[index]
    return found


def decided(dispatcher: Phone, number: str, **decision: Any) -> TestResponse:
    """What the dispatcher decides."""
    waiting = dispatcher.get("/citizen-requests").json["items"]
    request_id = next(each["id"] for each in waiting if each["number"] == number)
    return dispatcher.post(f"/citizen-requests/{request_id}/decisions", json=decision)


def test_a_report_is_followed_from_the_door_to_the_list(client: FlaskClient, dispatcher: Phone) -> None:
    """Nothing of it is published before somebody lets it in, and then what was let out of it."""
    number = number_of(report(client, photos=2))
    waiting = followed(client, number)
    assert ("open", "Received: a dispatcher will look at it.", None) == (
        waiting["status"],
        waiting["status_notes"],
        waiting["description"],
    )
    assert [] == client.get(f"{DOOR}/requests.json").json
    assert 200 == decided(dispatcher, number, let_in=True, text_shown=True).status_code
    (listed,) = client.get(f"{DOOR}/requests.json?status=open&service_code=pothole").json or []
    assert (number, "у дома 5") == (listed["service_request_id"], listed["description"])
    assert [] == client.get(f"{DOOR}/requests.json?status=closed").json
    assert [listed] == client.get(f"{DOOR}/requests.json?service_request_id={number}").json


def test_the_report_is_a_defect_held_until_it_is_let_in(
    app: Flask, client: FlaskClient, dispatcher: Phone
) -> None:
    """A worker blurs its photos like any other's, so that a dispatcher may look before deciding."""
    number = number_of(report(client, photos=1))
    with app.app_context(), transaction(read_only=True):
        (row,) = db.session().scalars(db.select(Defect))
        assert (True, None, None) == (row.held, row.reported_by, row.manifest)
    assert 200 == dispatcher.get(f"/defects/{row.id}/photos/0").status_code
    decided(dispatcher, number, let_in=True)
    assert not dispatcher.get("/defects").json["items"][0]["held"]


def test_words_alone_open_a_case_once_they_are_let_in(client: FlaskClient, dispatcher: Phone) -> None:
    """What they say is a suggestion until somebody confirms it."""
    number = number_of(report(client))
    assert [] == dispatcher.get("/cases").json["items"]
    decided(dispatcher, number, let_in=True)
    (case,) = dispatcher.get("/cases").json["items"]
    assert ("pothole", "reported") == (case["kind"], case["state"])
    due = datetime.fromisoformat(followed(client, number)["expected_datetime"])
    assert datetime.fromisoformat(case["due_at"]) == due
    (defect,) = dispatcher.get("/defects").json["items"]
    assert (True, case["id"]) == (defect["suggested"], defect["case_id"])


def test_a_refused_report_is_closed_and_its_photos_are_erased(
    app: Flask, client: FlaskClient, dispatcher: Phone
) -> None:
    """The citizen reads why; nothing else of it is left to see, not even for the desk."""
    number = number_of(report(client, photos=1, address_string="Жумабаева 5, кв. 3"))
    with app.app_context(), transaction(read_only=True):
        (row,) = db.session().scalars(db.select(Defect))
        (name,) = evidence.blobs_of(f"defect_view:{row.id}")
        assert db.session().get_one(DefectPhoto, (row.id, 0)).pixels
    assert 422 == decided(dispatcher, number, let_in=False).status_code
    assert 200 == decided(dispatcher, number, let_in=False, reason="это двор, не улица").status_code
    told = followed(client, number)
    assert ("closed", "Not taken in: это двор, не улица") == (told["status"], told["status_notes"])
    with app.app_context(), transaction(read_only=True):
        assert DefectState.REJECTED is db.session().get_one(Defect, row.id).state
        assert [] == evidence.blobs_of(f"defect_view:{row.id}")
        assert db.session().get_one(DefectPhoto, (row.id, 0)).pixels is None
        with pytest.raises(LookupError):
            blobs().get(name)
        asked = db.session().get_one(CitizenRequest, row.id)
        assert ("", "", "это двор, не улица", 64) == (
            asked.description,
            asked.address,
            asked.reason,
            len(asked.content_hash),
        )
    assert 409 == decided(dispatcher, number, let_in=True).status_code


def test_what_citizens_wrote_goes_when_its_time_is_over(
    app: Flask, client: FlaskClient, dispatcher: Phone, clock: Clock, settings: Settings
) -> None:
    """Whatever was decided; the number still tells how it stands. What an earlier version kept of a refusal goes too."""
    shown, waits = (number_of(report(client, description=each)) for each in ("Иванов звонил", "ждёт"))
    decided(dispatcher, shown, let_in=True, text_shown=True)
    refused = number_of(report(client, description="отказ"))
    decided(dispatcher, refused, let_in=False, reason="не улица")
    with app.app_context(), transaction():
        query = db.select(CitizenRequest).where(CitizenRequest.number == refused)
        db.session().scalars(query).one().description = "как раньше"
    with app.app_context():
        forget_old_words()
    assert {shown: "Иванов звонил", waits: "ждёт", refused: ""} == words_kept(app)
    clock.advance(days=settings.citizen_words_days + 1)
    fresh = number_of(report(client, description="новое"))
    with app.app_context():
        forget_old_words()
    assert {shown: "", waits: "", refused: "", fresh: "новое"} == words_kept(app)
    assert (None, "open") == (followed(client, shown)["description"], followed(client, shown)["status"])


def words_kept(app: Flask) -> dict[str, str]:
    """What citizens wrote, as far as it is kept, by number."""
    with app.app_context(), transaction(read_only=True):
        return {each.number: each.description for each in db.session().scalars(db.select(CitizenRequest))}


@pytest.mark.parametrize(
    ("language", "told"), [("en", "after 365 days"), ("ru", "через 365 дн"), ("kk", "365 күннен кейін")]
)
def test_the_notice_says_what_is_kept_and_for_how_long(
    client: FlaskClient, dispatcher: Phone, language: str, told: str
) -> None:
    """Before anybody looks at it."""
    answer = client.post(f"{DOOR}/requests.json", data=GOOD, headers={"Accept-Language": language})
    assert told in answer.json[0]["service_notice"]  # type: ignore[index]


def test_a_refusal_that_comes_too_late_costs_no_photo(client: FlaskClient, dispatcher: Phone) -> None:
    """Another dispatcher has let the report in meanwhile."""
    number = number_of(report(client, photos=1))
    assert 200 == decided(dispatcher, number, let_in=True, photos_shown=True).status_code
    assert 409 == decided(dispatcher, number, let_in=False, reason="не улица").status_code
    assert 200 == client.get(f"{DOOR}/requests/{number}/photos/0.jpg").status_code


def test_a_photo_is_published_blurred_and_only_where_it_was_let(
    client: FlaskClient, dispatcher: Phone
) -> None:
    """By the number, without a login; of one that waits or was let in without its photos there is none."""
    number = number_of(report(client, photos=1))
    path = f"{DOOR}/requests/{number}/photos/0.jpg"
    assert 404 == client.get(path).status_code
    decided(dispatcher, number, let_in=True, photos_shown=True)
    url = followed(client, number)["media_url"]
    assert url.endswith(path)
    shown = client.get(path)
    assert ("image/jpeg", b"\xff\xd8") == (shown.content_type, shown.data[:2])
    assert 404 == client.get(f"{DOOR}/requests/{number}/photos/1.jpg").status_code
    other = number_of(report(client, photos=2))
    decided(dispatcher, other, let_in=True)
    assert followed(client, other)["media_url"] is None
    assert 404 == client.get(f"{DOOR}/requests/{other}/photos/0.jpg").status_code


def test_the_same_report_again_gets_the_same_number(
    app: Flask, client: FlaskClient, dispatcher: Phone
) -> None:
    """The answer to the first may have been lost on the way; another photo makes another report."""
    first, again, other = report(client, photos=1), report(client, photos=1), report(client, photos=2)
    assert number_of(first) == number_of(again) != number_of(other)
    with app.app_context(), transaction(read_only=True):
        assert 2 == len(list(db.session().scalars(db.select(CitizenRequest))))


def test_who_asks_is_not_kept(app: Flask, client: FlaskClient, dispatcher: Phone) -> None:
    """Names, mail and telephone numbers are left unread."""
    number_of(report(client, first_name="Айгүл", email="a@b.kz", phone="+77010000000", device_id="x1"))
    with app.app_context(), transaction(read_only=True):
        (row,) = db.session().scalars(db.select(CitizenRequest))
        values = " ".join(str(getattr(row, each.key)) for each in CitizenRequest.__table__.columns)
        assert not any(each in values for each in ("Айгүл", "a@b.kz", "+7701", "x1"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"service_code": "moon"}, "service_code"),
        ({"lat": ""}, "lat"),
        ({"lat": "0", "long": "0"}, "lat"),
        ({"media_url": "http://169.254.169.254/latest"}, "media_url"),
    ],
)
def test_a_report_that_cannot_be_used_is_named_in_geo_reports_words(
    client: FlaskClient, dispatcher: Phone, change: dict[str, str], field: str
) -> None:
    """Field, value and remedy, in JSON and in XML; an address to fetch from is never fetched."""
    answer = report(client, **change)
    assert 400 == answer.status_code
    assert [field] == [each["description"].partition(":")[0] for each in answer.json]  # type: ignore[union-attr]
    told = ElementTree.fromstring(report(client, form="xml", **change).data)
    assert "errors" == told.tag
    assert (told.findtext("error/description") or "").startswith(field)


def test_a_photo_that_is_none_is_refused(client: FlaskClient, dispatcher: Phone) -> None:
    """Before anything is kept."""
    data = {**GOOD, "media": [(io.BytesIO(b"<script>"), "a.png")]}
    assert 400 == client.post(f"{DOOR}/requests.json", data=data).status_code
    assert [] == dispatcher.get("/citizen-requests").json["items"]


def test_more_than_three_photos_are_too_many(client: FlaskClient, dispatcher: Phone) -> None:
    """The door is narrower than a crew's phone."""
    assert 400 == report(client, photos=4).status_code


def test_an_unknown_key_is_refused_and_a_known_one_is_kept_by_name(
    app: Flask, client: FlaskClient, dispatcher: Phone
) -> None:
    """The key itself is kept nowhere."""
    assert 403 == report(client, api_key="guess").status_code
    number_of(report(client, api_key="s3cret"))
    with app.app_context(), transaction(read_only=True):
        assert ["ikomek"] == [each.app for each in db.session().scalars(db.select(CitizenRequest))]


def test_a_full_desk_asks_to_come_later(client: FlaskClient, dispatcher: Phone) -> None:
    """A flood of reports fills the desk and no more."""
    for each in range(5):
        number_of(report(client, description=f"report {each}"))
    answer = report(client, description="one more")
    assert 503 == answer.status_code
    assert int(answer.headers["Retry-After"]) > 3000


def test_nobody_else_decides(
    client: FlaskClient, dispatcher: Phone, staff: Staff, other_district_id: UUID
) -> None:
    """A dispatcher of another district does not see it; a number that is none is not found."""
    number_of(report(client))
    elsewhere = staff(Role.DISPATCHER, login="elsewhere", districts=[other_district_id])
    assert [] == elsewhere.get("/citizen-requests").json["items"]
    assert 404 == elsewhere.post(f"/citizen-requests/{uuid4()}/decisions", json={"let_in": True}).status_code
    assert 404 == client.get(f"{DOOR}/requests/NOSUCHNUMB.json").status_code


def test_services_and_discovery_are_told_in_three_languages_and_two_forms(client: FlaskClient) -> None:
    """XML is what the standard requires."""
    for language, name in (
        ("ru", "Трещины в покрытии"),
        ("kk", "Жабындағы жарықтар"),
        ("en", "Cracked surface"),
    ):
        answer = client.get(f"{DOOR}/services.json", headers={"Accept-Language": language})
        assert name in [each["service_name"] for each in answer.json]  # type: ignore[union-attr]
    services = ElementTree.fromstring(client.get(f"{DOOR}/services.xml").data)
    assert ["pothole", "cracks", "snow", "other"] == [
        each.text or "" for each in services.iter("service_code")
    ]
    definition = ElementTree.fromstring(client.get(f"{DOOR}/services/pothole.xml").data)
    assert "pothole" == definition.findtext("service_code")
    assert 404 == client.get(f"{DOOR}/services/moon.xml").status_code
    endpoint = client.get(f"{DOOR}/discovery.json").json["endpoints"][0]  # type: ignore[index]
    assert endpoint["url"].endswith(DOOR)
    assert 404 == client.get(f"{DOOR}/services.yaml").status_code


@pytest.mark.parametrize(
    "query",
    [
        "status=half",
        "start_date=yesterday",
        "service_code=pothole,moon",
        "end_date=2026-01-01",
        "start_date=9999-12-31T23:59:59Z",
        "end_date=0001-01-01T00:00:00%2B14:00",
        "end_date=0001-01-01T00:00:00-14:00",
        "service_request_id=" + ",".join("A" * 51),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(client: FlaskClient, query: str) -> None:
    """Named, not ignored; the code is the answer's status."""
    answer = client.get(f"{DOOR}/requests.json?{query}")
    assert 400 == answer.status_code
    assert {400} == {each["code"] for each in answer.json}  # type: ignore[union-attr]


def test_services_and_states_may_be_lists(client: FlaskClient, dispatcher: Phone) -> None:
    """As the standard has it: separated by commas."""
    for code in ("pothole", "cracks", "snow"):
        decided(dispatcher, number_of(report(client, service_code=code)), let_in=True)
    asked = client.get(f"{DOOR}/requests.json?service_code=snow,pothole&status=open,closed").json
    assert {"snow", "pothole"} == {each["service_code"] for each in asked}  # type: ignore[union-attr]
    assert [] == client.get(f"{DOOR}/requests.json?status=closed").json
    assert "Taken in: the city decides about the repair." in {
        each["status_notes"]
        for each in client.get(f"{DOOR}/requests.json", headers={"Accept-Language": "en"}).json  # type: ignore[union-attr]
    }


def test_a_number_that_is_none_is_left_out_of_a_list(client: FlaskClient, dispatcher: Phone) -> None:
    """In the order that was asked for; alone it is not found."""
    numbers = [number_of(report(client, description=str(each))) for each in range(2)]
    wished = f"{numbers[1].lower()},NOSUCHNUMB,{numbers[0]}"
    answer = client.get(f"{DOOR}/requests.json?service_request_id={wished}")
    assert numbers[::-1] == [each["service_request_id"] for each in answer.json]  # type: ignore[union-attr]
    assert 404 == client.get(f"{DOOR}/requests.json?service_request_id=NOSUCHNUMB").status_code


def test_the_public_list_asks_the_database_as_often_for_many_as_for_one(
    app: Flask, client: FlaskClient, dispatcher: Phone
) -> None:
    """Three queries: reports, their cases, their photos; nothing of beliefs, looks and findings."""
    asked: list[str] = []

    def listen(*arguments: Any) -> None:
        asked.append(str(arguments[2]))

    def listed() -> list[dict[str, Any]]:
        asked.clear()
        sa.event.listen(engine, "before_cursor_execute", listen)
        found: list[dict[str, Any]] = client.get(f"{DOOR}/requests.json").json  # type: ignore[assignment]
        sa.event.remove(engine, "before_cursor_execute", listen)
        return found

    with app.app_context():
        engine = db.engine
    for each in range(3):
        number = number_of(report(client, description=str(each), photos=1 + each))
        decided(dispatcher, number, let_in=True, photos_shown=True)
    found = listed()
    assert 3 == len(found)
    assert all(each["media_url"] and each["expected_datetime"] for each in found)
    told = [each for each in asked if "FROM" in each]
    assert 3 == len(told), told
    assert not any(name in text for text in told for name in ("belief", "look", "manifest", "finding"))


def test_times_are_told_in_the_citys_clock(client: FlaskClient, dispatcher: Phone, clock: Clock) -> None:
    """With the offset that was in force."""
    told = followed(client, number_of(report(client)))
    assert told["requested_datetime"].endswith("+05:00")


def test_the_door_is_not_part_of_the_api(client: FlaskClient) -> None:
    """Nothing under the API's prefix is public through it."""
    assert 401 == client.get(f"{API}/citizen-requests").status_code


class TestRates:
    """An address may report a few times an hour, an app with a key much more often."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        """Two reports an hour."""
        return replace(
            settings, open311_rate="2 per hour", open311_keys="ikomek=s3cret", open311_waiting_max=50
        )

    def test_who_reports_too_often_waits(self, client: FlaskClient, dispatcher: Phone) -> None:
        """In GeoReport's words, and not the others."""
        answers = [report(client, description=str(each)).status_code for each in range(3)]
        assert [201, 201, 429] == answers
        assert 201 == report(client, description="of an app", api_key="s3cret").status_code


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_method_or_an_address_that_is_none_is_refused_in_the_standards_form(
    client: FlaskClient, form: str
) -> None:
    """Apps read a list of errors, whatever was wrong; «Allow» stays."""
    for answer, status in (
        (client.delete(f"{DOOR}/requests.{form}"), 405),
        (client.post(f"{DOOR}/services.{form}"), 405),
        (client.get(f"{DOOR}/nothing/here.{form}"), 404),
    ):
        assert (status, "Allow" in answer.headers) == (answer.status_code, status == 405)
        assert f"/{form}" in str(answer.content_type)
        if form == "json":
            assert [status] == [each["code"] for each in answer.json]  # type: ignore[union-attr]
        else:
            root = ElementTree.fromstring(answer.text)
            assert ("errors", str(status)) == (root.tag, root.findtext("error/code"))
    assert "application/problem+json" == client.get("/nothing/here").content_type
