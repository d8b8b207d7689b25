"""One cheating day: every trick that somebody may try, what came of it, and that nobody was credited a minute or called a name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from backend.config import Settings
from shared.vocabulary import Language
from tests.conftest import Clock
from tests.factories import make_geofence
from tests.phone import Phone
from tests.stories.day import Day, Minutes, culprits
from tests.stories.handset import Handset, Manifest, Person, said

MANY_SPOT_CHECKS = 50.0  # as many as there is room for, so that nothing is left to chance
OTHER_END = (54.9000, 69.1425)  # of the city, 3.4 km away
YARD = {
    "type": "Polygon",
    "coordinates": [[[69.14, 54.899], [69.145, 54.899], [69.145, 54.901], [69.14, 54.901], [69.14, 54.899]]],
}
NAMES_FOR_PEOPLE = ("evad", "evasion", "уклон", "жалтар", "cheat", "fraud", "обман", "мошен", "нарушител")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Every possible spot check is drawn, and nothing is looked at by chance."""
    return replace(
        settings,
        spot_checks_per_shift=MANY_SPOT_CHECKS,
        review_sample_share=0.0,
        access_token_minutes=100_000,
    )


@pytest.fixture
def day(app: Flask, clock: Clock, district_id: UUID, staff: Callable[..., Phone]) -> Day:
    """Monday, nine in the morning."""
    return Day.begin(app, clock, district_id, staff)


def test_a_cheating_day(day: Day) -> None:
    """Refused, or looked at by a person; at the end nobody has a minute that was not proven."""
    bek, aliya = day.supervisor(), day.supervisor()
    arman, dana = day.registers("arman"), day.registers("dana")
    for person in (arman, dana):
        day.enrols(person)
    friend, newcomer = day.registers("nurlan"), day.registers("asel")
    day.task(
        bek, (arman, dana, friend, newcomer), "09:30", "15:30", assignee_ids=[bek.user_id, aliya.user_id]
    )
    aliya.task_id = bek.task_id
    day.becomes("09:30")
    assert "accepted" == bek.arrives(dana)["outcome"]

    pictures_and_other_people_are_refused(bek, arman)
    what_was_sent_once_proves_nothing_twice(bek, aliya, arman, dana)
    a_made_up_place_goes_to_people(day, bek, arman)
    a_made_up_time_goes_to_people(day, bek, arman)
    nobody_is_at_two_places_at_once(day, bek, aliya, arman)
    a_friend_s_face_needs_another_officer(day, bek, friend)
    who_is_honest_is_confirmed_once(day, bek, newcomer)
    who_hides_from_spot_checks_is_credited_nothing_yet(day, bek, dana)
    a_closed_task_is_no_work(day, aliya, arman)
    nobody_judges_himself(day, bek, arman, dana)
    day.becomes("18:00")

    assert [0, 0, 0] == [day.hours_of(person).credited for person in (arman, dana, friend)]
    assert [0, 0, 0] == [day.order_of(person)["credited_min"] for person in (arman, dana, friend)]
    assert Minutes(worked=10, credited=10, over_cap=0, unproven=0) == day.hours_of(newcomer)
    who_browses_is_seen(day, arman, dana)
    nobody_is_called_names(day, arman)
    assert day.ledger_flaw() is None


def pictures_and_other_people_are_refused(bek: Handset, arman: Person) -> None:
    """A printed photo has no depth when it is turned, or does not seem to turn; another person has another face."""
    outcome, codes = culprits(bek.arrives(arman, flat=True))
    assert ("refused", True) == (outcome, codes <= {"live_depth", "live_movement"})
    assert ("refused", {"face_match"}) == culprits(bek.arrives(arman, face="somebody else"))


def what_was_sent_once_proves_nothing_twice(
    bek: Handset, aliya: Handset, arman: Person, dana: Person
) -> None:
    """The same frames, the same nonce, another person's nonce, a colleague's nonce."""
    genuine = bek.captures(arman)
    assert "accepted" == said(genuine.send(bek.phone))["outcome"]
    outcome, codes = culprits(bek.leaves(arman, frames=genuine.frames))
    assert ("refused", True) == (outcome, "frames_seen_before" in codes)
    assert ("refused", {"challenge_once"}) == culprits(bek.leaves(arman, challenge=genuine.challenge))
    for stolen in (bek.asks(dana), aliya.asks(arman)):
        assert ("refused", {"challenge_own"}) == culprits(bek.leaves(arman, challenge=stolen))


