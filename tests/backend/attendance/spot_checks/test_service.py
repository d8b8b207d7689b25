"""A shift's spot checks from the sealed seed to the revealed one: drawn, prompted, answered, missed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.attendance.hours import service as hours
from backend.attendance.spot_checks import rules, service, work
from backend.attendance.spot_checks.models import SpotCheck, SpotCheckDraw
from backend.config import Settings
from backend.database import transaction
from backend.ledger.models import LedgerEntry
from shared.contracts import SpotCheck as SpotCheckCard
from shared.vocabulary import CheckInKind, Outcome, Role
from tests.backend.attendance.conftest import Morning, Yard
from tests.backend.test_concurrency import at_once
from tests.factories import make_person, make_task
from tests.missed_spot_check import stand
from tests.phone import Phone

EIGHT = 8  # checks of one person in four hours, every half an hour: as many as there is room for


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """So many checks that each shift is full of them; nobody has to sign in anew during it."""
    return replace(settings, spot_checks_per_shift=50.0, access_token_minutes=10_000)


@pytest.fixture
def shift(app: Flask, morning: Morning) -> Morning:
    """A morning whose spot checks were drawn at its begin."""
    sweep(app)
    return morning


def sweep(app: Flask) -> None:
    """What workers do every few seconds."""
    app.extensions["qala_jobs"].sweep()


def entries(app: Flask, kind: str) -> list[dict[str, Any]]:
    """The ledger's entries of a kind, oldest first."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.content).where(LedgerEntry.kind == kind).order_by(LedgerEntry.id)
        return [json.loads(content) for content in session.scalars(query)]


def rows(app: Flask) -> list[SpotCheck]:
    """Every spot check, by time."""
    with app.app_context(), transaction(read_only=True) as session:
        return list(session.scalars(sa.select(SpotCheck).order_by(SpotCheck.due_at, SpotCheck.id)))


def states(app: Flask) -> list[str]:
    """What became of each spot check, by time."""
    return [row.state.value for row in rows(app)]


def refresh(app: Flask, person_id: str) -> None:
    """What follows every verdict."""
    with app.app_context(), transaction():
        hours.refresh(UUID(person_id))


def check_in(app: Flask, shift: Morning, kind: str, **changes: Any) -> None:
    """Check the person in, and let the hours follow."""
    answer = shift.draft(kind=kind, changes=changes).send(shift.supervisor)
    assert "accepted" == answer.json["outcome"], answer.text  # type: ignore[index]
    refresh(app, shift.person_id)


def prompted(phone: Phone) -> list[str]:
    """The ids of the spot checks that a phone holds, by time."""
    return [each["id"] for each in phone.get("/sync").json["spot_checks"]]  # type: ignore[index]


def listed(phone: Phone, query: str = "") -> list[dict[str, Any]]:
    """The spot checks that the API shows, newest first."""
    answer = phone.get(f"/spot-checks{query}")
    assert 200 == answer.status_code, answer.text
    return answer.json["items"]  # type: ignore[index,no-any-return]


def hand_over(app: Flask, shift: Morning) -> list[SpotCheckCard]:
    """What the supervisor's phone is given when it goes offline."""
    with app.app_context(), transaction():
        return service.hand_over(UUID(shift.task_id), UUID(shift.supervisor.device_id), shift.clock())


def test_a_shift_is_drawn_once_and_the_ledger_knows_the_seed_s_hash_first(app: Flask, shift: Morning) -> None:
    """Before anything is due; a second sweep draws nothing more."""
    sweep(app)
    drawn = rows(app)
    [committed] = entries(app, "spot_checks.committed")
    assert (EIGHT, 64) == (len(drawn), len(committed["facts"]["seed_sha256"]))
    assert datetime.fromisoformat(committed["at"]) < min(row.due_at for row in drawn)
    assert [] == entries(app, "spot_checks.revealed")


def test_workers_that_meet_at_a_shift_draw_once(app: Flask, morning: Morning) -> None:
    """Who comes second finds the first one's draw and leaves it."""

    def draw(_index: int) -> None:
        with app.app_context():
            work.draw(UUID(morning.task_id))

    at_once(4, draw)
    assert (EIGHT, 1) == (len(rows(app)), len(entries(app, "spot_checks.committed")))


