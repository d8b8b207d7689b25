"""Hours through the API: a forgotten departure, a missed spot check, the caps, and a person who decides."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from backend.attendance.hours import gaps, service
from backend.attendance.hours.models import GapDecision
from backend.attendance.reviews.subjects import KINDS, Ruling
from backend.attendance.spot_checks.models import SpotCheck, SpotCheckHandOver
from backend.clock import now
from backend.database import transaction
from backend.errors import Conflict
from backend.ledger.models import AccessEntry, LedgerEntry
from shared.vocabulary import CheckInKind, DecisionReason, Outcome, Role, SpotCheckState
from tests.backend.attendance.conftest import Yard
from tests.backend.attendance.hours.conftest import Work
from tests.backend.planning import on_new_device
from tests.backend.test_concurrency import at_once
from tests.factories import OUTSIDE, make_task
from tests.missed_spot_check import miss, stand
from tests.phone import Phone


@pytest.fixture
def missed(work: Work) -> Work:
    """A morning from nine to one, with a spot check at ten that nobody answered."""
    draft = work.morning.draft()
    arrival = work.check_in("arrival")
    miss_at = work.morning.clock() + timedelta(hours=1)
    draft.id = arrival
    work.check_in("departure", 4)
    miss(work.app, draft, miss_at)
    work.refresh()
    return work


def decide(
    work: Work, phone: Phone, *, credited: bool = True, words: str = "Видел бригадир.", gap_at: int = 0
) -> Any:
    """Decide on a gap."""
    gap = work.hours()["gaps"][gap_at]
    path = f"/people/{work.morning.person_id}/hours/gaps/{gap['id']}/decision"
    return phone.post(path, json={"credited": credited, "words": words})


def entries(work: Work, kind: str) -> list[dict[str, Any]]:
    """The ledger's entries of a kind, oldest first."""
    with work.app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.content).where(LedgerEntry.kind == kind).order_by(LedgerEntry.id)
        return [json.loads(content) for content in session.scalars(query)]


def sums(hours: dict[str, Any]) -> tuple[int, int, int, int]:
    """Worked, credited, over the cap and unproven minutes."""
    return tuple(hours[f"{name}_min"] for name in ("worked", "credited", "over_cap", "unproven"))  # type: ignore[return-value]


def test_a_morning_is_credited_and_names_its_proofs(work: Work) -> None:
    """From nine to one: four hours towards the order."""
    ids = [work.check_in("arrival"), work.check_in("departure", 4)]
    hours = work.hours()
    [day] = hours["days"]
    assert ((240, 240, 0, 0), "2026-11-23") == (sums(hours), day["day"])
    assert [("departure", ids)] == [(each["ended_by"], each["check_in_ids"]) for each in day["stretches"]]
    assert [sorted(ids)] == [sorted(each["check_in_ids"]) for each in day["pieces"]]
    assert {
        "order_id": work.order_id,
        "hours_total_min": 7200,
        "credited_min": 240,
        "remaining_min": 6960,
    } == hours["order"]


def test_a_day_at_two_sites_is_credited_as_one(work: Work, yard: Yard) -> None:
    """The morning in the park; sent to the yard at noon, where the afternoon is proven by another supervisor."""
    morning = [work.check_in("arrival"), work.check_in("departure", 3)]
    yard.send_here()
    afternoon = [
        yard_check_in(work, yard, kind, hours) for kind, hours in (("arrival", 0.5), ("departure", 4))
    ]
    hours = work.hours()
    [day] = hours["days"]
    assert ((420, 420, 0, 0), "2026-11-23") == (sums(hours), day["day"])
    assert [(work.morning.task_id, morning), (yard.task_id, afternoon)] == [
        (each["task_id"], each["check_in_ids"]) for each in day["stretches"]
    ]
    assert 420 == work.order()["credited_min"]