def a_made_up_place_goes_to_people(day: Day, bek: Handset, arman: Person) -> None:
    """A mock provider, the location of the day before, a copied fix: a person looks, nobody is accused."""
    assert ("to_review", {"location_mock"}) == culprits(bek.leaves(arman, trick=mock_location))
    outcome, codes = culprits(bek.leaves(arman, trick=location_of_yesterday))
    assert ("to_review", True) == (outcome, "fixes_timely" in codes)
    assert ("to_review", {"location_frozen"}) == culprits(bek.leaves(arman, trick=frozen_location))


def mock_location(manifest: Manifest) -> None:
    """An app made the fixes up, and the system says so."""
    for fix in manifest["fixes"]:
        fix["mock"] = True


def location_of_yesterday(manifest: Manifest) -> None:
    """The fixes are genuine: of the day before."""
    day_ms = 24 * 3600 * 1000
    for fix in manifest["fixes"]:
        fix["taken_at"] = (datetime.fromisoformat(fix["taken_at"]) - timedelta(days=1)).isoformat()
        fix["boot_ms"] -= day_ms


def frozen_location(manifest: Manifest) -> None:
    """One fix, copied, as some apps do."""
    first = manifest["fixes"][0]
    for fix in manifest["fixes"]:
        fix.update({name: first[name] for name in ("lat", "lon", "accuracy_m")})


def a_made_up_time_goes_to_people(day: Day, bek: Handset, arman: Person) -> None:
    """A clock that was put back is shown, and the true time counts; after a restart nobody can tell."""
    bek.wall_ahead = timedelta(hours=-3)
    late = bek.arrives(arman)
    bek.wall_ahead = timedelta()
    assert ("to_review", {"clock_changed"}) == culprits(late)
    record = said(day.dispatcher.get(f"/check-ins/{late['id']}"))
    assert day.clock() == datetime.fromisoformat(record["captured_at"])

    bek.goes_offline([arman], each=1)
    bek.restarts()
    day.becomes("09:50")
    bek.wall_ahead = timedelta(minutes=-15)
    bek.arrives(arman)
    bek.wall_ahead = timedelta()
    day.becomes("10:30")
    [answer] = bek.comes_back()
    assert ("to_review", {"clock"}) == culprits(answer)


def nobody_is_at_two_places_at_once(day: Day, bek: Handset, aliya: Handset, arman: Person) -> None:
    """Two phones at two ends of the city within half a minute."""
    fence = make_geofence(day.dispatcher, day.district_id, YARD, name="Двор")
    day.task(aliya, [arman], "09:30", "15:30", geofence_id=fence)
    assert "to_review" == bek.leaves(arman, trick=mock_location)["outcome"]
    day.becomes(day.clock() + timedelta(seconds=30))
    assert ("to_review", {"location_speed"}) == culprits(aliya.arrives(arman, at=OTHER_END))


def a_friend_s_face_needs_another_officer(day: Day, bek: Handset, friend: Person) -> None:
    """The supervisor enrols whom he likes and checks him in; somebody else compares, and says no."""
    day.becomes("11:00")
    assert "enrolled" == day.enrols(Person("a friend", friend.id), by=bek.phone)["state"]
    arrival = bek.arrives(friend, face="a friend")
    assert ("to_review", {"enrolled_by_other"}) == culprits(arrival)
    review = said(day.dispatcher.get(f"/reviews/{arrival['id']}"))
    for picture in (review["frames"][0], review["enrolment_photos"][0]):
        assert 200 == day.dispatcher.get(picture.removeprefix("/api/v1")).status_code
    said(day.decides(day.dispatcher, arrival["id"], "refused", "other_person_shown"))
    day.becomes("11:10")
    assert ("to_review", {"enrolled_by_other"}) == culprits(bek.leaves(friend, face="a friend"))


