"""The stock of challenges that a phone keeps by itself while it is online, so that a network may vanish unannounced.

Short-lived, for the people of the tasks that go on or begin soon, renewed every half of its life. No spot checks come with it and
nothing is noted as foreknown. What a phone reports as never used is forgotten here as well, so rows do not pile up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.attendance.challenges.models import Challenge
from backend.attendance.challenges.service import draw, note_issue
from backend.clock import now
from backend.database import db
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared import contracts

EACH_MOST = (
    4  # that are neither spent nor expired: the one in use, its successor, and two whose answers were lost
)


def renew(
    by: Principal, *, person_ids: Collection[UUID], unused: Collection[UUID]
) -> list[contracts.Challenge]:
    """A new challenge for each of the people whom the principal may check in around now, as far as there is room.

    Who is not, or no longer, on such a task, is not enrolled or has refused the camera gets none, and nobody else suffers.
    ``unused`` were given to this device before and will never be answered; others' and spent ones are left alone.
    """
    _forget(by.device_id, unused)
    moment, chosen = now(), settings()
    life = timedelta(minutes=chosen.challenge_stock_minutes)
    if not life:
        return []
    held = _held(by.device_id)
    room = chosen.challenges_unspent_max - sum(held.values())
    issued: list[contracts.Challenge] = []
    for task in tasks.at_work(by):
        comparable = people.comparable(task.person_ids & set(person_ids))
        wanted = sorted(each for each in comparable if held.get(each, 0) < EACH_MOST)[: max(room, 0)]
        new = [draw(person_id, by, moment, life, stock=True) for person_id in wanted]
        if new:
            note_issue(by, task.task_id, task.district_id, moment, len(new), len(new), stock=True)
        room -= len(new)
        held |= dict.fromkeys(wanted, EACH_MOST)  # somebody who is on two tasks gets one
        issued += new
    return issued


def _forget(device_id: UUID, unused: Collection[UUID]) -> None:
    if unused:
        db.session().execute(
            sa.delete(Challenge).where(
                Challenge.id.in_(list(unused)),
                Challenge.device_id == device_id,
                Challenge.stock.is_(sa.true()),
                Challenge.spent_by.is_(None),
            )
        )


def _held(device_id: UUID) -> dict[UUID, int]:
    """How many of the stock each person has on a device that could still be answered in time."""
    rows = db.session().execute(
        sa.select(Challenge.person_id, sa.func.count().label("held"))
        .where(
            Challenge.device_id == device_id,
            Challenge.stock.is_(sa.true()),
            Challenge.spent_by.is_(None),
            Challenge.expires_at > now(),
        )
        .group_by(Challenge.person_id)
    )
    return {row.person_id: row.held for row in rows}
