"""One honest day: from a file of the akimat to hours that count, with a phone that was offline the whole shift."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend.config import Settings
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import enrol, valid_iin
from tests.fakes import NO_FACE, face_photo
from tests.phone import Phone
from tests.stories.day import CITY, Day, Minutes, culprits, results
from tests.stories.handset import Handset, Person, said

MANY_SPOT_CHECKS = 50.0  # as many as there is room for, so that nothing is left to chance
ROOM_FOR = 8  # every half an hour of 3 h 40 min
HEADING = (
    "ИИН;Фамилия;Имя;Язык;Основание биометрии;Номер акта;Вид наказания;Часов всего;Работает или учится;"
    "Окончание;Начало;Получен акиматом;Вид работ"
)
SERIK = f"{valid_iin(85041230012)};Ахметов;Серік;қазақша;закон;15-2026;уголовный;120;да;"
OLGA = f"{valid_iin(90010140012)};Ковалёва;Ольга;русский;согласие;16-2026;административный;40;нет;20.03.2027"
TOLD = (
    "person.registered",
    "order.registered",
    "people.imported",
    "order.changed",
    "enrolment.received",
    "enrolment.judged",
    "order.moved",
    "task.created",
    "task.moved",
    "challenges.issued",
    "spot_checks.committed",
    "spot_checks.foreknown",
    "spot_checks.revealed",
    "check_in.received",
    "check_in.judged",
    "spot_check.settled",
    "check_in.decided",
)
DATES = "23.11.2026;20.11.2026;Уборка парка"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Chance is fixed: every possible spot check is drawn, and the secret that draws the sample is known."""
    return replace(
        settings,
        spot_checks_per_shift=MANY_SPOT_CHECKS,
        review_sample_share=0.05,
        search_key=base64.b64encode(bytes(32)).decode(),
        access_token_minutes=100_000,
    )


@pytest.fixture
def day(app: Flask, clock: Clock, district_id: UUID, staff: Callable[..., Phone]) -> Day:
    """Monday, nine in the morning."""
    return Day.begin(app, clock, district_id, staff)


def test_an_honest_day(day: Day) -> None:
    """Two people work, a phone without a network proves it, people decide, and the ledger can show it all."""
    serik, olga = the_akimat_s_file_is_imported(day)
    the_work_is_arranged_before_the_deadline(day, serik, olga)
    faces_are_enrolled(day, serik, olga)
    handset = a_shift_without_network(day, serik, olga)
    nobody_is_blamed_while_the_phone_is_away(day, serik)
    accepted = everything_is_delivered_and_accepted(day, handset)
    the_hours_are_what_the_proofs_say(day, serik, olga)
    chance_picks_a_check_in_and_a_person_decides(day)
    the_receipt_explains_itself(day, accepted[0]["id"])
    the_live_feed_tells_the_day(day)
    assert day.ledger_flaw() is None
    assert not any(
        name in day.ledger_text() for name in ("Ахметов", "Серік", "Ковалёва", "Ольга", SERIK[:12])
    )


def the_akimat_s_file_is_imported(day: Day) -> tuple[Person, Person]:
    """A dry run names the slip of the pen; nothing is written until it is mended."""
    digit = OLGA[11]
    slip = OLGA[:11] + str((int(digit) + 1) % 10) + OLGA[12:]
    dry = send_file(day, SERIK, slip, dry_run=True)
    assert (2, 1, False, [(3, "ИИН")]) == (dry["rows"], dry["good"], dry["written"], flaws(dry))
    refused = send_file(day, SERIK, slip)
    assert (False, []) == (refused["written"], said(day.dispatcher.get("/people"))["items"])
    assert [] == flaws(send_file(day, SERIK, OLGA, dry_run=True))
    done = send_file(day, SERIK, OLGA)
    assert done["written"]
    serik, olga = (
        Person(face, created["person_id"], created["order_id"])
        for face, created in zip(("serik", "olga"), done["created"], strict=True)
    )
    orders = [day.order_of(person) for person in (serik, olga)]
    assert [("criminal", 240, None), ("administrative", 480, 2400)] == [
        (order["regime"], order["daily_cap_min"], order["weekly_cap_min"]) for order in orders
    ]
    return serik, olga


def send_file(day: Day, *rows: str, dry_run: bool = False) -> dict[str, Any]:
    """What the dispatcher is told of a CSV file."""
    table = "\r\n".join([HEADING, *(f"{row};{DATES}" for row in rows)]).encode()
    return said(
        day.dispatcher.post(
            f"/people/imports?dry_run={str(dry_run).lower()}",
            data={"file": (io.BytesIO(table), "акимат.csv")},
            content_type="multipart/form-data",
        )
    )


