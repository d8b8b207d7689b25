"""Terms and calendars have a history: a change leaves days that have passed alone, a correction is named as one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import downgrade, upgrade
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError

from backend.accounts.models import DistrictCalendar
from backend.accounts.service import calendar_of
from backend.accounts.since import holding, timeline
from backend.config import Settings
from backend.database import db, transaction
from backend.ledger.models import LedgerEntry
from backend.people import order_rows, orders
from backend.people.followers import FOLLOWERS
from backend.people.order_history import Held, amended
from backend.people.order_models import OrderTermsRow
from shared.vocabulary import Regime, Role
from tests.conftest import Clock
from tests.factories import make_order, make_person
from tests.phone import Phone

Staff = Callable[..., Phone]
MONDAY = date(2026, 11, 23)  # today
SUNDAY = 6


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nobody has to sign in anew while days pass."""
    return replace(settings, access_token_minutes=10_000_000)


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """Who registers and changes orders."""
    return staff(Role.DISPATCHER)


@pytest.fixture
def person_id(dispatcher: Phone, district_id: UUID) -> str:
    """Whose order it is."""
    return make_person(dispatcher, district_id)


def day(later: int) -> date:
    """A day so many days after today."""
    return MONDAY + timedelta(days=later)


def terms(app: Flask, person_id: str, *later: int) -> list[orders.OrderTerms | None]:
    """The terms of days so many days after Monday, asked for at once."""
    with app.app_context(), transaction(read_only=True):
        found = orders.terms_on_days(UUID(person_id), [day(each) for each in later])
        assert all(found.get(day(each)) == orders.terms_on(UUID(person_id), day(each)) for each in later)
    return [found.get(day(each)) for each in later]


def caps(app: Flask, person_id: str, *later: int) -> list[int | None]:
    """The daily caps of days so many days after Monday."""
    return [each and each.daily_cap_min for each in terms(app, person_id, *later)]


def facts(app: Flask, kind: str) -> dict[str, Any]:
    """What the ledger's newest entry of a kind tells."""
    with app.app_context(), transaction(read_only=True) as session:
        query = sa.select(LedgerEntry.content).where(LedgerEntry.kind == kind)
        content = session.scalars(query.order_by(LedgerEntry.id.desc())).first()
        return dict(json.loads(content or "{}")["facts"])


def patch(phone: Phone, order_id: str, **wished: Any) -> Any:
    """Change an order as it must be possible."""
    answer = phone.patch(f"/orders/{order_id}", json=wished)
    assert 200 == answer.status_code, answer.text
    return answer.json


def refusal(phone: Phone, path: str, **wished: Any) -> list[str]:
    """The fields for which a change is refused."""
    answer = phone.patch(path, json=wished)
    assert 422 == answer.status_code, answer.text
    return sorted(answer.json["errors"])  # type: ignore[index]


def test_who_finds_work_on_thursday_served_until_wednesday_under_the_old_cap(
    app: Flask, dispatcher: Phone, person_id: str, clock: Clock
) -> None:
    """The change counts from today on, and the ledger says from when."""
    order_id = make_order(dispatcher, person_id)
    clock.advance(days=3)
    assert 240 == patch(dispatcher, order_id, employed=True)["daily_cap_min"]
    assert [480, 480, 240, 240] == caps(app, person_id, -20, 2, 3, 30)
    told = facts(app, "order.changed")
    assert ("2026-11-26", False) == (told["counts_from"], told["correction"])


def test_a_correction_counts_from_the_day_that_it_names(
    app: Flask, dispatcher: Phone, person_id: str, clock: Clock
) -> None:
    """The same values again are no change today, and are one for the days before; the ledger calls it a correction."""
    order_id = make_order(dispatcher, person_id)
    clock.advance(days=3)
    patch(dispatcher, order_id, employed=True)
    patch(dispatcher, order_id, employed=True, counts_from="2026-11-24")
    assert [480, 240, 240] == caps(app, person_id, 0, 1, 3)
    told = facts(app, "order.changed")
    assert ("2026-11-24", True, ["employed"]) == (told["counts_from"], told["correction"], told["fields"])
    version = dispatcher.get(f"/orders/{order_id}").json["version"]  # type: ignore[index]
    assert version == patch(dispatcher, order_id, employed=True, counts_from="2026-11-24")["version"]