def test_who_is_moved_without_a_departure_keeps_what_was_proven(work: Work, yard: Yard) -> None:
    """Until the last proof at the old site; the way between the sites is nobody's time."""
    work.check_in("arrival")
    work.check_in("spot_check", 2)
    yard.send_here()
    for kind, hours in (("arrival", 1), ("departure", 2)):
        yard_check_in(work, yard, kind, hours)
    assert (240, 240, 0, 0) == sums(work.hours())


def yard_check_in(work: Work, yard: Yard, kind: str, hours_later: float) -> str:
    """Let time pass and check the person in at the other site; returns the id of what must have been accepted."""
    work.morning.clock.advance(hours=hours_later)
    draft = yard.draft(kind=kind)
    answer = draft.send(yard.supervisor)
    assert "accepted" == answer.json["outcome"], answer.text  # type: ignore[index]
    work.refresh()
    return draft.id


def test_an_arrival_alone_is_no_time(work: Work) -> None:
    """Whoever forgets the departure has what is proven, nothing more."""
    work.check_in("arrival")
    hours = work.hours()
    assert ((0, 0, 0, 0), "last_proof") == (sums(hours), hours["days"][0]["stretches"][0]["ended_by"])


@pytest.mark.parametrize("who", ["somebody else", "nobody"])
def test_a_refused_departure_proves_nothing(work: Work, who: str) -> None:
    """Another face, or none."""
    work.check_in("arrival")
    work.morning.clock.advance(hours=4)
    work.morning.draft(who, kind="departure").send(work.morning.supervisor)
    work.morning.draft(kind="departure", at=OUTSIDE).send(work.morning.supervisor)
    work.refresh()
    assert (0, 0, 0, 0) == sums(work.hours())


def test_work_over_the_daily_cap_is_shown_with_the_reason(work: Work) -> None:
    """In the reader's words."""
    work.morning.dispatcher.patch(
        f"/orders/{work.order_id}", json={"daily_cap_min": 180}, headers={"If-Match": "*"}
    )
    work.check_in("arrival")
    work.check_in("departure", 4)
    hours = work.hours()
    assert (240, 180, 60, 0) == sums(hours)
    [over] = [piece for piece in hours["days"][0]["pieces"] if piece["why"]]
    assert ("daily_cap", 60, True) == (over["why"], over["minutes"], "one day" in over["why_text"])


def test_an_order_whose_hours_are_reached_is_proposed_for_completion(work: Work) -> None:
    """Once; and no minute more is credited."""
    work.morning.dispatcher.patch(
        f"/orders/{work.order_id}", json={"hours_total_min": 20 * 60}, headers={"If-Match": "*"}
    )
    for _day in range(6):
        work.check_in("arrival")
        work.check_in("departure", 4)
        work.refresh()
        work.next_day()
    assert (1200, True) == (
        work.order()["credited_min"],
        work.order()["completion_proposed_at"] is not None,
    )
    assert 1 == len(entries(work, "order.completion_proposed"))


def test_the_first_presence_starts_the_order(work: Work) -> None:
    """The order is served from now on."""
    assert "enrolled" == work.order()["state"]
    work.check_in("arrival")
    assert "serving" == work.order()["state"]


def test_a_missed_spot_check_leaves_a_gap_that_waits_for_a_person(missed: Work) -> None:
    """From the proof before to the proof after it; here that is everything."""
    hours = missed.hours()
    assert (240, 0, 0, 240) == sums(hours)
    assert [("missed", False)] == [
        (each["state"], each["foreknowledge"]) for each in hours["days"][0]["spot_checks"]
    ]
    assert [None] == [gap["credited"] for gap in hours["gaps"]]
    assert 0 == missed.order()["credited_min"]


@pytest.mark.parametrize(("credited", "expected"), [(True, 240), (False, 0)])
def test_a_person_decides_with_a_reason(missed: Work, credited: bool, expected: int) -> None:
    """The words stay out of the ledger; the order learns at once; twice is a conflict."""
    answer = decide(missed, missed.morning.dispatcher, credited=credited)
    assert (200, credited, "Видел бригадир.") == (
        answer.status_code,
        answer.json["credited"],
        answer.json["words"],
    )
    assert expected == missed.hours()["credited_min"] == missed.order()["credited_min"]
    [entry] = entries(missed, "gap.decided")
    assert (credited, False) == (entry["facts"]["credited"], "бригадир" in json.dumps(entry))
    assert 409 == decide(missed, missed.morning.dispatcher).status_code


