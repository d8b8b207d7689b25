"""What became of each spot check: it follows from the check-ins that stand as accepted, and changes when they do.

The ledger gets every change, and no change that only says that an answer was on its way: a check whose answer may still come
stays drawn (see waiting), and one that was settled stays so until something else is known of it. Nobody is missed where the
order had sent them away before the check fell due: such a check is cancelled, and the ledger says for what reason.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.attendance.models import CheckIn
from backend.attendance.rules.moves import sent_elsewhere
from backend.attendance.sending import sending_at
from backend.attendance.spot_checks import rules
from backend.attendance.spot_checks.models import SpotCheck
from backend.attendance.spot_checks.waiting import waits
from backend.clock import now
from backend.database import db
from backend.ledger.service import record
from backend.tasks import service as tasks
from shared.vocabulary import Audience, FindingCode, Outcome, SpotCheckState

UNANSWERED = frozenset({SpotCheckState.MISSED, SpotCheckState.CANCELLED})
BATCH = 200


def unsettled() -> list[UUID]:
    """Checks whose time to answer is over, that nobody has settled and whose answer is not waited for."""
    query = sa.select(SpotCheck.id).where(
        SpotCheck.state == SpotCheckState.DRAWN, SpotCheck.answer_by < now(), sa.not_(waits())
    )
    return list(db.session().scalars(query.order_by(SpotCheck.answer_by).limit(BATCH)))


def answered(spot_check_id: UUID, check_in_id: UUID, captured_at: datetime) -> bool:
    """Let an accepted check-in answer a check; whether it did: of this person and task, and in time.

    A phone may deliver it hours later: what was missed until then is answered.
    """
    row = db.session().get(SpotCheck, spot_check_id)
    check_in = db.session().get(CheckIn, check_in_id)
    if row is None or check_in is None:
        return False
    if (row.person_id, row.task_id) != (check_in.person_id, check_in.task_id):
        return False
    if not row.due_at <= captured_at <= row.answer_by:
        return False
    reconsider(row.person_id, row.task_id)
    return True


def reconsider(person_id: UUID, task_id: UUID | None = None) -> None:
    """Let a person's checks follow the check-ins that stand as accepted now, on one task or all."""
    chosen = [SpotCheck.person_id == person_id, SpotCheck.due_at <= now()]
    if task_id is not None:
        chosen.append(SpotCheck.task_id == task_id)
    query = sa.select(SpotCheck).where(*chosen).order_by(SpotCheck.id)
    rows = db.session().scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    if not rows:
        return
    waiting = set(db.session().scalars(sa.select(SpotCheck.id).where(*chosen, waits())))
    seen = _seen(person_id)
    for row in rows:
        state, check_in_id = rules.state_of(
            row.due_at, row.answer_by, seen.get(row.task_id, []), now(), waiting=row.id in waiting
        )
        if state is SpotCheckState.DRAWN and row.state in UNANSWERED:
            continue
        newly_missed = state is SpotCheckState.MISSED and row.state is not SpotCheckState.MISSED
        sent_away = newly_missed and _sent_away(row)
        if sent_away:
            state = SpotCheckState.CANCELLED
        if (state, check_in_id) != (row.state, row.check_in_id):
            _move(row, state, check_in_id, reasons=[FindingCode.MOVED_AWAY] if sent_away else [])


def _sent_away(row: SpotCheck) -> bool:
    """Whether the order had sent the person to another site during the shift, before the check fell due."""
    sending = sending_at(row.person_id, row.due_at)
    return any(
        sent_elsewhere(sending, shift.geofence_id, shift.starts_at) for shift in tasks.shifts([row.task_id])
    )


def _move(
    row: SpotCheck, state: SpotCheckState, check_in_id: UUID | None, *, reasons: list[FindingCode]
) -> None:
    before, row.state, row.check_in_id = row.state, state, check_in_id
    row.settled_at = None if state is SpotCheckState.DRAWN else now()
    if before is state:
        return
    record(
        "spot_check.settled",
        actor="system",
        subject=f"spot_check:{row.id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=row.district_id,
        state=state.value,
        source=before.value,
        reasons=[reason.value for reason in reasons],
        person=f"person:{row.person_id}",
        task=f"task:{row.task_id}",
        due_at=row.due_at.isoformat(),
        check_in=f"check_in:{check_in_id}" if check_in_id else None,
        foreknowledge=row.foreknowledge,
    )


def _seen(person_id: UUID) -> dict[UUID, list[rules.Seen]]:
    """A person's accepted check-ins by task."""
    query = sa.select(CheckIn.id, CheckIn.task_id, CheckIn.kind, CheckIn.captured_at).where(
        CheckIn.person_id == person_id, CheckIn.standing == Outcome.ACCEPTED
    )
    found: dict[UUID, list[rules.Seen]] = {}
    for each in db.session().execute(query):
        seen = rules.Seen(check_in_id=each.id, kind=each.kind, at=each.captured_at)
        found.setdefault(each.task_id, []).append(seen)
    return found