def test_a_correction_leaves_alone_what_it_does_not_name(
    app: Flask, dispatcher: Phone, person_id: str, clock: Clock
) -> None:
    """Weekdays corrected since Monday do not bring Thursday's cap to Monday, nor take it from Thursday."""
    order_id = make_order(dispatcher, person_id)
    clock.advance(days=3)
    patch(dispatcher, order_id, employed=True, daily_cap_min=200)
    patch(dispatcher, order_id, allowed_weekdays=[0, 1, 2, 3], counts_from="2026-11-23")
    assert [480, 480, 480, 200] == caps(app, person_id, -1, 0, 2, 3)
    weekdays = [each and sorted(each.allowed_weekdays) for each in terms(app, person_id, -1, 0, 3)]
    assert [[0, 1, 2, 3, 4, 5], [0, 1, 2, 3], [0, 1, 2, 3]] == weekdays
    patch(dispatcher, order_id, employed=True, counts_from="2026-11-24")
    assert [480, 240, 240, 200] == caps(app, person_id, 0, 1, 2, 3)
    unlawful = {"daily_cap_min": 480, "counts_from": "2026-11-23"}
    assert ["daily_cap_min"] == refusal(dispatcher, f"/orders/{order_id}", **unlawful)


@pytest.mark.parametrize(
    ("wished", "field"),
    [
        ({"daily_cap_min": 300, "counts_from": "2026-10-31"}, "counts_from"),  # before its first day
        ({"daily_cap_min": 300, "counts_from": "2026-11-24"}, "counts_from"),  # ahead
        ({"daily_cap_min": 300, "counts_from": "yesterday"}, "counts_from"),
        ({"number": "16-2026", "counts_from": "2026-11-20"}, "counts_from"),  # no terms
        ({"starts_on": "2026-11-02"}, "starts_on"),
        ({"starts_on": "2026-10-31", "counts_from": "2026-11-01"}, "starts_on"),
        ({"ends_on": "2026-11-21"}, "ends_on"),
        ({"ends_on": "2026-11-21", "counts_from": "2026-11-23"}, "ends_on"),
    ],
)
def test_days_that_have_passed_are_changed_by_name_only(
    dispatcher: Phone, person_id: str, wished: dict[str, Any], field: str
) -> None:
    """From the order's first day at the earliest, and for dates from the first day that counts otherwise."""
    order_id = make_order(dispatcher, person_id)
    assert [field] == refusal(dispatcher, f"/orders/{order_id}", **wished)
    assert 1 == dispatcher.get(f"/orders/{order_id}").json["version"]  # type: ignore[index]


def test_the_dates_of_the_document_hold_for_the_whole_order(
    app: Flask, dispatcher: Phone, person_id: str
) -> None:
    """An end that lies ahead needs no correction; a first day that has passed does, and then the day counts."""
    order_id = make_order(dispatcher, person_id)
    patch(dispatcher, order_id, ends_on="2026-11-22")  # until yesterday, as of today
    patch(dispatcher, order_id, ends_on="2026-11-30", hours_total_min=100 * 60)
    patch(dispatcher, order_id, starts_on="2026-10-31", counts_from="2026-10-31")
    assert [None, 6000, 6000, None] == [
        each and each.hours_total_min for each in terms(app, person_id, -24, -23, 7, 8)
    ]


def test_an_order_that_lies_ahead_can_be_changed_freely(
    app: Flask, dispatcher: Phone, person_id: str
) -> None:
    """Nothing of it has passed."""
    order_id = make_order(dispatcher, person_id, starts_on="2026-12-01")
    patch(dispatcher, order_id, daily_cap_min=300)
    patch(dispatcher, order_id, starts_on="2026-11-25")
    assert [None, 300, 300] == caps(app, person_id, 1, 2, 30)


