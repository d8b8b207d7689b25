"""Spot checks: drawn when a shift begins, shown when they are due, settled by the check-ins that stand as accepted.

Nobody sees a check before it is due, except the phone that took it along offline; such a check is marked for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.attendance.spot_checks.drawing import (
    contract_of,
    draw_for,
    draws_to_reveal,
    hand_over,
    reveal,
    shifts_to_draw,
)
from backend.attendance.spot_checks.models import SpotCheck, SpotCheckHandOver
from backend.attendance.spot_checks.settling import answered, reconsider, unsettled
from backend.clock import now
from backend.database import db
from backend.ledger.service import log_access
from backend.tasks import service as tasks
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared import contracts
from shared.vocabulary import SpotCheckState

__all__ = [
    "answered",
    "draw_for",
    "draws_to_reveal",
    "due",
    "find",
    "hand_over",
    "list_spot_checks",
    "load",
    "reconsider",
    "reveal",
    "shifts_to_draw",
    "unanswered",
    "unsettled",
    "visible",
]


def due(person_id: UUID, since: datetime, until: datetime) -> Sequence[SpotCheck]:
    """A person's checks that fell due in a span of time and were not cancelled, by time."""
    return _fallen_due(person_id, SpotCheck.due_at >= since, SpotCheck.due_at < until)


def unanswered(person_id: UUID) -> Sequence[SpotCheck]:
    """A person's checks that were missed, or that fell due and are not settled yet, by time: for the hours."""
    return _fallen_due(person_id, SpotCheck.state != SpotCheckState.ANSWERED)


def _fallen_due(person_id: UUID, *such: sa.ColumnElement[bool]) -> Sequence[SpotCheck]:
    query = sa.select(SpotCheck).where(
        SpotCheck.person_id == person_id,
        SpotCheck.state != SpotCheckState.CANCELLED,
        SpotCheck.due_at <= now(),
        *such,
    )
    return db.session().scalars(query.order_by(SpotCheck.due_at, SpotCheck.id)).all()


def find(spot_check_id: UUID) -> SpotCheck | None:
    """One check, for features beside this one."""
    return db.session().get(SpotCheck, spot_check_id)


def list_spot_checks(
    by: Principal, *, task_id: UUID | None, person_id: UUID | None, cursor: str | None, limit: int
) -> Page:
    """Checks in the principal's scope that are due, or that a phone took along; newest first. The read is logged.

    What is still to come is nobody's to see, whatever the role.
    """
    query = sa.select(SpotCheck).where(
        sa.or_(SpotCheck.due_at <= now(), SpotCheck.foreknowledge.is_(sa.true()))
    )
    if owns_only(by, "spot_checks.read"):
        query = query.where(SpotCheck.task_id.in_(tasks.visible(by)))
    allowed = districts_for(by, "spot_checks.read")
    if allowed is not None:
        query = query.where(SpotCheck.district_id.in_(allowed))
    for column, value in ((SpotCheck.task_id, task_id), (SpotCheck.person_id, person_id)):
        if value is not None:
            query = query.where(column == value)
    page = paginate(query, SpotCheck.due_at, SpotCheck.id, cursor=cursor, limit=limit)
    for row in page.items:
        log_access(by.actor, "spot_checks.list", f"spot_check:{row.id}", now())
    return page


def visible(by: Principal) -> dict[UUID, str]:
    """The checks that the principal's phone should ask for now, or holds for later; what is settled leaves it."""
    return {row.id: str(row.foreknowledge) for row in _on_phone(by)}


def load(by: Principal, spot_check_ids: list[UUID]) -> list[contracts.SpotCheck]:
    """Checks for a phone."""
    wanted = set(spot_check_ids)
    return [contract_of(row) for row in _on_phone(by) if row.id in wanted]


def _on_phone(by: Principal) -> Sequence[SpotCheck]:
    if not owns_only(by, "spot_checks.read"):
        return []
    task_ids = list(tasks.visible(by))
    held = sa.select(SpotCheckHandOver.spot_check_id).where(SpotCheckHandOver.device_id == by.device_id)
    query = sa.select(SpotCheck).where(
        SpotCheck.task_id.in_(task_ids),
        SpotCheck.state == SpotCheckState.DRAWN,
        SpotCheck.answer_by >= now(),
        sa.or_(SpotCheck.due_at <= now(), SpotCheck.id.in_(held)),
    )
    return db.session().scalars(query.order_by(SpotCheck.due_at, SpotCheck.id)).all()
