"""Tasks over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.database import transaction
from backend.tasks import asked_moves, service
from backend.tasks.schemas import MoveAnswer, MoveRequest, TaskChange, TaskQuery, TaskRequest, TaskSchema
from backend.web.blueprint import Blueprint
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag

blp = Blueprint("tasks", __name__, description="Work to be done, and its states")


@blp.route("/tasks", action="tasks.read")
@blp.arguments(TaskQuery, location="query")
@blp.response(200, page_schema(TaskSchema))
def list_tasks(query: dict[str, Any]) -> Any:
    """Tasks of the caller's districts; for supervisors and crews, those handed to them."""
    return service.list_tasks(current_principal(), **query)


@blp.route("/tasks", action="tasks.change", methods=("POST",))
@blp.arguments(TaskRequest)
@blp.response(201, TaskSchema)
def create_task(body: dict[str, Any]) -> Any:
    """Plan a task; it is a draft until it is moved on."""
    task = service.create(current_principal(), **body)
    return task, 201, etag(task.version)


@blp.route("/tasks/<uuid:task_id>", action="tasks.read")
@blp.response(200, TaskSchema)
def read_task(task_id: UUID) -> Any:
    """One task with its moves."""
    task = service.get(task_id, current_principal())
    return task, 200, etag(task.version)


@blp.route("/tasks/<uuid:task_id>", action="tasks.change", methods=("PATCH",), problems=(412,))
@blp.arguments(TaskChange)
@blp.response(200, TaskSchema)
def change_task(body: dict[str, Any], task_id: UUID) -> Any:
    """Change the plan of a task that is not done yet."""
    principal = current_principal()
    row = service.to_change(task_id, principal)
    check_if_match(row.version)
    task = service.change(row, principal, **body)
    return task, 200, etag(task.version)


@blp.route("/tasks/<uuid:task_id>/moves", action="tasks.move", methods=("POST",), problems=(412,))
@blp.arguments(MoveRequest)
@blp.response(200, TaskSchema)
def move_task(body: dict[str, Any], task_id: UUID) -> Any:
    """Move a task to another state; a task that is there already stays as it is. Phones PUT their moves, under ids."""
    principal = current_principal()
    row = service.to_move(task_id, principal)
    check_if_match(row.version)
    task = service.move(row, principal, **body)
    return task, 200, etag(task.version)


@blp.route(
    "/tasks/<uuid:task_id>/moves/<uuid:move_id>",
    action="tasks.move",
    methods=("PUT",),
    own_transactions=True,
)
@blp.arguments(MoveRequest)
@blp.response(200, MoveAnswer)
def put_move(body: dict[str, Any], task_id: UUID, move_id: UUID) -> Any:
    """Move a task under an id made by the phone. The same id with the same content moves once and gets the same answer."""
    principal = current_principal()

    def take() -> None:
        asked_moves.receive(move_id, task_id, principal, **body)

    create_once(take)
    with transaction(read_only=True):
        return asked_moves.receive(move_id, task_id, principal, **body)