def test_a_supervisor_who_became_dispatcher_still_may_not_decide(
    missed: Work, staff: Callable[..., Phone]
) -> None:
    """The rule looks at the person, not at the role."""
    user_id = missed.morning.supervisor.tokens["user"]["id"]
    promoted = staff(Role.ADMINISTRATOR).patch(f"/users/{user_id}", json={"role": "dispatcher"})
    assert 200 == promoted.status_code
    answer = decide(missed, missed.morning.supervisor)
    assert (403, True) == (answer.status_code, "another member" in answer.json["detail"])


def test_of_two_who_decide_at_once_one_does(missed: Work, staff: Callable[..., Phone]) -> None:
    """The other one is told so."""
    [gap] = missed.hours()["gaps"]
    users = [
        UUID(phone.tokens["user"]["id"]) for phone in (missed.morning.dispatcher, staff(Role.DISPATCHER))
    ]
    deciders = [on_new_device(missed.app, user_id) for user_id in users]

    def act(index: int) -> str:
        with missed.app.app_context():
            try:
                with transaction():
                    service.decide(
                        UUID(missed.morning.person_id),
                        UUID(gap["id"]),
                        deciders[index],
                        credited=bool(index),
                        words="Видел бригадир.",
                    )
                return "decided"
            except Conflict:
                return "conflict"

    assert ["conflict", "decided"] == sorted(at_once(2, act))
    assert 1 == len(entries(missed, "gap.decided"))


def test_an_appeal_can_credit_what_was_not(missed: Work, staff: Callable[..., Phone]) -> None:
    """By another officer; a new row is added, the old one stays."""
    decide(missed, missed.morning.dispatcher, credited=False)
    [gap] = missed.hours()["gaps"]
    other = staff(Role.DISPATCHER)
    by = on_new_device(missed.app, UUID(other.tokens["user"]["id"]))
    with missed.app.app_context(), transaction():
        subject = KINDS[gaps.KIND].look(UUID(gap["id"]), lock=True)
        assert subject is not None
        assert {
            missed.morning.dispatcher.tokens["user"]["id"],
            missed.morning.supervisor.tokens["user"]["id"],
        } == {str(each) for each in subject.involved}
        ruling = Ruling(
            appeal_id=uuid4(), by=by, at=now(), reason=DecisionReason.KNOWN_IN_PERSON, words="Верно."
        )
        KINDS[gaps.KIND].uphold(UUID(gap["id"]), ruling)
    assert 240 == missed.hours()["credited_min"]
    with missed.app.app_context(), transaction(read_only=True) as session:
        rows = session.scalars(sa.select(GapDecision).order_by(GapDecision.number)).all()
        assert [(1, False), (2, True)] == [(row.number, row.credited) for row in rows]


def test_a_decision_cannot_be_rewritten(missed: Work) -> None:
    """The database itself refuses."""
    decide(missed, missed.morning.dispatcher)
    with (
        missed.app.app_context(),
        pytest.raises(DatabaseError, match="append-only"),
        transaction() as session,
    ):
        session.execute(sa.update(GapDecision).values(credited=False))


def test_a_gap_that_a_later_proof_made_smaller_keeps_its_decision(missed: Work) -> None:
    """What came late from an offline phone only helps."""
    decide(missed, missed.morning.dispatcher, credited=False)
    draft = missed.morning.draft(kind="spot_check")
    draft.send(missed.morning.supervisor)
    stand(missed.app, draft.id, missed.morning.clock() - timedelta(hours=1), CheckInKind.SPOT_CHECK)
    missed.refresh()
    assert (240, 60, 0, 180) == sums(missed.hours())


