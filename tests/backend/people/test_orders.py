"""Orders through the API: registered with the law's caps, changed with a trace, moved by people, never completed alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.accounts.service import calendar_of
from backend.database import transaction
from backend.ledger.models import LedgerEntry
from backend.people import orders
from shared.vocabulary import OrderState, Role
from tests.conftest import Clock
from tests.factories import enrol, make_geofence, make_order, make_person
from tests.fakes import face_photo
from tests.phone import Phone

Staff = Callable[..., Phone]
TODAY = date(2026, 11, 23)  # a Monday


def ledger_kinds(app: Flask) -> list[str]:
    """What the ledger tells of orders, in order."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.kind).where(LedgerEntry.kind.startswith("order."))
        return list(session.scalars(query.order_by(LedgerEntry.id)))


def terms_of(app: Flask, person_id: str, day: date = TODAY) -> orders.OrderTerms | None:
    """The terms that attendance would see."""
    with app.app_context(), transaction(read_only=True):
        return orders.terms_on(UUID(person_id), day)


def serving(app: Flask, phone: Phone, district_id: UUID, **fields: Any) -> tuple[str, str]:
    """A person with an order that is being served; returns both ids."""
    person_id = make_person(phone, district_id)
    order_id = make_order(phone, person_id, **fields)
    with app.app_context(), transaction():
        orders.started(UUID(person_id))
    return person_id, order_id


@pytest.mark.parametrize(
    ("regime", "employed", "caps"),
    [
        ("criminal", False, (480, None)),
        ("criminal", True, (240, None)),
        ("administrative", False, (480, 2400)),
        ("administrative", True, (240, None)),
    ],
)
def test_caps_that_are_not_named_are_the_laws(
    staff: Staff, district_id: UUID, regime: str, employed: bool, caps: tuple[int, int | None]
) -> None:
    """Four hours beside a job, eight without; administrative works also forty a week."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    ends = {"ends_on": "2027-02-28"} if regime == "administrative" else {}
    order_id = make_order(
        dispatcher, person_id, regime=regime, employed=employed, hours_total_min=3600, **ends
    )
    order = dispatcher.get(f"/orders/{order_id}").json
    assert caps == (order["daily_cap_min"], order["weekly_cap_min"])
    assert ("registered", [0, 1, 2, 3, 4, 5]) == (order["state"], order["allowed_weekdays"])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hours_total_min": 19 * 60}, "hours_total_min"),
        ({"hours_total_min": 1201 * 60}, "hours_total_min"),
        ({"daily_cap_min": 481}, "daily_cap_min"),
        ({"employed": True, "daily_cap_min": 241}, "daily_cap_min"),
        ({"ends_on": "2026-10-31"}, "ends_on"),
        ({"received_on": "2026-11-24"}, "received_on"),
        ({"regime": "administrative", "hours_total_min": 3600}, "ends_on"),
        ({"regime": "administrative", "hours_total_min": 3600, "ends_on": "2027-03-02"}, "ends_on"),
        ({"regime": "administrative", "hours_total_min": 6060, "ends_on": "2027-03-01"}, "hours_total_min"),
    ],
)
def test_what_the_law_does_not_know_is_refused(
    staff: Staff, district_id: UUID, wrong: dict[str, Any], field: str
) -> None:
    """The field, the limit and the value are named; nothing is written."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    body = {"number": "1", "regime": "criminal", "hours_total_min": 7200, "employed": False}
    answer = dispatcher.post(f"/people/{person_id}/orders", json={**body, "starts_on": "2026-11-01", **wrong})
    assert (422, [field]) == (answer.status_code, list(answer.json["errors"]))
    assert [] == dispatcher.get(f"/people/{person_id}/orders").json["items"]


def test_a_person_serves_one_order_at_a_time(staff: Staff, district_id: UUID) -> None:
    """A second one waits until the first is closed; then both stay in the history."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    first = make_order(dispatcher, person_id)
    body = {"number": "2", "regime": "criminal", "hours_total_min": 7200, "employed": False}
    second = {**body, "starts_on": "2026-11-02"}
    assert 409 == dispatcher.post(f"/people/{person_id}/orders", json=second).status_code
    removed = dispatcher.post(f"/orders/{first}/moves", json={"to": "removed", "reason": "Отменён судом"})
    assert 200 == removed.status_code
    assert 201 == dispatcher.post(f"/people/{person_id}/orders", json=second).status_code
    assert 2 == len(dispatcher.get(f"/people/{person_id}/orders").json["items"])


def test_an_order_follows_the_enrolment_and_the_first_presence(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """Registered, enrolled with the face, serving with the first accepted presence; again changes nothing."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    order_id = make_order(dispatcher, person_id)
    enrol(dispatcher, person_id, [face_photo("serik", shot) for shot in range(4)])
    assert "enrolled" == dispatcher.get(f"/orders/{order_id}").json["state"]
    for _time in range(2):
        with app.app_context(), transaction():
            orders.started(UUID(person_id))
    order = dispatcher.get(f"/orders/{order_id}").json
    assert ["enrolled", "serving"] == [move["target"] for move in order["moves"]]
    assert [None, None] == [move["moved_by"] for move in order["moves"]]
    assert ["order.registered", "order.moved", "order.moved"] == ledger_kinds(app)