def test_anybody_can_draw_again_from_the_revealed_seed(app: Flask, shift: Morning) -> None:
    """From the ledger's two entries alone."""
    shift.clock.advance(hours=5)
    sweep(app)
    sweep(app)
    [committed], [revealed] = entries(app, "spot_checks.committed"), entries(app, "spot_checks.revealed")
    seed, facts = bytes.fromhex(revealed["facts"]["seed"]), committed["facts"]
    assert facts["seed_sha256"] == rules.seed_hash(seed)
    drawn = rules.draw(
        seed,
        UUID(committed["subject"].removeprefix("task:")),
        [UUID(each) for each in facts["person_ids"]],
        datetime.fromisoformat(facts["starts_at"]),
        datetime.fromisoformat(facts["ends_at"]),
        facts["per_shift"],
    )
    assert [(row.id, row.person_id, row.due_at) for row in rows(app)] == [
        (each.id, each.person_id, each.due_at) for each in drawn
    ]


def test_a_seed_is_sealed_until_the_shift_is_over(app: Flask, shift: Morning) -> None:
    """Neither the database nor the ledger tells it before."""
    shift.clock.advance(hours=3, minutes=59)
    sweep(app)
    assert [] == entries(app, "spot_checks.revealed")
    shift.clock.advance(minutes=1)
    sweep(app)
    [revealed] = entries(app, "spot_checks.revealed")
    with app.app_context(), transaction(read_only=True) as session:
        [draw] = session.scalars(sa.select(SpotCheckDraw))
    assert bytes.fromhex(revealed["facts"]["seed"]) not in draw.sealed_seed


def test_what_is_still_to_come_is_nobody_s_to_see(
    app: Flask, shift: Morning, staff: Callable[..., Phone]
) -> None:
    """Neither the phone's nor the administrator's; then it is both's."""
    admin = staff(Role.ADMINISTRATOR)
    assert ([], []) == (prompted(shift.supervisor), listed(admin))
    shift.clock.moment = rows(app)[0].due_at
    first = str(rows(app)[0].id)
    assert [first] == prompted(shift.supervisor)
    assert [first] == [each["id"] for each in listed(admin)]
    assert [first] == [each["id"] for each in listed(shift.supervisor, f"?task_id={shift.task_id}")]


def test_other_supervisors_are_not_prompted(app: Flask, shift: Morning, staff: Callable[..., Phone]) -> None:
    """Only those to whom the task was handed."""
    other = staff(Role.SUPERVISOR)
    shift.clock.moment = rows(app)[0].due_at
    assert ([], []) == (prompted(other), listed(other))
    assert [] == prompted(shift.dispatcher)


def test_a_check_that_is_answered_leaves_the_phone(app: Flask, shift: Morning) -> None:
    """And says with which check-in."""
    check_in(app, shift, "arrival")
    shift.clock.moment = rows(app)[0].due_at + timedelta(minutes=3)
    cursor = shift.supervisor.get("/sync").json["cursor"]  # type: ignore[index]
    check_in(app, shift, "spot_check", spot_check_id=str(rows(app)[0].id))
    first = rows(app)[0]
    assert ("answered", True) == (first.state, first.check_in_id is not None)
    gone = shift.supervisor.get(f"/sync?cursor={cursor}").json["tombstones"]  # type: ignore[index]
    assert {"kind": "spot_check", "id": str(first.id)} in gone


def test_what_nobody_answers_is_missed_when_its_time_is_over(app: Flask, shift: Morning) -> None:
    """By the sweep; the ledger says so."""
    check_in(app, shift, "arrival")
    first = rows(app)[0]
    shift.clock.moment = first.answer_by + timedelta(seconds=1)
    sweep(app)
    assert ["missed"] + ["drawn"] * (EIGHT - 1) == states(app)
    assert ["missed"] == [each["facts"]["state"] for each in entries(app, "spot_check.settled")]


def test_an_answer_that_was_offline_turns_missed_into_answered(app: Flask, shift: Morning) -> None:
    """Once a person has accepted it, for it counts when it was captured; until then it proves nothing."""
    check_in(app, shift, "arrival")
    first = rows(app)[0]
    shift.clock.moment = first.due_at + timedelta(minutes=5)
    draft = shift.draft(kind="spot_check", changes={"spot_check_id": str(first.id)})
    shift.clock.moment = first.answer_by + timedelta(minutes=2)
    sweep(app)
    assert "missed" == states(app)[0]
    assert "to_review" == draft.send(shift.supervisor).json["outcome"]  # type: ignore[index]
    refresh(app, shift.person_id)
    assert "missed" == states(app)[0]
    stand(app, draft.id, draft.captured_at, CheckInKind.SPOT_CHECK)
    with app.app_context(), transaction():
        assert service.answered(first.id, UUID(draft.id), draft.captured_at)
    assert "answered" == states(app)[0]
    assert ["missed", "answered"] == [each["facts"]["state"] for each in entries(app, "spot_check.settled")]


