"""Drawing a shift's spot checks from a sealed seed, revealing the seed, and handing checks to phones that go offline.

Drawn for are the people of the task's list, and whoever is there by an accepted check-in without being on it: an order may send
somebody to the site in the middle of the shift.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from backend.adapters import settings
from backend.attendance.models import CheckIn
from backend.attendance.spot_checks import rules
from backend.attendance.spot_checks.models import SpotCheck, SpotCheckDraw, SpotCheckHandOver
from backend.blobs import seal, unseal
from backend.clock import chance, new_id, now
from backend.database import Base, db
from backend.ledger.service import record
from backend.tasks import service as tasks
from shared import contracts
from shared.vocabulary import Audience, CheckInKind, Outcome, SpotCheckState, TaskState

OPEN = frozenset({TaskState.ASSIGNED, TaskState.IN_PROGRESS})
SEED_BYTES = 32
AHEAD = timedelta(hours=24)  # a phone may go offline the evening before its shift
BATCH = 200


def shifts_to_draw() -> list[UUID]:
    """Tasks whose shift has begun with people for whom nothing was drawn yet."""
    if settings().spot_checks_per_shift <= 0:
        return []
    running = [shift for shift in tasks.shifts(running_at=now()) if _is_shift(shift)]
    people = _people_of(running)
    drawn = _drawn_people(list(people))
    return [task_id for task_id, there in people.items() if there - drawn.get(task_id, frozenset())]


def draw_for(task_id: UUID) -> None:
    """Draw for those people of a shift for whom nothing was drawn yet; the ledger gets the seed's hash before anything is due."""
    [*found] = tasks.shifts([task_id])
    moment = now()
    per_shift = settings().spot_checks_per_shift
    if not found or per_shift <= 0:
        return
    shift = found[0]
    if (
        not _is_shift(shift)
        or shift.state not in OPEN
        or not moment - AHEAD < shift.starts_at <= moment + AHEAD
    ):
        return
    before = _draws(task_id)
    people = _people_of([shift])[task_id]
    person_ids = sorted(people - {person_id for each in before for person_id in each})
    starts_at = max(shift.starts_at, moment)
    if not person_ids or starts_at >= shift.ends_at:
        return
    seed, draw_id = chance().randbytes(SEED_BYTES), new_id()
    first = _insert_once(
        SpotCheckDraw,
        id=draw_id,
        task_id=task_id,
        number=len(before) + 1,
        district_id=shift.district_id,
        person_ids=[str(person_id) for person_id in person_ids],
        starts_at=starts_at,
        ends_at=shift.ends_at,
        per_shift=per_shift,
        seed_sha256=rules.seed_hash(seed),
        sealed_seed=seal(_sealing_key(), seed, bound_to=_binding(draw_id)),
        committed_at=moment,
    )
    if not first:  # another worker was quicker
        return
    record(
        "spot_checks.committed",
        actor="system",
        subject=f"task:{task_id}",
        at=moment,
        audience=Audience.SUPERVISION,
        district_id=shift.district_id,
        draw=f"spot_check_draw:{draw_id}",
        seed_sha256=rules.seed_hash(seed),
        person_ids=[str(person_id) for person_id in person_ids],
        starts_at=starts_at.isoformat(),
        ends_at=shift.ends_at.isoformat(),
        per_shift=per_shift,
    )
    answer = timedelta(minutes=settings().spot_check_answer_min)
    db.session().add_all(
        SpotCheck(
            id=each.id,
            draw_id=draw_id,
            task_id=task_id,
            person_id=each.person_id,
            district_id=shift.district_id,
            due_at=each.due_at,
            answer_by=each.due_at + answer,
            state=SpotCheckState.DRAWN,
            foreknowledge=False,
        )
        for each in rules.draw(seed, task_id, person_ids, starts_at, shift.ends_at, per_shift)
    )
    db.session().flush()


def draws_to_reveal() -> list[UUID]:
    """Draws whose shift is over and whose seed is still a secret."""
    query = sa.select(SpotCheckDraw.id).where(
        SpotCheckDraw.revealed_at.is_(None), SpotCheckDraw.ends_at <= now()
    )
    return list(db.session().scalars(query.order_by(SpotCheckDraw.ends_at).limit(BATCH)))