def miss_more(work: Work, *hours_after_nine: float, waiting: bool = False) -> list[str]:
    """More spot checks of the morning that nobody answered, or whose phone may still bring the answer."""
    [arrival] = work.hours()["days"][0]["stretches"][0]["check_in_ids"][:1]
    draft = work.morning.draft()
    draft.id = arrival
    nine = work.morning.clock() - timedelta(hours=4)
    found = [
        miss(work.app, draft, nine + timedelta(hours=each), number=number)
        for number, each in enumerate(hours_after_nine, start=2)
    ]
    if waiting:
        with work.app.app_context(), transaction() as session:
            for spot_check_id in found:
                row = session.get_one(SpotCheck, spot_check_id)
                row.state, row.foreknowledge = SpotCheckState.DRAWN, True
                device_id = UUID(work.morning.supervisor.device_id)
                session.add(SpotCheckHandOver(spot_check_id=row.id, device_id=device_id, handed_over_at=nine))
    work.refresh()
    return [str(each) for each in found]


def prove(work: Work, hours_after_nine: float) -> None:
    """A proof of the morning that comes late."""
    draft = work.morning.draft(kind="spot_check")
    draft.send(work.morning.supervisor)
    at = work.morning.clock() + timedelta(hours=hours_after_nine - 4)
    stand(work.app, draft.id, at, CheckInKind.SPOT_CHECK)
    work.refresh()


def test_several_missed_spot_checks_between_two_proofs_are_decided_on_once(missed: Work) -> None:
    """The gap names all of them, and so does the ledger; whoever credits it sees the credit."""
    more = miss_more(missed, 2, 3)
    [gap] = missed.hours()["gaps"]
    assert more == gap["spot_check_ids"][1:]
    assert 200 == decide(missed, missed.morning.dispatcher).status_code
    assert (240, 240, 0, 0) == sums(missed.hours())
    [entry] = entries(missed, "gap.decided")
    assert [f"spot_check:{each}" for each in gap["spot_check_ids"]] == entry["facts"]["spot_checks"]


def test_a_late_proof_splits_a_gap_and_both_parts_stay_decided(missed: Work) -> None:
    """Both name the gap that was decided on: whoever appeals against it gets all of its minutes back."""
    miss_more(missed, 3)
    decide(missed, missed.morning.dispatcher, credited=False)
    [whole] = missed.hours()["gaps"]
    prove(missed, 2)
    parts = missed.hours()["gaps"]
    assert [(False, whole["id"])] * 2 == [(part["credited"], part["decided_as"]) for part in parts]
    assert 409 == decide(missed, missed.morning.dispatcher, gap_at=1).status_code
    by = on_new_device(missed.app, UUID(missed.morning.dispatcher.tokens["user"]["id"]))
    with missed.app.app_context(), transaction():
        KINDS[gaps.KIND].uphold(
            UUID(whole["id"]),
            Ruling(appeal_id=uuid4(), by=by, at=now(), reason=DecisionReason.KNOWN_IN_PERSON, words="Верно."),
        )
    assert (240, 240, 0, 0) == sums(missed.hours())


def test_a_decision_holds_though_another_check_in_its_minutes_waits(missed: Work) -> None:
    """A person has decided on these very minutes."""
    decide(missed, missed.morning.dispatcher)
    miss_more(missed, 3, waiting=True)
    assert (240, 240, 0, 0) == sums(missed.hours())


def test_nobody_decides_while_an_answer_may_still_come(work: Work) -> None:
    """The reading says whom the minutes wait for."""
    work.check_in("arrival")
    work.check_in("departure", 4)
    miss_more(work, 1, waiting=True)
    hours = work.hours()
    [piece] = hours["days"][0]["pieces"]
    assert ((240, 0, 0, 240), "waiting", True) == (sums(hours), piece["why"], "phone" in piece["why_text"])
    assert ["drawn"] == [each["state"] for each in hours["days"][0]["spot_checks"]]
    assert [True] == [gap["waiting"] for gap in hours["gaps"]]
    answer = decide(work, work.morning.dispatcher)
    assert (409, True) == (answer.status_code, "may still come" in answer.text)
    work.morning.clock.advance(minutes=20)
    work.app.extensions["qala_jobs"].sweep()
    assert ["missed"] == [each["state"] for each in work.hours()["days"][0]["spot_checks"]]
    assert 200 == decide(work, work.morning.dispatcher).status_code