@pytest.fixture
def away(app: Flask, shift: Morning) -> Morning:
    """A morning whose phone took its checks along, after the arrival was delivered."""
    check_in(app, shift, "arrival")
    hand_over(app, shift)
    return shift


def settled(app: Flask) -> list[tuple[str, str]]:
    """From what to what checks went, oldest first."""
    return [(each["facts"]["source"], each["facts"]["state"]) for each in entries(app, "spot_check.settled")]


def test_a_check_that_lies_on_a_phone_waits_for_it(app: Flask, away: Morning) -> None:
    """Neither missed nor cancelled, nor credited, while the answer may come."""
    first = rows(app)[0]
    away.clock.moment = first.answer_by + timedelta(hours=5)
    sweep(app)
    assert (["drawn"] * EIGHT, []) == (states(app), settled(app))


def test_of_a_phone_that_is_back_the_check_is_settled_soon(app: Flask, away: Morning) -> None:
    """Once it has brought what it captured later, and nothing older for a quarter of an hour."""
    first = rows(app)[0]
    away.clock.moment = first.answer_by + timedelta(minutes=1)
    check_in(app, away, "spot_check")
    away.clock.advance(minutes=14)
    sweep(app)
    assert "drawn" == states(app)[0]
    away.clock.advance(minutes=1)
    sweep(app)
    assert ("missed", [("drawn", "missed")]) == (states(app)[0], settled(app))


def test_a_phone_that_was_back_for_a_moment_has_had_its_chance_for_what_was_before(
    app: Flask, away: Morning
) -> None:
    """Not for the checks after it."""
    first, second = rows(app)[:2]
    away.clock.moment = first.answer_by + timedelta(minutes=1)
    check_in(app, away, "spot_check")
    away.clock.moment = second.answer_by + timedelta(hours=1)
    sweep(app)
    assert ["missed"] + ["drawn"] * (EIGHT - 1) == states(app)


def test_an_outbox_that_comes_newest_first_calls_nobody_missed(app: Flask, away: Morning) -> None:
    """Whoever answered is never called missed, in whatever order an hour's delivery comes."""
    drafts = []
    for check in rows(app):
        away.clock.moment = check.due_at + timedelta(minutes=4)
        drafts.append(away.draft(kind="spot_check", changes={"spot_check_id": str(check.id)}))
    away.clock.advance(hours=3)
    for draft in reversed(drafts):
        away.clock.advance(minutes=10)
        draft.send(away.supervisor)
        stand(app, draft.id, draft.captured_at, CheckInKind.SPOT_CHECK)
        refresh(app, away.person_id)
        sweep(app)
    assert [("drawn", "answered")] * EIGHT == settled(app)


def test_a_phone_that_never_comes_back_has_its_chance_for_as_long_as_evidence_is_fresh(
    app: Flask, away: Morning
) -> None:
    """What comes later goes to people anyway."""
    last = rows(app)[-1]
    away.clock.moment = last.answer_by + timedelta(hours=app.config["QALA"].offline_max_h, seconds=-1)
    sweep(app)
    assert ["missed"] * (EIGHT - 1) + ["drawn"] == states(app)
    away.clock.advance(seconds=2)
    sweep(app)
    assert [("drawn", "missed")] * EIGHT == settled(app)


def test_every_phone_that_took_the_check_along_is_waited_for(
    app: Flask, away: Morning, staff: Callable[..., Phone]
) -> None:
    """One phone that is back says nothing about what lies on another."""
    other = staff(Role.SUPERVISOR)
    with app.app_context(), transaction():
        service.hand_over(UUID(away.task_id), UUID(other.device_id), away.clock())
    away.clock.moment = rows(app)[0].answer_by + timedelta(minutes=1)
    check_in(app, away, "departure")
    away.clock.advance(hours=1)
    sweep(app)
    assert "drawn" == states(app)[0]


