"""What of an order holds on which day: the rows behind it, and how a change or a correction adds to them.

Two kinds of terms. Employment, caps, weekdays and district are those of a *day*: each row counts from a day on, and a change
never touches the days before it. The hours, the first and the last day are facts of the *document*: the newest value holds for the
whole order, or an order could have two lengths at once. But dates that would let days that have passed count otherwise are
taken only as a correction, which names the first such day.

Rows are only added. A correction from an earlier day changes what it names, and leaves the rest of each later change alone;
so it may add several rows: one for each stretch of days from then on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.since import holding, timeline
from backend.clock import new_id
from backend.database import db
from backend.people.order_models import Order, OrderTermsRow
from backend.people.order_rules import Errors, Law
from shared.i18n import Message
from shared.vocabulary import Regime

_ = Message
OF_THE_DAY = frozenset({"district_id", "employed", "daily_cap_min", "weekly_cap_min", "allowed_weekdays"})
OF_THE_DOCUMENT = frozenset({"hours_total_min", "starts_on", "ends_on"})
TERMS = OF_THE_DAY | OF_THE_DOCUMENT


@dataclass(frozen=True, kw_only=True)
class Held:
    """The terms of an order from a day on, until the next ones."""

    counts_from: date
    district_id: UUID
    regime: Regime
    employed: bool
    daily_cap_min: int
    weekly_cap_min: int | None
    allowed_weekdays: list[int] | None
    hours_total_min: int
    starts_on: date
    ends_on: date | None


COLUMNS = tuple(each.name for each in fields(Held) if each.name != "regime")


def begin(order: Order, set_by: UUID) -> OrderTermsRow:
    """The first row of a new order: its terms count from its first day."""
    return _row(order, _now_held(order, order.starts_on), number=1, set_by=set_by)


def lines(orders: Iterable[Order]) -> dict[UUID, list[Held]]:
    """The terms of each of the orders since ever, in the order of their days."""
    by_id = {order.id: order for order in orders}
    query = sa.select(OrderTermsRow).where(OrderTermsRow.order_id.in_(list(by_id)))
    rows: dict[UUID, list[OrderTermsRow]] = {order_id: [] for order_id in by_id}
    for row in db.session().scalars(query.order_by(OrderTermsRow.order_id, OrderTermsRow.number)):
        rows[row.order_id].append(row)
    return {order_id: [_held(by_id[order_id], row) for row in timeline(rows[order_id])] for order_id in rows}


def amended(line: list[Held], since: date, wished: Mapping[str, Any], law: Law) -> list[Held]:
    """The stretches from a day on, as they are to be: what is wished, and caps of the law where employment changes."""
    return _without_repeats(_follow_law(each, wished, law) for each in since_day(line, since))


def since_day(line: list[Held], since: date) -> list[Held]:
    """The stretches of a timeline from a day on; the first one begins on it."""
    first = replace(holding(line, since), counts_from=since)
    return _without_repeats([first, *(each for each in line if each.counts_from > since)])


def write(order: Order, held: Iterable[Held], set_by: UUID) -> None:
    """Add a row for each stretch; the order itself shows the last."""
    query = sa.select(sa.func.max(OrderTermsRow.number)).where(OrderTermsRow.order_id == order.id)
    number = db.session().scalar(query) or 0
    for each in held:
        number += 1
        db.session().add(_row(order, each, number=number, set_by=set_by))


def counting_errors(
    line: list[Held], wished: Mapping[str, Any], counts_from: date | None, today: date
) -> Errors:
    """What is wrong with the day from which a change is to count, by field; empty when it may."""
    if counts_from is not None and not TERMS & set(wished):
        message = _(
            "holds for hours, caps, weekdays, dates and employment: name one of them, or leave it out; was {value}"
        )
        return {"counts_from": [message.format(value=counts_from.isoformat())]}
    old = line[-1]
    new = replace(old, **{name: value for name, value in wished.items() if name in OF_THE_DOCUMENT})
    first, since = min(old.starts_on, new.starts_on), counts_from or today
    if since != today and not first <= since < today:
        message = _("must lie between the order's first day, {first}, and today, {today}; was {value}")
        shown = message.format(first=first.isoformat(), today=today.isoformat(), value=since.isoformat())
        return {"counts_from": [shown]}
    errors: Errors = {}
    for name, day in _first_days_that_differ(old, new).items():
        if day < since:
            message = _(
                "changes how days that have passed count, from {day} on: name that day as counts_from to correct them"
            )
            errors[name] = [message.format(day=day.isoformat())]
    return errors


def _first_days_that_differ(old: Held, new: Held) -> dict[str, date]:
    """The first day that another first or last day takes into the order or out of it, by field."""
    found = {}
    if old.starts_on != new.starts_on:
        found["starts_on"] = min(old.starts_on, new.starts_on)
    ends = {each.ends_on for each in (old, new)}
    if len(ends) > 1:
        found["ends_on"] = min(each for each in ends if each is not None) + timedelta(days=1)
    return found


def _follow_law(held: Held, wished: Mapping[str, Any], law: Law) -> Held:
    """Somebody found work or lost it: caps that are not named with it become the law's."""
    new = replace(held, **{name: value for name, value in wished.items() if name in TERMS})
    if new.employed == held.employed:
        return new
    by_law: dict[str, Any] = {
        "daily_cap_min": law.daily_cap_min(employed=new.employed),
        "weekly_cap_min": law.weekly_cap_min(employed=new.employed),
    }
    return replace(new, **{name: value for name, value in by_law.items() if name not in wished})


def _without_repeats(held: Iterable[Held]) -> list[Held]:
    kept: list[Held] = []
    for each in held:
        if not kept or replace(each, counts_from=kept[-1].counts_from) != kept[-1]:
            kept.append(each)
    return kept


def _held(order: Order, row: OrderTermsRow) -> Held:
    """A row, with the facts of the document as they are now."""
    of_the_day = {name: getattr(row, name) for name in OF_THE_DAY}
    return replace(_now_held(order, row.counts_from), **of_the_day)


def _now_held(order: Order, counts_from: date) -> Held:
    names = [each.name for each in fields(Held) if each.name != "counts_from"]
    return Held(counts_from=counts_from, **{name: getattr(order, name) for name in names})


def _row(order: Order, held: Held, *, number: int, set_by: UUID) -> OrderTermsRow:
    columns = {name: getattr(held, name) for name in COLUMNS}
    return OrderTermsRow(
        id=new_id(), order_id=order.id, number=number, set_by=set_by, set_at=order.changed_at, **columns
    )