def reveal(draw_id: UUID) -> None:
    """Put a seed into the ledger after the shift, so that anybody can draw again and compare."""
    row = db.session().get(SpotCheckDraw, draw_id, with_for_update=True, populate_existing=True)
    if row is None or row.revealed_at is not None or row.ends_at > now():
        return
    row.revealed_at = now()
    record(
        "spot_checks.revealed",
        actor="system",
        subject=f"task:{row.task_id}",
        at=row.revealed_at,
        audience=Audience.SUPERVISION,
        district_id=row.district_id,
        draw=f"spot_check_draw:{row.id}",
        seed=unseal(_sealing_key(), row.sealed_seed, bound_to=_binding(row.id)).hex(),
        seed_sha256=row.seed_sha256,
    )


def hand_over(task_id: UUID, device_id: UUID, at: datetime) -> list[contracts.SpotCheck]:
    """Give a phone that goes offline the checks of a shift that are still to come; the ledger says that it knew them.

    The caller has checked that the task is the phone's. The shift may begin within a day: it is drawn now if need be.
    """
    draw_for(task_id)
    query = (
        sa.select(SpotCheck)
        .where(
            SpotCheck.task_id == task_id,
            SpotCheck.state == SpotCheckState.DRAWN,
            SpotCheck.answer_by > at,
        )
        .order_by(SpotCheck.due_at, SpotCheck.id)
        .with_for_update()
    )
    rows = db.session().scalars(query).all()
    early = []
    for row in rows:
        if row.due_at > at and _insert_once(
            SpotCheckHandOver, spot_check_id=row.id, device_id=device_id, handed_over_at=at
        ):
            row.foreknowledge = True
            early.append(row)
    if early:
        record(
            "spot_checks.foreknown",
            actor="system",
            subject=f"task:{task_id}",
            at=at,
            audience=Audience.SUPERVISION,
            district_id=early[0].district_id,
            device=f"device:{device_id}",
            spot_checks=[f"spot_check:{row.id}" for row in early],
        )
    return [contract_of(row) for row in rows]


def contract_of(row: SpotCheck) -> contracts.SpotCheck:
    """A check as phones know it."""
    return contracts.SpotCheck(
        id=row.id,
        task_id=row.task_id,
        person_id=row.person_id,
        due_at=row.due_at,
        answer_by=row.answer_by,
        foreknowledge=row.foreknowledge,
    )


def _is_shift(shift: tasks.Shift) -> bool:
    return shift.ends_at - shift.starts_at <= rules.SHIFT_LONGEST


def _people_of(shifts: Sequence[tasks.Shift]) -> dict[UUID, frozenset[UUID]]:
    """The people of each shift's list, and those who are there without being on it; in the order of the shifts."""
    people = {shift.task_id: shift.person_ids for shift in shifts}
    query = (
        sa.select(CheckIn.task_id, CheckIn.person_id)
        .where(
            CheckIn.task_id.in_(list(people)),
            CheckIn.standing == Outcome.ACCEPTED,
            CheckIn.kind != CheckInKind.DEPARTURE,
        )
        .distinct()
    )
    for row in db.session().execute(query):
        people[row.task_id] |= {row.person_id}
    return people


def _draws(task_id: UUID) -> list[frozenset[UUID]]:
    """For whom each draw of a task was made.

    Its people and its number must come from one look: whoever looks again may see the draw of a worker that was quicker, and
    would take the next number for the same people.
    """
    query = sa.select(SpotCheckDraw.person_ids).where(SpotCheckDraw.task_id == task_id)
    return [frozenset(map(UUID, person_ids)) for person_ids in db.session().scalars(query)]


def _drawn_people(task_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """For whom something was drawn, by task."""
    query = sa.select(SpotCheckDraw.task_id, SpotCheckDraw.person_ids).where(
        SpotCheckDraw.task_id.in_(list(task_ids))
    )
    drawn: dict[UUID, frozenset[UUID]] = {}
    for row in db.session().execute(query):
        drawn[row.task_id] = drawn.get(row.task_id, frozenset()) | {UUID(each) for each in row.person_ids}
    return drawn


def _insert_once(model: type[Base], **values: Any) -> bool:
    """Insert a row unless it is there; an error would take the caller's transaction along. Whether it was inserted."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    statement = insert(model).values(**values).on_conflict_do_nothing()
    return db.session().execute(statement.returning(*sa.inspect(model).primary_key)).first() is not None


def _sealing_key() -> bytes:
    return settings().secret_bytes("master_key")


def _binding(draw_id: UUID) -> str:
    return f"spot-check-seed:{draw_id}"
