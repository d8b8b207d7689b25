"""Deadlines of orders: the list for officers, and the reminders that the ledger holds once each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.people import deadline_rules as rules
from backend.people import order_rows as rows
from backend.people import order_rules
from backend.people.deadline_rules import Deadline, DeadlineKind, Notice
from backend.people.order_models import DeadlineNotice, Order
from backend.people.order_terms import local_day
from backend.web.paging import Page, paginate
from backend.web.principal import Principal


@dataclass(frozen=True, kw_only=True)
class DeadlineView:
    """A deadline and whose it is."""

    order_id: UUID
    person_id: UUID
    district_id: UUID
    kind: DeadlineKind
    due_on: date
    settled: bool | None
    working_days_left: int
    missing: Sequence[str]
    missing_min: int | None


def list_deadlines(
    by: Principal,
    *,
    kind: DeadlineKind | None = None,
    district_id: UUID | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """The deadlines of the principal's districts. A page holds those of ``limit`` orders, the nearest first."""
    query = rows.in_scope(_open_orders(), by, "deadlines.read")
    if district_id is not None:
        query = query.where(Order.district_id == district_id)
    page = paginate(query, Order.created_at, Order.id, cursor=cursor, limit=limit)
    views = [
        _view(order, each)
        for order, found in _with_deadlines(page.items)
        for each in found
        if kind is None or each.kind is kind
    ]
    return Page(sorted(views, key=lambda view: (view.due_on, view.order_id, view.kind)), page.next)


def orders_to_remind() -> list[UUID]:
    """Orders of which the ledger has something to say that it has not said yet."""
    open_ones = list(db.session().scalars(_open_orders()))
    query = sa.select(
        DeadlineNotice.order_id, DeadlineNotice.kind, DeadlineNotice.due_on, DeadlineNotice.notice
    ).where(DeadlineNotice.order_id.in_(_open_orders().with_only_columns(Order.id)))
    said = {tuple(row) for row in db.session().execute(query)}
    return [
        order.id
        for order, found in _with_deadlines(open_ones)
        if any(
            (order.id, each.kind.value, each.due_on, notice.value) not in said
            for each, notice in _notices(order, found)
        )
    ]


def remind(order_id: UUID) -> None:
    """Tell the ledger what is to be told of an order's deadlines; the lock on the order lets only one worker do it."""
    order = rows.locked(order_id)
    for _order, found in _with_deadlines([order]):
        for deadline, notice in _notices(order, found):
            same = sa.select(DeadlineNotice.id).where(
                DeadlineNotice.order_id == order.id,
                DeadlineNotice.kind == deadline.kind.value,
                DeadlineNotice.due_on == deadline.due_on,
                DeadlineNotice.notice == notice.value,
            )
            if db.session().scalar(same) is None:
                _tell(order, deadline, notice)


def _tell(order: Order, deadline: Deadline, notice: Notice) -> None:
    db.session().add(
        DeadlineNotice(
            id=new_id(),
            order_id=order.id,
            kind=deadline.kind.value,
            due_on=deadline.due_on,
            notice=notice.value,
            noted_at=now(),
        )
    )
    rows.record_act(
        f"deadline.{notice.value}",
        order,
        None,
        deadline=deadline.kind.value,
        due_on=deadline.due_on.isoformat(),
        missing=list(deadline.missing),
        missing_min=deadline.missing_min,
    )


def _with_deadlines(orders: Sequence[Order]) -> Iterator[tuple[Order, list[Deadline]]]:
    calendars = {
        each: rules.office(accounts.calendar_of(each)) for each in {order.district_id for order in orders}
    }
    for order in orders:
        yield order, rules.deadlines_of(order, _today(), calendars[order.district_id], _limits())


def _notices(order: Order, found: Sequence[Deadline]) -> Iterator[tuple[Deadline, Notice]]:
    rest = rules.office(accounts.calendar_of(order.district_id))
    for deadline in found:
        notice = rules.notice_of(deadline, _today(), rest, _limits())
        if notice is not None:
            yield deadline, notice


def _open_orders() -> sa.Select[Order]:
    return sa.select(Order).where(Order.state.not_in(sorted(order_rules.CLOSED)))


def _today() -> date:
    return local_day(now())


def _limits() -> rules.Limits:
    city = settings()
    return rules.Limits(
        arrange_working_days=city.order_notice_working_days,
        end_warning_days=city.order_end_warning_days,
        near_working_days=city.deadline_near_working_days,
    )


def _view(order: Order, deadline: Deadline) -> DeadlineView:
    return DeadlineView(
        order_id=order.id,
        person_id=order.person_id,
        district_id=order.district_id,
        kind=deadline.kind,
        due_on=deadline.due_on,
        settled=deadline.settled,
        working_days_left=deadline.working_days_left,
        missing=deadline.missing,
        missing_min=deadline.missing_min,
    )
