"""Moves in the middle of a shift: the order says where and under whom a person serves, to the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.attendance.rules.moves import Capture, minutes_since_move, person_on_task, supervisor_on_task
from backend.config import Settings
from shared.vocabulary import Role
from tests.backend.attendance.conftest import Morning, Yard
from tests.backend.attendance.paper.conftest import decide, put_sheet
from tests.factories import make_person
from tests.phone import Phone

NINE = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
PARK_ID, YARD_ID, ANNA, BORIS = uuid4(), uuid4(), uuid4(), uuid4()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nothing comes by chance, and nobody has to sign in anew during a shift."""
    return replace(settings, spot_checks_per_shift=0.0, review_sample_share=0.0, access_token_minutes=100_000)


# --- the rules ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Sending:
    """Where and under whom an order sent somebody."""

    geofence_id: UUID | None = None
    supervisor_id: UUID | None = None
    site_since: datetime = NINE
    supervisor_since: datetime = NINE


def capture(**changes: Any) -> Capture:
    """Anna's check-in in the park at noon, of somebody who is on no list."""
    fields: dict[str, Any] = {
        "at": NINE + timedelta(hours=3),
        "captured_by": ANNA,
        "task_site_id": PARK_ID,
        "task_starts_at": NINE,
        "person_listed": False,
        "supervisor_assigned": False,
    }
    return Capture(**{**fields, **changes})


@pytest.mark.parametrize(
    ("listed", "site_id", "expected"),
    [
        (True, YARD_ID, True),
        (True, None, True),
        (False, PARK_ID, True),
        (False, YARD_ID, False),
        (False, None, False),
    ],
)
def test_who_is_listed_or_sent_to_the_site_is_on_the_task(
    listed: bool, site_id: UUID | None, expected: bool
) -> None:
    """Either is enough; an order that names no site sends nobody anywhere."""
    sending = Sending(geofence_id=site_id)
    assert expected is person_on_task(capture(person_listed=listed), sending)


def test_a_task_at_a_point_is_no_site_that_an_order_could_name() -> None:
    """No site and no site are not the same site."""
    assert not person_on_task(capture(task_site_id=None), Sending())


@pytest.mark.parametrize(
    ("assigned", "supervisor_id", "expected"),
    [(True, BORIS, True), (False, ANNA, True), (False, BORIS, False), (False, None, False)],
)
def test_who_is_assigned_or_named_may_capture(
    assigned: bool, supervisor_id: UUID | None, expected: bool
) -> None:
    """The task's supervisor, or the order's."""
    sending = Sending(supervisor_id=supervisor_id)
    assert expected is supervisor_on_task(capture(supervisor_assigned=assigned), sending)


@pytest.mark.parametrize(
    ("sending", "expected"),
    [
        (None, None),
        (Sending(), None),
        (Sending(geofence_id=PARK_ID, site_since=NINE + timedelta(hours=1)), None),
        (Sending(geofence_id=YARD_ID, site_since=NINE), None),
        (Sending(geofence_id=YARD_ID, site_since=NINE + timedelta(hours=1)), 120.0),
        (Sending(supervisor_id=ANNA, supervisor_since=NINE + timedelta(hours=1)), None),
        (Sending(supervisor_id=BORIS, supervisor_since=NINE + timedelta(hours=2)), 60.0),
        (
            Sending(
                geofence_id=YARD_ID,
                site_since=NINE + timedelta(hours=1),
                supervisor_id=BORIS,
                supervisor_since=NINE + timedelta(hours=2),
            ),
            120.0,
        ),
    ],
)
def test_only_a_move_away_after_the_task_began_is_counted_from(
    sending: Sending | None, expected: float | None
) -> None:
    """The first of two moves away; what the order said before the begin was known to whoever planned."""
    assert expected == minutes_since_move(capture(), sending)


@given(
    site_id=st.sampled_from([None, PARK_ID, YARD_ID]),
    supervisor_id=st.sampled_from([None, ANNA, BORIS]),
    moved_min=st.integers(-600, 180),
)
def test_an_order_that_sends_the_person_here_is_never_a_doubt(
    site_id: UUID | None, supervisor_id: UUID | None, moved_min: int
) -> None:
    """Whatever else it says, and since whenever."""
    since = NINE + timedelta(minutes=moved_min)
    sending = Sending(
        geofence_id=site_id, supervisor_id=supervisor_id, site_since=since, supervisor_since=since
    )
    away = site_id is YARD_ID or supervisor_id is BORIS
    assert (minutes_since_move(capture(), sending) is not None) == (away and moved_min > 0)


# --- the verdict -------------------------------------------------------------------------------------------------------


def results(answer: Any) -> dict[str, str]:
    """What each finding of a verdict says."""
    return {finding["code"]: finding["result"] for finding in answer["findings"]}