def test_an_answer_in_review_keeps_the_check_open_until_a_person_decides(app: Flask, shift: Morning) -> None:
    """Missed once it is refused; only what really became of it is told."""
    check_in(app, shift, "arrival")
    first = rows(app)[0]
    shift.clock.moment = first.due_at + timedelta(minutes=5)
    answer = shift.draft("somebody else", kind="spot_check", changes={"spot_check_id": str(first.id)})
    answer.send(shift.supervisor)
    stand(app, answer.id, answer.captured_at, CheckInKind.SPOT_CHECK, Outcome.TO_REVIEW)
    shift.clock.advance(minutes=20)
    sweep(app)
    assert ("drawn", []) == (states(app)[0], settled(app))
    stand(app, answer.id, answer.captured_at, CheckInKind.SPOT_CHECK, Outcome.REFUSED)
    sweep(app)
    assert [("drawn", "missed")] == settled(app)


def test_checks_that_wait_keep_nobody_else_s_waiting(app: Flask, away: Morning) -> None:
    """The sweep asks only for those that can be settled, however many are away."""
    away.clock.moment = rows(app)[-1].answer_by + timedelta(hours=1)
    with app.app_context():
        assert [] == work.unsettled()


def test_a_check_in_too_early_answers_nothing(app: Flask, shift: Morning) -> None:
    """A phone that knew the draw cannot answer before its time."""
    check_in(app, shift, "arrival")
    first = rows(app)[0]
    shift.clock.moment = first.due_at - timedelta(minutes=1)
    draft = shift.draft(kind="spot_check", changes={"spot_check_id": str(first.id)})
    draft.send(shift.supervisor)
    with app.app_context(), transaction():
        assert not service.answered(first.id, UUID(draft.id), draft.captured_at)
    assert "drawn" == states(app)[0]


def test_nobody_is_missed_who_was_not_there(app: Flask, shift: Morning) -> None:
    """Without an arrival, and after a departure, checks are cancelled."""
    first, second = rows(app)[:2]
    shift.clock.moment = first.answer_by + timedelta(minutes=1)
    sweep(app)
    check_in(app, shift, "arrival")
    shift.clock.advance(minutes=2)
    check_in(app, shift, "departure")
    shift.clock.moment = second.answer_by + timedelta(minutes=1)
    sweep(app)
    assert ["cancelled", "cancelled", "drawn"] == states(app)[:3]


def test_who_joins_the_shift_later_is_drawn_with_a_seed_of_its_own(
    app: Flask, shift: Morning, district_id: UUID
) -> None:
    """From that moment on; nobody's earlier draw changes."""
    before = {row.id for row in rows(app)}
    shift.clock.advance(hours=1)
    late = make_person(shift.dispatcher, district_id, family_name="Ким")
    people = {"person_ids": [shift.person_id, late]}
    assert 200 == shift.dispatcher.patch(f"/tasks/{shift.task_id}", json=people).status_code
    sweep(app)
    new = [row for row in rows(app) if row.id not in before]
    assert {late} == {str(row.person_id) for row in new}
    assert min(row.due_at for row in new) >= shift.clock() + rules.EDGE
    assert 2 == len({each["facts"]["seed_sha256"] for each in entries(app, "spot_checks.committed")})


def test_who_was_sent_to_the_site_is_drawn_for_once_there(app: Flask, shift: Morning, yard: Yard) -> None:
    """From the accepted arrival on; the task's list may stay as it was."""
    shift.clock.advance(hours=1)
    yard.send_here()
    sweep(app)
    assert {shift.task_id} == {str(row.task_id) for row in rows(app)}
    assert "accepted" == yard.draft(kind="arrival").send(yard.supervisor).json["outcome"]  # type: ignore[index]
    sweep(app)
    sweep(app)
    here = [row for row in rows(app) if str(row.task_id) == yard.task_id]
    assert {shift.person_id} == {str(row.person_id) for row in here}
    assert min(row.due_at for row in here) >= shift.clock() + rules.EDGE
    assert 2 == len(entries(app, "spot_checks.committed"))
    shift.clock.moment = here[0].due_at
    assert [str(here[0].id)] == prompted(yard.supervisor)


def test_who_has_only_left_is_not_drawn_for(app: Flask, shift: Morning, yard: Yard) -> None:
    """A departure proves nobody's further presence."""
    shift.clock.advance(hours=1)
    yard.send_here()
    assert "accepted" == yard.draft(kind="departure").send(yard.supervisor).json["outcome"]  # type: ignore[index]
    sweep(app)
    assert {shift.task_id} == {str(row.task_id) for row in rows(app)}