@pytest.mark.parametrize("when", ["before", "after"])
def test_who_refuses_biometrics_waits_for_no_face(staff: Staff, district_id: UUID, when: str) -> None:
    """The paper way counts alike, whether it was chosen before the order came or after."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(
        dispatcher, district_id, biometric_basis="refused" if when == "before" else "consent"
    )
    order_id = make_order(dispatcher, person_id)
    if when == "after":
        dispatcher.patch(f"/people/{person_id}", json={"biometric_basis": "refused"})
    assert "enrolled" == dispatcher.get(f"/orders/{order_id}").json["state"]


def test_completion_is_proposed_once_and_done_by_a_person(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """Before the hours are reached nobody can complete the order; then it needs a reason."""
    dispatcher = staff(Role.DISPATCHER)
    _person_id, order_id = serving(app, dispatcher, district_id)
    moves = f"/orders/{order_id}/moves"
    early = dispatcher.post(moves, json={"to": "completed", "reason": "Отработано"})
    assert (422, ["to"]) == (early.status_code, list(early.json["errors"]))
    for minutes in (7199, 7200, 7230):
        with app.app_context(), transaction():
            orders.propose_completion(UUID(order_id), minutes)
    order = dispatcher.get(f"/orders/{order_id}").json
    assert ("serving", 7230) == (order["state"], order["credited_min"])
    assert 1 == ledger_kinds(app).count("order.completion_proposed")
    assert 422 == dispatcher.post(moves, json={"to": "completed"}).status_code
    done = dispatcher.post(moves, json={"to": "completed", "reason": "Отработано полностью"})
    assert (200, "completed", []) == (done.status_code, done.json["state"], done.json["next_states"])


def test_a_proposal_is_withdrawn_when_a_decision_takes_hours_away(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """What was proposed on evidence falls with it, and the ledger says so."""
    dispatcher = staff(Role.DISPATCHER)
    _person_id, order_id = serving(app, dispatcher, district_id)
    for minutes in (7200, 7000):
        with app.app_context(), transaction():
            orders.propose_completion(UUID(order_id), minutes)
    order = dispatcher.get(f"/orders/{order_id}").json
    assert (7000, None) == (order["credited_min"], order["completion_proposed_at"])
    assert ["order.completion_proposed", "order.completion_withdrawn"] == ledger_kinds(app)[-2:]


def test_suspending_needs_a_reason_and_can_be_taken_back(
    app: Flask, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """The day of the suspension still counts as served; the days after it do not, until it is taken back."""
    dispatcher = staff(Role.DISPATCHER)
    person_id, order_id = serving(app, dispatcher, district_id)
    moves = f"/orders/{order_id}/moves"
    assert 422 == dispatcher.post(moves, json={"to": "suspended"}).status_code
    answer = dispatcher.post(moves, json={"to": "suspended", "reason": "Болезнь до 30 ноября"})
    assert "Болезнь до 30 ноября" == answer.json["moves"][-1]["reason"]
    clock.advance(days=7)
    assert OrderState.SERVING is terms_of(app, person_id).state
    assert OrderState.SUSPENDED is terms_of(app, person_id, TODAY + timedelta(days=1)).state
    back = staff(Role.DISPATCHER).post(moves, json={"to": "serving", "reason": "Вышел с больничного"})
    assert 200 == back.status_code
    assert OrderState.SERVING is terms_of(app, person_id, TODAY + timedelta(days=7)).state
    assert OrderState.SUSPENDED is terms_of(app, person_id, TODAY + timedelta(days=6)).state


def test_reasons_cannot_be_read_once_the_person_is_erased(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """A reason may tell of an illness: it is sealed with the person's key."""
    dispatcher, administrator = staff(Role.DISPATCHER), staff(Role.ADMINISTRATOR)
    person_id, order_id = serving(app, dispatcher, district_id)
    dispatcher.post(f"/orders/{order_id}/moves", json={"to": "removed", "reason": "Перелом ноги"})
    administrator.delete(f"/people/{person_id}")
    assert ["", ""] == [move["reason"] for move in administrator.get(f"/orders/{order_id}").json["moves"]]