def who_is_honest_is_confirmed_once(day: Day, bek: Handset, newcomer: Person) -> None:
    """The same way in for an honest person: another officer confirms the face, and from then on it is accepted."""
    day.becomes("11:20")
    day.enrols(newcomer, by=bek.phone)
    arrival = bek.arrives(newcomer)
    assert ("to_review", {"enrolled_by_other"}) == culprits(arrival)
    said(day.decides(day.dispatcher, arrival["id"], "accepted", "known_in_person"))
    day.becomes("11:30")
    assert "accepted" == bek.leaves(newcomer)["outcome"]


def who_hides_from_spot_checks_is_credited_nothing_yet(day: Day, bek: Handset, dana: Person) -> None:
    """There in the morning, there in the evening, and not to be found between: a person decides on those minutes."""
    day.becomes("15:20")
    assert "accepted" == bek.leaves(dana)["outcome"]
    day.becomes("16:00")
    assert Minutes(worked=350, credited=0, over_cap=0, unproven=350) == day.hours_of(dana)
    account = day.account_of(dana)
    assert {"missed", "answered"} >= {check["state"] for check in account["days"][0]["spot_checks"]}
    assert {None} == {gap["credited"] for gap in account["gaps"]}


def a_closed_task_is_no_work(day: Day, aliya: Handset, arman: Person) -> None:
    """The work was called off, and somebody is checked in all the same."""
    cancelled = {"to": "cancelled", "reason": "Двор убрали другие."}
    said(day.dispatcher.post(f"/tasks/{aliya.task_id}/moves", json=cancelled))
    assert ("to_review", {"task_open"}) == culprits(aliya.leaves(arman, at=OTHER_END))


def nobody_judges_himself(day: Day, bek: Handset, arman: Person, dana: Person) -> None:
    """Neither as a supervisor nor after a promotion; nor does who entered a sheet approve it."""
    waiting = said(day.dispatcher.get(f"/reviews?person_id={arman.id}"))["items"]
    own = next(item["record"]["id"] for item in waiting if item["record"]["captured_by"] == bek.user_id)
    assert 403 == day.decides(bek.phone, own, "accepted", "known_in_person").status_code
    said(day.admin.patch(f"/users/{bek.user_id}", json={"role": "dispatcher"}))
    answer = day.decides(bek.phone, own, "accepted", "known_in_person")
    assert (403, True) == (answer.status_code, "You captured this check-in" in answer.text)
    gap = day.account_of(dana)["gaps"][0]
    path = f"/people/{dana.id}/hours/gaps/{gap['id']}/decision"
    assert 403 == bek.phone.post(path, json={"credited": True, "words": "Я её видел."}).status_code

    officer = day.officer()
    sheet = day.enters_sheet(officer, arman, bek.task_id, "09:30", "15:30", "phone_failed")
    body = {"outcome": "approved", "words": "Сам и вписал."}
    assert 403 == officer.post(f"/paper-sheets/{sheet['id']}/decision", json=body).status_code
    assert "entered" == said(officer.get(f"/paper-sheets/{sheet['id']}"))["state"]


def who_browses_is_seen(day: Day, arman: Person, dana: Person) -> None:
    """An officer may read, and every read stands in the log; pictures are shown for a reason only, others not at all."""
    curious, stranger = day.officer(), day.officer(districts=[])
    for person in (arman, dana):
        said(curious.get(f"/people/{person.id}"))
        day.hours_of(person, by=curious)
        assert 404 == stranger.get(f"/people/{person.id}").status_code
    [arrival] = [
        record["id"]
        for record in said(curious.get(f"/check-ins?person_id={dana.id}"))["items"]
        if record["kind"] == "arrival"
    ]
    assert 403 == curious.get(f"/check-ins/{arrival}/frames/0").status_code
    seen = day.reads_by(curious)
    expected: set[tuple[str, str]] = {("check_ins.list", f"check_in:{arrival}")}
    for person in (arman, dana):
        expected |= {("people.read", f"person:{person.id}"), ("hours.read", f"person:{person.id}")}
    assert expected <= set(seen)
    assert [] == day.reads_by(stranger)


def nobody_is_called_names(day: Day, arman: Person) -> None:
    """In no answer of this day, in no language: the program reports facts."""
    for language in Language:
        said(day.dispatcher.get(f"/check-ins?person_id={arman.id}", headers={"Accept-Language": language}))
    told = "\n".join(day.client.heard).casefold()
    assert [] == [name for name in NAMES_FOR_PEOPLE if name in told]
    assert len(day.client.heard) > 50
