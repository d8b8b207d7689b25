"""What task, order and spot check said of a check-in at the moment of its capture; kept with the row, so a verdict can be repeated."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from backend.accounts.service import calendar_of
from backend.attendance.rules import moves
from backend.attendance.sending import sending_by
from backend.attendance.spot_checks import service as spot_checks
from backend.people import orders
from backend.tasks import service as tasks
from shared import contracts
from shared.vocabulary import OrderState, TaskState

# A phone may bring evidence after the end
OPEN = frozenset({TaskState.ASSIGNED, TaskState.IN_PROGRESS, TaskState.DONE})


def expected(
    check_in: contracts.CheckIn, task: tasks.TaskForCheckIn, captured_by: UUID, at: datetime
) -> dict[str, Any]:
    """Everything that was planned for a check-in made at a moment, as JSON."""
    day = orders.local_day(at)
    terms = orders.terms_on(check_in.person_id, day)
    in_force = terms is not None and terms.state is not OrderState.SUSPENDED
    sending = sending_by(terms, at)
    capture = moves.Capture(
        at=at,
        captured_by=captured_by,
        task_site_id=task.geofence_id,
        task_starts_at=task.starts_at,
        person_listed=check_in.person_id in task.person_ids,
        supervisor_assigned=task.assigned,
    )
    return {
        "starts_at": task.starts_at.isoformat(),
        "ends_at": task.ends_at.isoformat(),
        "place": task.place,
        "radius_m": task.radius_m,
        "task_open": task.state in OPEN,
        "person_on_task": moves.person_on_task(capture, sending),
        "supervisor_on_task": moves.supervisor_on_task(capture, sending),
        "moved_min": moves.minutes_since_move(capture, sending),
        "order_in_force": in_force,
        "day_allowed": terms is not None and orders.allows(terms, day, calendar_of(terms.district_id)),
        **_spot_check(check_in, at),
    }


def _spot_check(check_in: contracts.CheckIn, at: datetime) -> dict[str, Any]:
    """How the check-in stands to the spot check that it names."""
    if check_in.spot_check_id is None:
        return {}
    drawn = spot_checks.find(check_in.spot_check_id)
    mine = (check_in.person_id, check_in.task_id)
    known = drawn is not None and (drawn.person_id, drawn.task_id) == mine
    fit = {
        "known": known,
        "late": drawn is not None and not drawn.due_at <= at <= drawn.answer_by,
        "foreknown": drawn is not None and known and drawn.foreknowledge,
    }
    return {"spot_check": fit}