def test_the_same_move_again_changes_nothing(staff: Staff, district_id: UUID) -> None:
    """The answer may have been lost; a move that does not exist names those that do."""
    dispatcher = staff(Role.DISPATCHER)
    moves = f"/orders/{make_order(dispatcher, make_person(dispatcher, district_id))}/moves"
    answers = [dispatcher.post(moves, json={"to": "serving"}) for _try in range(2)]
    assert answers[0].json == answers[1].json
    wrong = dispatcher.post(moves, json={"to": "registered", "reason": "?"})
    assert (409, True) == (wrong.status_code, "suspended, completed, removed" in wrong.json["detail"])


def test_a_new_site_holds_from_its_moment(app: Flask, staff: Staff, district_id: UUID, clock: Clock) -> None:
    """A check-in captured before the move and delivered after it is judged by what held at its time."""
    dispatcher, supervisor = staff(Role.DISPATCHER), staff(Role.SUPERVISOR)
    park, yard = (make_geofence(dispatcher, district_id, name=name) for name in ("Парк", "Двор"))
    user_id = supervisor.get("/me").json["id"]
    order_id = make_order(dispatcher, make_person(dispatcher, district_id), geofence_id=park)
    morning = clock()
    clock.advance(minutes=5)
    read = dispatcher.get(f"/orders/{order_id}")
    change = {"geofence_id": yard, "supervisor_id": user_id}
    headers = {"If-Match": read.headers["ETag"]}
    assert 200 == dispatcher.patch(f"/orders/{order_id}", json=change, headers=headers).status_code
    assert 412 == dispatcher.patch(f"/orders/{order_id}", json=change, headers=headers).status_code
    with app.app_context(), transaction(read_only=True):
        before = orders.assignment_at(UUID(order_id), morning)
        after = orders.assignment_at(UUID(order_id), clock())
        never = orders.assignment_at(UUID(order_id), morning - timedelta(seconds=1))
    assert (park, None) == (str(before.geofence_id), before.supervisor_id)
    assert (yard, user_id) == (str(after.geofence_id), str(after.supervisor_id))
    assert never is None
    assert (morning, clock()) == (before.site_since, after.site_since)


