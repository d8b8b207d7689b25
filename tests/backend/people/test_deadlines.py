"""Deadlines through the API, and the reminders that the ledger holds once each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import Flask

from backend.database import transaction
from backend.ledger.models import LedgerEntry
from backend.people import orders
from backend.people.work import remind_of_deadlines
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import make_geofence, make_order, make_person
from tests.phone import Phone

Staff = Callable[..., Phone]


def reminders(app: Flask) -> list[tuple[str, str, str]]:
    """What the ledger holds of deadlines: notice, deadline and day, in order."""
    with app.app_context():
        remind_of_deadlines()
        with transaction(read_only=True) as session:
            query = sa.select(LedgerEntry.content).where(LedgerEntry.kind.startswith("deadline."))
            entries = [json.loads(text) for text in session.scalars(query.order_by(LedgerEntry.id))]
    return [(entry["kind"], entry["facts"]["deadline"], entry["facts"]["due_on"]) for entry in entries]


def of_kind(phone: Phone, kind: str) -> list[dict[str, Any]]:
    """The deadlines of one kind."""
    return list(phone.get(f"/deadlines?kind={kind}").json["items"])


def test_the_kind_of_work_is_due_five_working_days_after_the_sentence_came(
    staff: Staff, district_id: UUID
) -> None:
    """Friday the 20th: neither the weekend nor the holiday counts, though the works go on on Saturdays; settled when all three are set."""
    administrator, dispatcher = staff(Role.ADMINISTRATOR), staff(Role.DISPATCHER)
    administrator.patch(f"/districts/{district_id}", json={"holidays": ["2026-11-25"]})
    order_id = make_order(dispatcher, make_person(dispatcher, district_id), received_on="2026-11-20")
    [deadline] = of_kind(dispatcher, "arrange_work")
    assert ("2026-11-30", False, 4) == (
        deadline["due_on"],
        deadline["settled"],
        deadline["working_days_left"],
    )
    assert ["work_kind", "geofence_id", "notified_on"] == deadline["missing"]
    arranged = {
        "work_kind": "Уборка парка",
        "geofence_id": make_geofence(dispatcher, district_id),
        "notified_on": "2026-11-23",
    }
    assert 200 == dispatcher.patch(f"/orders/{order_id}", json=arranged).status_code
    [deadline] = of_kind(dispatcher, "arrange_work")
    assert (True, []) == (deadline["settled"], deadline["missing"])


def test_the_timesheet_is_due_at_the_months_end_for_who_serves(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """Whether it was handed in is not known yet, and said so."""
    dispatcher = staff(Role.DISPATCHER)
    person_id = make_person(dispatcher, district_id)
    make_order(dispatcher, person_id)
    assert [] == of_kind(dispatcher, "timesheet")
    with app.app_context(), transaction():
        orders.started(UUID(person_id))
    [deadline] = of_kind(dispatcher, "timesheet")
    assert ("2026-11-30", None) == (deadline["due_on"], deadline["settled"])


def test_an_end_that_comes_near_with_hours_missing_is_shown(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """Far ends and served hours are not."""
    dispatcher = staff(Role.DISPATCHER)
    near, far, served = (make_person(dispatcher, district_id, seed=seed) for seed in (100, 200, 300))
    make_order(dispatcher, near, ends_on="2026-12-07")
    make_order(dispatcher, far, ends_on="2026-12-08")
    done = make_order(dispatcher, served, ends_on="2026-12-07")
    with app.app_context(), transaction():
        orders.propose_completion(UUID(done), 120 * 60)
    [deadline] = of_kind(dispatcher, "order_end")
    assert (near, 7200) == (deadline["person_id"], deadline["missing_min"])


def test_the_ledger_reminds_of_each_deadline_once(
    app: Flask, staff: Staff, district_id: UUID, clock: Clock
) -> None:
    """Two working days before, and when it has passed; the daily work runs many times a day."""
    dispatcher = staff(Role.DISPATCHER)
    make_order(dispatcher, make_person(dispatcher, district_id), received_on="2026-11-23")
    assert [] == reminders(app)
    clock.advance(days=3)  # Thursday the 26th; due on Monday the 30th
    near = ("deadline.near", "arrange_work", "2026-11-30")
    assert [near] == reminders(app) == reminders(app)
    clock.advance(days=5)
    passed = ("deadline.passed", "arrange_work", "2026-11-30")
    assert [near, passed] == reminders(app) == reminders(app)


def test_closed_orders_have_no_deadlines(app: Flask, staff: Staff, district_id: UUID, clock: Clock) -> None:
    """What was removed need not be arranged."""
    dispatcher = staff(Role.DISPATCHER)
    order_id = make_order(dispatcher, make_person(dispatcher, district_id), received_on="2026-11-02")
    dispatcher.post(f"/orders/{order_id}/moves", json={"to": "removed", "reason": "Передан в другой район"})
    assert [] == dispatcher.get("/deadlines").json["items"]
    assert [] == reminders(app)