def flaws(report: dict[str, Any]) -> list[tuple[int, str]]:
    """Where something is wrong in a file."""
    return [(flaw["row"], flaw["column"]) for flaw in report["problems"]]


def the_work_is_arranged_before_the_deadline(day: Day, *people: Person) -> None:
    """Five working days of the offices after the document came on Friday, though people serve on Saturdays too."""
    deadlines = said(day.dispatcher.get("/deadlines?kind=arrange_work"))["items"]
    assert {("2026-11-27", False, ("geofence_id", "notified_on"))} == {
        (each["due_on"], each["settled"], tuple(each["missing"])) for each in deadlines
    }
    arranged = {"geofence_id": day.geofence_id, "notified_on": "2026-11-23"}
    for person in people:
        said(day.dispatcher.patch(f"/orders/{person.order_id}", json=arranged))
    deadlines = said(day.dispatcher.get("/deadlines?kind=arrange_work"))["items"]
    assert [True, True] == [each["settled"] for each in deadlines]


def faces_are_enrolled(day: Day, serik: Person, olga: Person) -> None:
    """A photo without a face is refused with its reason; good ones make a template."""
    photos = [face_photo("serik", 0), face_photo("serik", 1), face_photo(NO_FACE)]
    refused = said(enrol(day.dispatcher, serik.id, photos))
    assert ("refused", ["too_few_photos"]) == (
        refused["state"],
        [reason["problem"] for reason in refused["reasons"]],
    )
    [reason] = refused["photos"][2]["reasons"]
    assert ("no_face", True) == (reason["problem"], "come closer" in reason["text"])
    assert ["enrolled", "enrolled"] == [day.enrols(person)["state"] for person in (serik, olga)]
    assert {"enrolled"} == {day.order_of(person)["state"] for person in (serik, olga)}


def a_shift_without_network(day: Day, serik: Person, olga: Person) -> Handset:
    """Challenges and spot checks are taken along; arrival, every spot check and departure wait in the phone."""
    handset = day.supervisor()
    day.task(handset, (serik, olga), "09:30", "13:40")
    handset.goes_offline((serik, olga), each=2 + ROOM_FOR)
    assert (2 * ROOM_FOR, {True}) == (
        len(handset.spot_checks),
        {check["foreknowledge"] for check in handset.spot_checks},
    )
    day.becomes("09:20")
    handset.arrives(serik)
    handset.arrives(olga)
    whose = {serik.id: serik, olga.id: olga}
    for check in sorted(handset.spot_checks, key=lambda each: each["due_at"]):
        day.becomes(max(day.clock(), due_at(check) + timedelta(minutes=3)))
        handset.is_checked(whose[check["person_id"]], check)
    day.becomes("13:50")
    handset.leaves(serik)
    handset.leaves(olga)
    return handset


def due_at(spot_check: dict[str, Any]) -> datetime:
    """When a phone prompts."""
    return datetime.fromisoformat(spot_check["due_at"])


def nobody_is_blamed_while_the_phone_is_away(day: Day, serik: Person) -> None:
    """Without proof there are no hours, and no spot check is «missed» while the phone that took it along may bring the answer."""
    day.becomes("17:00")
    assert Minutes(0, 0, 0, 0) == day.hours_of(serik)
    checks = said(day.dispatcher.get("/spot-checks"))["items"]
    assert {"drawn"} == {check["state"] for check in checks}
    assert [] == day.told("spot_check.settled")


def everything_is_delivered_and_accepted(day: Day, handset: Handset) -> list[dict[str, Any]]:
    """Hours later, by the time that the boot clock carried on from the server's."""
    answers = handset.comes_back()
    assert [] == [results(answer) for answer in answers if answer["outcome"] != "accepted"]
    assert {("ok", "ok")} == {(results(answer)["clock"], results(answer)["delivery"]) for answer in answers}
    checks = said(day.dispatcher.get("/spot-checks"))["items"]
    assert {"answered"} == {check["state"] for check in checks}
    records = said(day.dispatcher.get("/check-ins"))["items"]
    assert {("09:20", "17:00"), ("13:50", "17:00")} <= {
        tuple(city_time(record[name]) for name in ("captured_at", "received_at")) for record in records
    }
    return answers


def city_time(moment: str) -> str:
    """Hours and minutes by the city's clock."""
    return datetime.fromisoformat(moment).astimezone(CITY).strftime("%H:%M")


