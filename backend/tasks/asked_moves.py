"""Moves of tasks under ids that phones have made (see backend.web.asked)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.tasks import service
from backend.tasks.models import AskedMove, Task
from backend.web.asked import move_once
from backend.web.principal import Principal
from shared.vocabulary import TaskState


def receive(move_id: UUID, task_id: UUID, by: Principal, *, to: TaskState, reason: str = "") -> AskedMove:
    """Move a task once under this id; Conflict when the id stands for another move."""

    def move(task: Task) -> dict[str, Any]:
        before = task.state
        service.move(task, by, to=to, reason=reason)
        return {"task_id": task_id, "target": to, "changed": before is not to}

    content = {"task_id": str(task_id), "to": to.value, "reason": reason.strip()}
    return move_once(AskedMove, move_id, content, by, lock=lambda: service.to_move(task_id, by), move=move)