def test_rows_are_only_added(app: Flask, dispatcher: Phone, person_id: str) -> None:
    """One for each change of terms, none for other changes; the database refuses to rewrite them."""
    order_id = make_order(dispatcher, person_id)
    patch(dispatcher, order_id, work_kind="Уборка парка")
    patch(dispatcher, order_id, daily_cap_min=300)
    patch(dispatcher, order_id, daily_cap_min=300)
    with app.app_context(), transaction(read_only=True) as session:
        rows = session.scalars(sa.select(OrderTermsRow).order_by(OrderTermsRow.number)).all()
        assert [(1, date(2026, 11, 1), 480), (2, MONDAY, 300)] == [
            (row.number, row.counts_from, row.daily_cap_min) for row in rows
        ]
    for model in (OrderTermsRow, DistrictCalendar):
        with (
            app.app_context(),
            pytest.raises(DatabaseError, match="append-only"),
            transaction() as session,
        ):
            session.execute(sa.update(model).values(number=7))


def test_a_district_left_behind_keeps_its_days_of_rest(
    app: Flask, staff: Staff, dispatcher: Phone, person_id: str, other_district_id: UUID, clock: Clock
) -> None:
    """Who moves to where nobody rests on Sundays has rested on those before."""
    administrator = staff(Role.ADMINISTRATOR)
    administrator.patch(f"/districts/{other_district_id}", json={"rest_weekdays": []})
    make_order(dispatcher, person_id)
    clock.advance(days=3)
    administrator.patch(f"/people/{person_id}", json={"district_id": str(other_district_id)})
    assert [False, True] == [each and SUNDAY in each.allowed_weekdays for each in terms(app, person_id, 2, 3)]


def test_days_of_rest_count_from_the_day_on_which_they_change(
    app: Flask, staff: Staff, dispatcher: Phone, person_id: str, district_id: UUID, clock: Clock
) -> None:
    """A correction names the day; twice the same is one entry; what lies ahead cannot be set yet."""
    make_order(dispatcher, person_id)
    administrator, path = staff(Role.ADMINISTRATOR), f"/districts/{district_id}"
    clock.advance(days=3)
    administrator.patch(path, json={"rest_weekdays": [0, 1, 2, 3]})

    def rest() -> list[list[int]]:
        with app.app_context(), transaction(read_only=True):
            found = [sorted(calendar_of(district_id, day(each)).rest_weekdays) for each in (-300, 1, 3)]
            assert sorted(calendar_of(district_id).rest_weekdays) == found[-1]
        opened = [
            each and sorted(set(range(7)) - each.allowed_weekdays) for each in terms(app, person_id, 1, 3)
        ]
        assert opened == found[1:]
        return found

    assert [[6], [6], [0, 1, 2, 3]] == rest()
    assert False is facts(app, "district.changed")["correction"]
    body = {"rest_weekdays": [0, 1, 2, 3], "counts_from": "2026-11-24"}
    assert 200 == administrator.patch(path, json=body).status_code
    assert [[6], [0, 1, 2, 3], [0, 1, 2, 3]] == rest()
    told = facts(app, "district.changed")
    assert ("2026-11-24", True) == (told["counts_from"], told["correction"])
    assert ["counts_from"] == refusal(administrator, path, rest_weekdays=[], counts_from="2026-11-27")


def test_a_holiday_that_has_passed_is_touched_as_a_correction_only(
    app: Flask, staff: Staff, district_id: UUID
) -> None:
    """Neither added nor forgotten by the way; one of today or ahead needs nothing; weekdays stay as they were."""
    administrator, path = staff(Role.ADMINISTRATOR), f"/districts/{district_id}"
    assert 200 == administrator.patch(path, json={"rest_weekdays": [5, 6]}).status_code
    assert 200 == administrator.patch(path, json={"holidays": ["2026-11-23", "2026-12-16"]}).status_code
    late = ["2026-11-20", "2026-11-23", "2026-12-16"]
    assert ["holidays"] == refusal(administrator, path, holidays=late)
    body = {"holidays": late, "counts_from": "2026-11-20"}
    assert late == administrator.patch(path, json=body).json["holidays"]  # type: ignore[index]
    assert True is facts(app, "district.changed")["correction"]
    assert ["holidays"] == refusal(administrator, path, holidays=["2026-12-16"])
    with app.app_context(), transaction(read_only=True):
        calendars = [calendar_of(district_id, day(each)) for each in (-3, 0)]
    assert [{6}, {5, 6}] == [set(each.rest_weekdays) for each in calendars]
    assert [set(late)] * 2 == [{each.isoformat() for each in found.holidays} for found in calendars]