def the_hours_are_what_the_proofs_say(day: Day, serik: Person, olga: Person) -> None:
    """09:20 to 13:50; who has a job is credited four hours a day, and the rest is shown with its reason."""
    assert Minutes(worked=270, credited=240, over_cap=30, unproven=0) == day.hours_of(serik)
    assert Minutes(worked=270, credited=270, over_cap=0, unproven=0) == day.hours_of(olga)
    [today] = day.account_of(serik)["days"]
    assert [("daily_cap", 30)] == [
        (piece["why"], piece["minutes"]) for piece in today["pieces"] if piece["why"]
    ]
    assert {("serving", 240), ("serving", 270)} == {
        (day.order_of(person)["state"], day.order_of(person)["credited_min"]) for person in (serik, olga)
    }


def chance_picks_a_check_in_and_a_person_decides(day: Day) -> None:
    """A genuine film of a face passes any geometry; so somebody looks at one in twenty, and it counts meanwhile."""
    queue = said(day.dispatcher.get("/reviews?cause=sample"))["items"]
    assert [("accepted", True)] == [(item["standing"], item["may_decide"]) for item in queue]
    check_in_id = queue[0]["record"]["id"]
    assert 200 == day.dispatcher.get(queue[0]["frames"][0].removeprefix("/api/v1")).status_code
    review = said(day.decides(day.dispatcher, check_in_id, "accepted", "evidence_convinces"))
    assert ("decided", "accepted") == (review["state"], review["standing"])
    assert [] == said(day.dispatcher.get("/reviews"))["items"]


def the_receipt_explains_itself(day: Day, check_in_id: str) -> None:
    """In the person's language: a program took part, what it measured, and how to appeal; initials, no ИИН."""
    path = f"/check-ins/{check_in_id}/receipt?format=text"
    own, english = (day.dispatcher.get(path + language) for language in ("", "&language=en"))
    assert [(200, "kk"), (200, "en")] == [
        (answer.status_code, answer.headers["Content-Language"]) for answer in (own, english)
    ]
    assert own.text != english.text
    words = " ".join(english.text.split())
    for said_plainly in (
        "A computer program took part",
        "The face is the enrolled person's: distance",
        "The head moved as asked",
        "160 m inside the geofence",
        "23 November 2026, 09:20",
        "How to appeal",
        "until 23 December 2026",
        "Another officer decides",
        "You may refuse biometrics",
    ):
        assert said_plainly in words
    assert [] == [secret for secret in (SERIK[:12], "Серік") if secret in own.text + english.text]


def the_live_feed_tells_the_day(day: Day) -> None:
    """From the import to the decision, in the order in which it happened; a crew is told nothing about people.

    Each honest spot check is settled once: as answered.
    """
    settled = [
        json.loads(event["content"])["facts"]
        for event in day.events()
        if event["kind"] == "spot_check.settled"
    ]
    assert [("drawn", "answered")] * 2 * ROOM_FOR == [(each["source"], each["state"]) for each in settled]
    assert list(TOLD) == list(dict.fromkeys(day.told(*TOLD)))
    crew = day.officer(Role.CREW)
    kinds = {event["kind"] for event in day.events(crew)}
    assert not kinds & {kind for kind in TOLD if not kind.startswith("task.")}


def test_at_120_hours_a_person_completes_the_order(day: Day) -> None:
    """Eight hours a day but on Sundays; the program proposes, once, and only a person completes, with a reason."""
    marat = day.registers("marat")
    day.enrols(marat)
    handset = day.supervisor()
    day.task(
        handset, [marat], "09:00", day.at("18:00", days_later=20)
    )  # of several days: each one is a shift
    for worked_days in range(1, 16):
        assert "accepted" == handset.arrives(marat)["outcome"]
        day.becomes("17:00")
        if worked_days == 15:
            assert 422 == day.completes(marat, "Осталось немного.").status_code  # nobody has proposed it
        handset.leaves(marat)
        assert worked_days * 480 == day.order_of(marat)["credited_min"]
        day.becomes(next_working_morning(day))
    order = day.order_of(marat)
    assert ("serving", 0) == (order["state"], day.account_of(marat)["order"]["remaining_min"])
    assert ["order.completion_proposed"] == day.told(
        "order.completion_proposed", "order.completion_withdrawn"
    )
    assert 422 == day.completes(marat, "").status_code
    completed = said(day.completes(marat, "120 часов подтверждены, наказание отбыто."))
    assert ("completed", []) == (completed["state"], completed["next_states"])
    assert day.dispatcher.tokens["user"]["id"] == completed["moves"][-1]["moved_by"]
    day.becomes(next_working_morning(day))
    assert ("to_review", {"order"}) == culprits(handset.arrives(marat))  # nothing is left to serve
    assert 7200 == day.order_of(marat)["credited_min"]


def next_working_morning(day: Day) -> datetime:
    """Nine o'clock of the next day that is no Sunday."""
    tomorrow = day.at("09:00", days_later=1)
    return tomorrow + timedelta(days=1) if tomorrow.weekday() == 6 else tomorrow