def test_what_falls_due_after_a_move_away_is_cancelled_and_the_ledger_says_why(
    app: Flask, shift: Morning, yard: Yard
) -> None:
    """Nobody is missed where the order says that they are elsewhere; what was missed before stays missed."""
    check_in(app, shift, "arrival")
    first, second, third = rows(app)[:3]
    shift.clock.moment = first.due_at + timedelta(minutes=5)
    yard.send_here()
    for check in (first, second):
        shift.clock.moment = check.answer_by + timedelta(seconds=1)
        sweep(app)
    assert ["missed", "cancelled", "drawn"] == states(app)[:3]
    told = [each["facts"]["reasons"] for each in entries(app, "spot_check.settled")]
    assert [[], ["moved_away"]] == told
    yard.change_order(geofence_id=shift.geofence_id)
    shift.clock.moment = third.answer_by + timedelta(seconds=1)
    sweep(app)
    refresh(app, shift.person_id)
    assert ["missed", "cancelled", "missed"] == states(app)[:3]


def test_who_is_still_at_the_old_site_answers_there(app: Flask, shift: Morning, yard: Yard) -> None:
    """While the way is not over a check-in there is accepted, and it counts."""
    check_in(app, shift, "arrival")
    first = rows(app)[0]
    shift.clock.moment = first.due_at - timedelta(minutes=1)
    yard.send_here()
    shift.clock.advance(minutes=4)
    check_in(app, shift, "spot_check", spot_check_id=str(first.id))
    assert "answered" == states(app)[0]


def test_an_offline_phone_takes_its_checks_along_and_the_ledger_says_so(app: Flask, shift: Morning) -> None:
    """Only that phone; the checks are marked for ever, and asking twice is told once."""
    cards = hand_over(app, shift)
    again = hand_over(app, shift)
    assert (EIGHT, {True}) == (len(cards), {card.foreknowledge for card in cards})
    assert cards == again
    assert sorted(str(card.id) for card in cards) == sorted(prompted(shift.supervisor))
    [foreknown] = entries(app, "spot_checks.foreknown")
    assert f"device:{shift.supervisor.device_id}" == foreknown["facts"]["device"]
    assert {True} == {row.foreknowledge for row in rows(app)}
    assert EIGHT == len(listed(shift.dispatcher))


def test_a_phone_that_goes_offline_before_the_shift_gets_its_draw_then(app: Flask, morning: Morning) -> None:
    """Up to a day ahead; the seed's hash is in the ledger before."""
    morning.clock.advance(hours=-12)
    assert EIGHT == len(hand_over(app, morning))
    assert ["spot_checks.committed", "spot_checks.foreknown"] == [
        each["kind"]
        for kind in ("spot_checks.committed", "spot_checks.foreknown")
        for each in entries(app, kind)
    ]


def test_a_second_phone_does_not_hold_what_the_first_took_along(app: Flask, shift: Morning) -> None:
    """The same user on another device is prompted when the check is due."""
    hand_over(app, shift)
    other = Phone(shift.supervisor.client).sign_in(
        shift.supervisor.tokens["user"]["login"], "correct horse battery"
    )
    assert [] == prompted(other)
    shift.clock.moment = rows(app)[0].due_at
    assert [str(rows(app)[0].id)] == prompted(other)


def test_a_task_of_several_days_is_no_shift(app: Flask, morning: Morning, district_id: UUID) -> None:
    """Nobody knows at which of its hours people work: nothing is drawn."""
    user_id = morning.supervisor.tokens["user"]["id"]
    make_task(
        morning.dispatcher,
        district_id,
        start=morning.clock(),
        geofence_id=morning.geofence_id,
        assignee_ids=[user_id],
        person_ids=[morning.person_id],
        hours=72,
    )
    sweep(app)
    assert {morning.task_id} == {str(row.task_id) for row in rows(app)}


def test_the_setting_0_draws_nothing(app: Flask, morning: Morning) -> None:
    """A city that wants no spot checks has none."""
    app.config["QALA"] = replace(app.config["QALA"], spot_checks_per_shift=0.0)
    sweep(app)
    assert ([], []) == (rows(app), entries(app, "spot_checks.committed"))