def test_who_captured_another_task_in_these_minutes_may_not_decide(
    missed: Work, staff: Callable[..., Phone]
) -> None:
    """The decision would credit what he himself has captured."""
    other = staff(Role.SUPERVISOR)
    draft = missed.morning.draft()
    other_task = make_task(
        missed.morning.dispatcher,
        missed.morning.district_id,
        start=missed.morning.clock() - timedelta(hours=4),
        geofence_id=missed.morning.geofence_id,
        assignee_ids=[other.tokens["user"]["id"]],
        person_ids=[missed.morning.person_id],
    )
    draft.task_id, draft.device_id = other_task, other.device_id
    assert 200 == draft.send(other).status_code
    stand(missed.app, draft.id, missed.morning.clock() - timedelta(hours=2), CheckInKind.ARRIVAL)
    staff(Role.ADMINISTRATOR).patch(f"/users/{other.tokens['user']['id']}", json={"role": "dispatcher"})
    assert 403 == decide(missed, other).status_code


def test_gaps_of_other_people_are_not_there(missed: Work) -> None:
    """Nor is one that does not exist."""
    path = f"/people/{missed.morning.person_id}/hours/gaps/{uuid4()}/decision"
    body = {"credited": True, "words": "Видел бригадир."}
    assert 404 == missed.morning.dispatcher.post(path, json=body).status_code


def test_a_decision_taken_back_in_review_takes_the_credit_along(work: Work) -> None:
    """The order learns that too, and its proposal falls."""
    work.check_in("arrival")
    departure = work.check_in("departure", 4)
    assert 240 == work.order()["credited_min"]
    stand(work.app, departure, work.morning.clock(), CheckInKind.DEPARTURE, Outcome.REFUSED)
    work.refresh()
    assert (0, 0) == (work.order()["credited_min"], work.hours()["credited_min"])


def test_reading_hours_is_logged_and_kept_to_the_district(
    work: Work, staff: Callable[..., Phone], other_district_id: UUID
) -> None:
    """As every read of personal data."""
    work.hours()
    stranger = staff(Role.PROBATION_OFFICER, districts=[other_district_id])
    assert 404 == stranger.get(f"/people/{work.morning.person_id}/hours").status_code
    with work.app.app_context(), transaction(read_only=True) as session:
        query = sa.select(AccessEntry.actor).where(AccessEntry.action == "hours.read")
        assert [f"user:{work.officer.tokens['user']['id']}"] == list(session.scalars(query))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?from=2026-11-24", []),
        ("?from=2026-11-23&until=2026-11-23", ["2026-11-23"]),
        ("?until=2026-11-22", []),
        ("", ["2026-11-23"]),
    ],
)
def test_days_are_asked_for_in_the_city_s_time(work: Work, query: str, expected: list[str]) -> None:
    """Both ends included; without them the month so far."""
    work.check_in("arrival")
    work.check_in("departure", 4)
    work.morning.clock.advance(hours=24)
    assert expected == [day["day"] for day in work.hours(query)["days"]]


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-11-24&until=2026-11-23",
        "?from=2020-01-01&until=2026-11-23",
        "?from=yesterday",
        "?until=9999-12-31",
    ],
)
def test_a_span_that_makes_no_sense_is_named(work: Work, query: str) -> None:
    """Backwards, or of years."""
    answer = work.officer.get(f"/people/{work.morning.person_id}/hours{query}")
    assert (422, True) == (answer.status_code, bool(answer.json["errors"])), answer.text  # type: ignore[index]
