"""A shift with a missed spot check between two accepted check-ins, written into the rows: its hours have an open gap."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import Flask

from backend.attendance.hours.rules import gap_id
from backend.attendance.models import CheckIn
from backend.attendance.spot_checks.models import SpotCheck, SpotCheckDraw
from backend.database import transaction
from shared.vocabulary import CheckInKind, Outcome, SpotCheckState
from tests.factories import CheckInDraft, frames_of
from tests.phone import Phone


def gap_address(app: Flask, draft: CheckInDraft, phone: Phone) -> str:
    """Check somebody in twice and let a spot check between be missed; returns the address of the gap."""
    moment = draft.captured_at
    departure = CheckInDraft(
        draft.person_id, draft.task_id, draft.device_id, moment, frames_of(draft.person_id), kind="departure"
    )
    for each in (draft, departure):
        assert each.send(phone).status_code == 200
    stand(app, draft.id, moment - timedelta(hours=3), CheckInKind.ARRIVAL)
    stand(app, departure.id, moment - timedelta(hours=1), CheckInKind.DEPARTURE)
    spot_check_id = miss(app, draft, moment - timedelta(hours=2))
    return f"/people/{draft.person_id}/hours/gaps/{gap_id(spot_check_id)}"


def stand(
    app: Flask, check_in_id: str, at: datetime, kind: CheckInKind, outcome: Outcome = Outcome.ACCEPTED
) -> None:
    """Let a check-in stand as decided, captured at a moment."""
    with app.app_context(), transaction() as session:
        row = session.get_one(CheckIn, UUID(check_in_id))
        row.standing, row.captured_at, row.kind = outcome, at, kind


def miss(app: Flask, draft: CheckInDraft, due_at: datetime, *, number: int = 1) -> UUID:
    """A spot check of the draft's person and task, of the task's draw of that number, that nobody answered."""
    spot_check_id = uuid4()
    with app.app_context(), transaction() as session:
        check_in = session.get_one(CheckIn, UUID(draft.id))
        shared = {"task_id": check_in.task_id, "district_id": check_in.district_id}
        draw = SpotCheckDraw(
            id=uuid4(),
            number=number,
            person_ids=[draft.person_id],
            starts_at=due_at - timedelta(hours=2),
            ends_at=due_at + timedelta(hours=2),
            per_shift=1.0,
            seed_sha256="0" * 64,
            sealed_seed=b"",
            committed_at=due_at - timedelta(hours=2),
            **shared,
        )
        session.add(draw)
        session.flush()
        session.add(
            SpotCheck(
                id=spot_check_id,
                draw_id=draw.id,
                person_id=UUID(draft.person_id),
                due_at=due_at,
                answer_by=due_at + timedelta(minutes=20),
                state=SpotCheckState.MISSED,
                foreknowledge=False,
                **shared,
            )
        )
    return spot_check_id
