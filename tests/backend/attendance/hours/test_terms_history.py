"""Days already served stay credited: caps, weekdays, dates and calendars count from their day on, unless corrected."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from backend.attendance.hours import service
from backend.attendance.hours.crediting import reckon_anew
from backend.database import transaction
from backend.ledger.models import LedgerEntry
from backend.people import orders
from shared.vocabulary import OrderState, Role
from tests.backend.attendance.hours.conftest import Work
from tests.backend.planning import on_new_device
from tests.backend.test_concurrency import at_once
from tests.phone import Phone

SERVED_ON = "2026-11-24"  # a Tuesday


@pytest.fixture
def served(work: Work) -> Work:
    """Eight hours credited on a Tuesday; now it is Friday."""
    work.morning.clock.advance(hours=4)
    work.next_day(hours=8)
    work.check_in("arrival")
    work.check_in("departure", 8)
    assert (480, 480) == credited(work)
    work.morning.clock.advance(days=3)
    return work


def credited(work: Work) -> tuple[int, int]:
    """The minutes that the account credits, and those that the order shows."""
    return work.hours("?from=2026-11-23")["credited_min"], work.order()["credited_min"]


def change(work: Work, **wished: Any) -> dict[str, Any]:
    """Change the order; what it answers."""
    answer = work.morning.dispatcher.patch(f"/orders/{work.order_id}", json=wished)
    assert 200 == answer.status_code, answer.text
    return answer.json  # type: ignore[return-value]


def corrections(work: Work, kind: str) -> list[str]:
    """From which days the ledger tells of corrections."""
    with work.app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.content).where(LedgerEntry.kind == kind).order_by(LedgerEntry.id)
        told = [json.loads(content)["facts"] for content in session.scalars(query)]
    return [each["counts_from"] for each in told if each["correction"]]


def sweep(work: Work) -> int:
    """Let the workers come for what waits."""
    return int(work.app.extensions["qala_jobs"].sweep())


@pytest.mark.parametrize(
    "wished",
    [
        {"employed": True},
        {"daily_cap_min": 60},
        {"weekly_cap_min": 60},
        {"allowed_weekdays": [4]},
        {"ends_on": "2026-11-27"},
    ],
)
def test_a_change_leaves_the_hours_already_served_alone(served: Work, wished: dict[str, Any]) -> None:
    """Eight hours of Tuesday stay eight hours, whatever is set on Friday."""
    change(served, **wished)
    assert (480, 480) == credited(served)
    assert [] == corrections(served, "order.changed")


@pytest.mark.parametrize(
    ("wished", "expected"),
    [
        ({"employed": True}, 240),
        ({"daily_cap_min": 60}, 60),
        ({"allowed_weekdays": [4]}, 0),
        ({"starts_on": "2026-11-25", "counts_from": "2026-11-01"}, 0),
        ({"ends_on": "2026-11-23"}, 0),
    ],
)
def test_a_correction_changes_them_at_once_and_is_in_the_ledger(
    served: Work, wished: dict[str, Any], expected: int
) -> None:
    """The answer to the correction shows it already; a second one takes it back."""
    wished = {"counts_from": SERVED_ON, **wished}
    assert expected == change(served, **wished)["credited_min"]
    assert (expected, expected) == credited(served)
    assert [wished["counts_from"]] == corrections(served, "order.changed")


def test_a_correction_can_be_corrected(served: Work) -> None:
    """Nothing is lost by it: the old terms come back, and the hours with them."""
    change(served, employed=True, counts_from=SERVED_ON)
    assert 480 == change(served, employed=False, counts_from=SERVED_ON)["credited_min"]


def test_hours_of_the_document_hold_for_the_whole_order(served: Work) -> None:
    """Whatever day they are corrected on: what they leave over is not credited, and completion follows at once."""
    short, long = (change(served, hours_total_min=hours * 60) for hours in (20, 40))
    assert [(480, None)] * 2 == [
        (order["credited_min"], order["completion_proposed_at"]) for order in (short, long)
    ]


def test_a_calendar_leaves_the_hours_already_served_alone(served: Work, staff: Callable[..., Phone]) -> None:
    """A district that rests on Tuesdays from today on has worked on those before."""
    administrator, path = staff(Role.ADMINISTRATOR), f"/districts/{served.morning.district_id}"
    assert 200 == administrator.patch(path, json={"rest_weekdays": [0, 1, 2, 3, 4, 5, 6]}).status_code
    sweep(served)
    assert (480, 480) == credited(served)


@pytest.mark.parametrize("body", [{"rest_weekdays": [1, 6]}, {"holidays": [SERVED_ON]}])
def test_a_corrected_calendar_reaches_the_order_with_the_next_sweep(
    served: Work, staff: Callable[..., Phone], body: dict[str, Any]
) -> None:
    """The account shows it at once; the order bears a mark until a worker has come, and is then left in peace."""
    administrator, path = staff(Role.ADMINISTRATOR), f"/districts/{served.morning.district_id}"
    assert 200 == administrator.patch(path, json={**body, "counts_from": SERVED_ON}).status_code
    assert (0, 480) == credited(served)
    assert 1 == sweep(served)
    assert (0, 0) == credited(served)
    assert 0 == sweep(served)
    assert [SERVED_ON] == corrections(served, "district.changed")


def test_a_holiday_that_lies_ahead_makes_nothing_stale(served: Work, staff: Callable[..., Phone]) -> None:
    """Nor does a wake-up that comes twice reckon twice."""
    path = f"/districts/{served.morning.district_id}"
    version = served.order()["version"]
    assert 200 == staff(Role.ADMINISTRATOR).patch(path, json={"holidays": ["2026-12-16"]}).status_code
    assert 0 == sweep(served)
    with served.app.app_context():
        reckon_anew(UUID(served.morning.person_id))
    assert version == served.order()["version"]


def test_nothing_is_credited_on_a_day_under_a_suspended_order(work: Work) -> None:
    """The day of the suspension itself still counts, for work done before it is not lost."""
    work.check_in("arrival")
    work.check_in("departure", 4)
    moves = f"/orders/{work.order_id}/moves"
    answer = work.morning.dispatcher.post(moves, json={"to": "suspended", "reason": "Болезнь"})
    assert OrderState.SUSPENDED == answer.json["state"]
    work.next_day()
    for kind, hours_later in (("arrival", 0), ("departure", 4)):
        work.morning.clock.advance(hours=hours_later)
        draft = work.morning.draft(kind=kind)
        assert "to_review" == draft.send(work.morning.supervisor).json["outcome"]
        body = {"outcome": "accepted", "reason": "known_in_person", "words": "Видел своими глазами."}
        decided = work.morning.dispatcher.post(f"/reviews/{draft.id}/decision", json=body)
        assert 200 == decided.status_code, decided.text
    first, second = work.hours()["days"]
    assert (240, 240, 0) == (first["credited_min"], second["worked_min"], second["credited_min"])
    assert ["no_order"] == [piece["why"] for piece in second["pieces"]]
    assert 240 == work.order()["credited_min"]


def test_changing_terms_while_a_verdict_comes_in_waits_and_loses_nothing(served: Work) -> None:
    """Both lock the person before the order, so neither stops the other for good."""
    by = on_new_device(served.app, UUID(served.morning.dispatcher.tokens["user"]["id"]))
    order_id, person_id = UUID(served.order_id), UUID(served.morning.person_id)

    def act(index: int) -> None:
        for step in range(5):
            with served.app.app_context(), transaction():
                if index:
                    service.refresh(person_id)
                else:
                    wished = {"daily_cap_min": 100 + step, "counts_from": date.fromisoformat(SERVED_ON)}
                    orders.change(orders.to_change(order_id, by), by, **wished)

    at_once(2, act)
    assert (104, 104) == credited(served)
