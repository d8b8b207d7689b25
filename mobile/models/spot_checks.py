"""Spot checks that are due now and not yet answered from this phone."""

from __future__ import annotations

from datetime import datetime

from mobile.models.ports import LocalTasks, Outbox
from mobile.outbox.ladder import TROUBLE, ItemKind
from shared.contracts import SpotCheck


def due_spot_checks(tasks: LocalTasks, outbox: Outbox, now: datetime) -> list[SpotCheck]:
    """The most urgent first; a check-in of the person since the check was due answers it."""
    due = [check for check in tasks.spot_checks() if check.due_at <= now < check.answer_by]
    open_ones = [check for check in due if not _is_answered(check, outbox)]
    return sorted(open_ones, key=lambda check: (check.answer_by, check.id))


def _is_answered(check: SpotCheck, outbox: Outbox) -> bool:
    return any(
        item.kind is ItemKind.CHECK_IN
        and item.about.subjects.get("task") == check.task_id
        and item.created_at >= check.due_at
        and item.state not in TROUBLE
        for item in outbox.about(check.person_id)
    )