def test_whoever_follows_terms_hears_of_changes_of_terms_alone(
    app: Flask, dispatcher: Phone, person_id: str
) -> None:
    """Once each, within the change; a new kind of work is none."""
    heard: list[tuple[str, int]] = []

    def follower(whose: UUID) -> None:
        order = order_rows.open_order(whose)
        assert order is not None
        heard.append((str(whose), order.daily_cap_min))

    order_id = make_order(dispatcher, person_id)
    FOLLOWERS.append(follower)
    try:
        patch(dispatcher, order_id, work_kind="Уборка парка")
        patch(dispatcher, order_id, employed=True)
        patch(dispatcher, order_id, employed=True)
    finally:
        FOLLOWERS.remove(follower)
    assert [(person_id, 240)] == heard


# --- the rules -----------------------------------------------------------------------------------------

DAYS = st.integers(0, 6)
CHANGES = st.lists(
    st.tuples(DAYS, st.sampled_from(["daily_cap_min", "weekly_cap_min"]), st.integers(1, 99)), max_size=6
)


@given(CHANGES)
def test_a_change_holds_from_its_day_on_and_for_its_field_alone(changes: list[tuple[int, str, int]]) -> None:
    """Whatever is changed in whichever order: each field of each day is what was last said of it."""
    start = Held(
        counts_from=day(0),
        district_id=UUID(int=1),
        regime=Regime.CRIMINAL,
        employed=False,
        daily_cap_min=0,
        weekly_cap_min=0,
        allowed_weekdays=None,
        hours_total_min=1,
        starts_on=day(0),
        ends_on=None,
    )
    rows, expected = [start], [{"daily_cap_min": 0, "weekly_cap_min": 0} for _day in range(7)]
    for since, field, value in changes:
        rows += amended(timeline(rows), day(since), {field: value}, law=None)  # type: ignore[arg-type]
        for of_day in expected[since:]:
            of_day[field] = value
    line = timeline(rows)
    assert [each["daily_cap_min"] for each in expected] == [
        holding(line, day(later)).daily_cap_min for later in range(7)
    ]
    assert [each["weekly_cap_min"] for each in expected] == [
        holding(line, day(later)).weekly_cap_min for later in range(7)
    ]


# --- the migration -------------------------------------------------------------------------------------


def test_orders_and_districts_from_before_begin_their_history_as_they_are(
    app: Flask, staff: Staff, dispatcher: Phone, person_id: str, district_id: UUID, clock: Clock
) -> None:
    """What stood before the history was kept holds on every day until it is changed."""
    order_id = make_order(dispatcher, person_id, employed=True, allowed_weekdays=[1, 2])
    rest = {"rest_weekdays": [5, 6], "holidays": ["2026-12-16"]}
    assert 200 == staff(Role.ADMINISTRATOR).patch(f"/districts/{district_id}", json=rest).status_code
    before = terms(app, person_id, -22, 0, 30)
    with app.app_context():
        db.session.remove()
        downgrade(revision="0009")
        upgrade()
    assert before == terms(app, person_id, -22, 0, 30)
    with app.app_context(), transaction(read_only=True):
        assert {5, 6} == calendar_of(district_id, day(-300)).rest_weekdays
    clock.advance(days=1)
    patch(dispatcher, order_id, daily_cap_min=120)
    assert [240, 240, 120] == caps(app, person_id, -22, 0, 1)