def test_a_change_of_one_of_site_and_supervisor_leaves_the_other_s_time(
    app: Flask, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """And a site that is named again counts from then, not from the first time."""
    dispatcher, supervisor = staff(Role.DISPATCHER), staff(Role.SUPERVISOR)
    park, yard = (make_geofence(dispatcher, district_id, name=name) for name in ("Парк", "Двор"))
    order_id = make_order(dispatcher, make_person(dispatcher, district_id), geofence_id=park)
    nine = clock()
    changes: list[dict[str, Any]] = [
        {"geofence_id": yard},
        {"supervisor_id": supervisor.get("/me").json["id"]},
        {"geofence_id": park},
        {"number": "16-2026"},
    ]
    for change in changes:
        clock.advance(minutes=1)
        assert 200 == dispatcher.patch(f"/orders/{order_id}", json=change).status_code
    with app.app_context(), transaction(read_only=True):
        between = orders.assignment_at(UUID(order_id), nine + timedelta(minutes=2))
        last = orders.assignment_at(UUID(order_id), clock())
    assert (timedelta(minutes=1), timedelta(minutes=2)) == (
        between.site_since - nine,
        between.supervisor_since - nine,
    )
    assert (timedelta(minutes=3), timedelta(minutes=2)) == (
        last.site_since - nine,
        last.supervisor_since - nine,
    )


def test_site_and_supervisor_belong_to_the_district(
    staff: Staff, district_id: UUID, other_district_id: UUID
) -> None:
    """Neither a geofence of elsewhere, nor an archived one, nor a dispatcher."""
    administrator, dispatcher = staff(Role.ADMINISTRATOR), staff(Role.DISPATCHER)
    elsewhere = make_geofence(administrator, other_district_id)
    archived = make_geofence(administrator, district_id)
    administrator.delete(f"/geofences/{archived}")
    path = f"/orders/{make_order(dispatcher, make_person(dispatcher, district_id))}"
    for change in (
        {"geofence_id": elsewhere},
        {"geofence_id": archived},
        {"supervisor_id": dispatcher.get("/me").json["id"]},
    ):
        answer = dispatcher.patch(path, json=change)
        assert (422, list(change)) == (answer.status_code, list(answer.json["errors"]))
    assert 1 == dispatcher.get(path).json["version"]


def test_an_order_goes_along_to_another_district(
    app: Flask, staff: Staff, district_id: UUID, other_district_id: UUID
) -> None:
    """Site and supervisor stay behind; the old district sees the order no more."""
    administrator, dispatcher = staff(Role.ADMINISTRATOR), staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    order_id = make_order(dispatcher, person_id, geofence_id=make_geofence(dispatcher, district_id))
    administrator.patch(f"/people/{person_id}", json={"district_id": str(other_district_id)})
    assert 404 == dispatcher.get(f"/orders/{order_id}").status_code
    order = administrator.get(f"/orders/{order_id}").json
    assert (str(other_district_id), None) == (order["district_id"], order["geofence_id"])


def test_terms_hold_within_the_orders_dates(app: Flask, staff: Staff, district_id: UUID) -> None:
    """Not before the start, not after the end, and not once it was removed."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    order_id = make_order(dispatcher, person_id, starts_on="2026-11-20", ends_on="2026-11-30")
    assert [False, True, True, False] == [
        terms_of(app, person_id, date(2026, 11, day)) is not None for day in (19, 20, 30)
    ] + [terms_of(app, person_id, date(2026, 12, 1)) is not None]
    dispatcher.post(f"/orders/{order_id}/moves", json={"to": "removed", "reason": "Отменён"})
    assert terms_of(app, person_id, TODAY) is not None
    assert terms_of(app, person_id, TODAY + timedelta(days=1)) is None


def test_days_of_rest_are_the_districts_unless_the_order_says_otherwise(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """A holiday never counts; a weekday of rest counts where the order names it."""
    administrator = staff(Role.ADMINISTRATOR)
    calendar = {"rest_weekdays": [5, 6], "holidays": ["2026-12-16"]}
    answer = administrator.patch(f"/districts/{district_id}", json=calendar)
    assert calendar == {name: answer.json[name] for name in calendar}
    usual, sundays = (make_person(administrator, district_id, seed=seed) for seed in (100, 200))
    make_order(administrator, usual)
    make_order(administrator, sundays, allowed_weekdays=[6])
    days = [date(2026, 11, 28), date(2026, 11, 29), date(2026, 12, 16), date(2026, 12, 17)]
    with app.app_context(), transaction(read_only=True):
        rest = calendar_of(district_id)
        allowed = [
            [orders.allows(orders.terms_on(UUID(person_id), day), day, rest) for day in days]
            for person_id in (usual, sundays)
        ]
    assert [[False, False, False, True], [False, True, False, False]] == allowed


def test_somebody_who_finds_work_serves_less_a_day(staff: Staff, district_id: UUID) -> None:
    """The caps follow the law when the employment changes, unless they are named with it."""
    dispatcher = staff(Role.DISPATCHER)
    path = f"/orders/{make_order(dispatcher, make_person(dispatcher, district_id))}"
    assert 240 == dispatcher.patch(path, json={"employed": True}).json["daily_cap_min"]
    answer = dispatcher.patch(path, json={"employed": False, "daily_cap_min": 300})
    assert 300 == answer.json["daily_cap_min"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hours_total_min", 10**30),
        ("hours_total_min", 7200.5),
        ("hours_total_min", True),
        ("daily_cap_min", 0),
        ("allowed_weekdays", []),
        ("allowed_weekdays", [7]),
        ("starts_on", "2026-02-30"),
        ("starts_on", "9999-12-31"),
        ("number", " "),
        ("number", "1\u202e2"),
        ("work_kind", "x" * 201),
        ("employed", "yes"),
        ("supervisor_id", "nobody"),
        ("state", "completed"),
        ("credited_min", 7200),
    ],
)
def test_careless_values_are_named(staff: Staff, district_id: UUID, field: str, value: object) -> None:
    """And state and credited time are nobody's to set."""
    dispatcher = staff(Role.DISPATCHER)
    path = f"/orders/{make_order(dispatcher, make_person(dispatcher, district_id))}"
    answer = dispatcher.patch(path, json={field: value})
    assert (422, True) == (answer.status_code, any(name.startswith(field) for name in answer.json["errors"]))
    assert 1 == dispatcher.get(path).json["version"]


def test_a_district_has_days_of_rest_that_exist(staff: Staff, district_id: UUID) -> None:
    """Weekdays from 0 to 6 and real dates; the same again changes nothing, and a dispatcher may not."""
    administrator, dispatcher = staff(Role.ADMINISTRATOR), staff(Role.DISPATCHER)
    path = f"/districts/{district_id}"
    for wrong in ({"rest_weekdays": [7]}, {"holidays": ["2026-13-01"]}, {"holidays": ["1999-12-31"]}):
        assert 422 == administrator.patch(path, json=wrong).status_code
    assert 403 == dispatcher.patch(path, json={"rest_weekdays": []}).status_code
    answers = [
        administrator.patch(path, json={"holidays": ["2026-12-16", "2026-12-16"]}) for _try in range(2)
    ]
    assert answers[0].json == answers[1].json
    assert ["2026-12-16"] == answers[0].json["holidays"]
    events = administrator.get("/events").json["items"]
    assert 1 == [event["kind"] for event in events].count("district.changed")