def test_who_was_sent_to_another_site_is_accepted_there(yard: Yard) -> None:
    """Nobody has to change the plan of two running tasks for it."""
    yard.morning.clock.advance(hours=2)
    before = yard.draft().send(yard.supervisor).json
    assert ("to_review", "doubt") == (before["outcome"], results(before)["person_on_task"])  # type: ignore[index]
    yard.send_here()
    yard.morning.clock.advance(minutes=30)
    after = yard.draft().send(yard.supervisor).json
    assert ("accepted", "ok") == (after["outcome"], results(after)["person_on_task"])  # type: ignore[index]
    assert "moved_away" not in results(after)


@pytest.mark.parametrize(("minutes", "outcome"), [(60, "accepted"), (61, "to_review")])
def test_who_stays_at_the_old_site_is_a_doubt_once_the_way_is_over(
    yard: Yard, minutes: int, outcome: str
) -> None:
    """An hour to finish and to go; then a person looks. Nothing is refused for a move."""
    morning = yard.morning
    morning.clock.advance(hours=1)
    yard.send_here()
    morning.clock.advance(minutes=minutes)
    answer = morning.draft().send(morning.supervisor).json
    assert outcome == answer["outcome"]  # type: ignore[index]
    told = [(each["result"], each["value"]) for each in answer["findings"] if each["code"] == "moved_away"]  # type: ignore[index]
    assert ([("doubt", 61.0)] if outcome == "to_review" else []) == told


def test_what_was_captured_before_the_move_is_judged_by_what_held_then(yard: Yard) -> None:
    """Though it is delivered long after it."""
    morning = yard.morning
    draft = morning.draft()
    morning.clock.advance(hours=1)
    yard.send_here()
    morning.clock.advance(hours=2)
    told = results(draft.send(morning.supervisor).json)
    assert "ok" == told["person_on_task"]
    assert "moved_away" not in told


def test_a_site_that_the_order_named_before_the_task_began_is_no_move(yard: Yard) -> None:
    """Whoever planned the task for the park knew it."""
    yard.send_here()
    yard.morning.clock.advance(hours=3)
    assert "accepted" == yard.morning.draft().send(yard.morning.supervisor).json["outcome"]  # type: ignore[index]


def test_a_new_supervisor_captures_and_the_old_one_is_a_doubt(yard: Yard) -> None:
    """The person stays in the park; the new supervisor is named by the order and not by the task."""
    morning = yard.morning
    morning.clock.advance(minutes=30)
    yard.change_order(supervisor_id=yard.supervisor.tokens["user"]["id"])
    morning.clock.advance(minutes=61)
    in_the_park = {"task_id": morning.task_id, "at": (54.8695, 69.1425)}
    new = yard.draft(**in_the_park).send(yard.supervisor).json
    old = morning.draft().send(morning.supervisor).json
    assert ("accepted", "ok") == (new["outcome"], results(new)["supervisor_on_task"])  # type: ignore[index]
    assert ("to_review", "doubt") == (old["outcome"], results(old)["moved_away"])  # type: ignore[index]


def test_a_later_change_of_supervisor_does_not_hide_a_move(yard: Yard) -> None:
    """Each has its own time: a second change cannot start the hour anew."""
    morning = yard.morning
    morning.clock.advance(minutes=30)
    yard.send_here()
    morning.clock.advance(minutes=50)
    yard.change_order(supervisor_id=morning.supervisor.tokens["user"]["id"])
    morning.clock.advance(minutes=11)
    assert "doubt" == results(morning.draft().send(morning.supervisor).json)["moved_away"]


def test_an_order_that_is_not_in_force_sends_nobody(yard: Yard) -> None:
    """It says nothing of where its person should be."""
    morning = yard.morning
    morning.clock.advance(minutes=30)
    yard.send_here()
    yard.change_order(starts_on="2026-11-24", counts_from="2026-11-01")
    told = results(yard.draft().send(yard.supervisor).json)
    assert ("doubt", "doubt") == (told["order"], told["person_on_task"])


# --- the paper way -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("came_h", "status"), [(0.9, 422), (1.0, 200)])
def test_who_was_sent_to_another_site_writes_the_sheet_there(yard: Yard, came_h: float, status: int) -> None:
    """From the moment at which the order said so, as a check-in would be accepted; the list of the task may stay."""
    morning = yard.morning
    starts_at = morning.clock()
    morning.clock.advance(hours=1)
    yard.send_here()
    morning.clock.advance(hours=5)
    sheet = {
        "person_id": morning.person_id,
        "task_id": yard.task_id,
        "came_at": (starts_at + timedelta(hours=came_h)).isoformat(),
        "left_at": (starts_at + timedelta(hours=4)).isoformat(),
        "reason": "phone_failed",
    }
    answer = put_sheet(yard.supervisor, sheet)
    body: Any = answer.json
    assert (status, status == 422) == (answer.status_code, "sheet.person_id" in body.get("errors", {}))
    if status == 200:
        path = f"paper-sheets/{body['id']}"
        assert 200 == decide(morning.dispatcher, path, "approved").status_code


def test_whoever_moved_to_another_district_meanwhile_keeps_the_sheet(
    yard: Yard, staff: Callable[..., Phone], other_district_id: UUID
) -> None:
    """What they did before at the site to which the order had sent them loses nothing."""
    morning = yard.morning
    yard.send_here()
    morning.clock.advance(hours=5)
    body = {"district_id": str(other_district_id)}
    assert 200 == staff(Role.ADMINISTRATOR).patch(f"/people/{morning.person_id}", json=body).status_code
    sheet = {
        "person_id": morning.person_id,
        "task_id": yard.task_id,
        "came_at": (morning.clock() - timedelta(hours=4)).isoformat(),
        "left_at": (morning.clock() - timedelta(hours=1)).isoformat(),
        "reason": "phone_failed",
    }
    answer = put_sheet(yard.supervisor, sheet)
    assert 200 == answer.status_code, answer.text


# --- the phone ---------------------------------------------------------------------------------------------------------


def cards(phone: Phone, cursor: str = "") -> dict[str, list[str]]:
    """Who is on which task, of those that an answer of sync sends."""
    answer = phone.get(f"/sync?cursor={cursor}" if cursor else "/sync").json
    return {card["id"]: [person["id"] for person in card["people"]] for card in answer["tasks"]}  # type: ignore[index]


def test_the_new_site_s_phone_shows_whoever_was_sent_there(yard: Yard) -> None:
    """With the next sync, and no longer than the order says so; the old card still shows who is on its list."""
    morning, phone = yard.morning, yard.supervisor
    cursor = phone.get("/sync").json["cursor"]  # type: ignore[index]
    morning.clock.advance(hours=1)
    yard.send_here()
    assert {yard.task_id: [morning.person_id]} == cards(phone, cursor)
    assert {morning.task_id: [morning.person_id]} == cards(morning.supervisor)
    yard.change_order(geofence_id=morning.geofence_id)
    assert {yard.task_id: []} == cards(phone)


def test_a_challenge_is_issued_for_whoever_was_sent_there(yard: Yard) -> None:
    """By the task at which they now are."""
    yard.morning.clock.advance(hours=1)
    yard.send_here()
    body = {"task_id": yard.task_id, "person_ids": [yard.morning.person_id]}
    assert 201 == yard.supervisor.post("/check-in-challenges", json=body).status_code


@pytest.mark.parametrize(("hours", "shown"), [(-2.0, False), (-1.0, True), (9.0, True), (9.1, False)])
def test_who_was_sent_is_shown_while_the_task_runs(yard: Yard, hours: float, shown: bool) -> None:
    """With an hour before and after it, to arrive early and to leave late."""
    morning = yard.morning
    morning.clock.moment -= timedelta(hours=3)
    yard.send_here()
    morning.clock.advance(hours=3 + hours)
    assert {yard.task_id: [morning.person_id] if shown else []} == cards(yard.supervisor)


def test_who_was_sent_to_the_site_days_ago_is_shown_only_by_the_plan(yard: Yard) -> None:
    """Whoever serves there on other days is nobody's business today."""
    morning = yard.morning
    morning.clock.moment -= timedelta(days=3)
    yard.send_here()
    morning.clock.advance(days=3)
    assert {yard.task_id: []} == cards(yard.supervisor)


def test_whose_order_is_suspended_is_sent_nowhere(yard: Yard) -> None:
    """The card forgets them."""
    morning = yard.morning
    yard.send_here()
    assert {yard.task_id: [morning.person_id]} == cards(yard.supervisor)
    [order] = morning.dispatcher.get(f"/people/{morning.person_id}/orders").json["items"]  # type: ignore[index]
    for body in ({"to": "serving"}, {"to": "suspended", "reason": "Болезнь"}):
        moved = morning.dispatcher.post(f"/orders/{order['id']}/moves", json=body)
        assert 200 == moved.status_code, moved.text
    assert {yard.task_id: []} == cards(yard.supervisor)


def test_a_move_shows_nobody_to_other_districts(
    yard: Yard, morning: Morning, staff: Callable[..., Phone], other_district_id: UUID
) -> None:
    """A site belongs to its district, and whoever moves to another district leaves the card."""
    administrator = staff(Role.ADMINISTRATOR)
    yard.send_here()
    administrator.patch(f"/people/{morning.person_id}", json={"district_id": str(other_district_id)})
    assert {yard.task_id: []} == cards(yard.supervisor)
    other_id = make_person(administrator, other_district_id, family_name="Ким", seed=77)
    stranger = staff(Role.SUPERVISOR, districts=[other_district_id])
    body = {"task_id": yard.task_id, "person_ids": [other_id]}
    assert 422 == stranger.post("/check-in-challenges", json=body).status_code
