"""Tasks between the database and the rules: which ones a principal reaches, and the plan that a row holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.database import db
from backend.errors import NotFound
from backend.tasks import rules
from backend.tasks.models import Task, task_assignees, task_people
from backend.tasks.rules import Plan
from backend.web.principal import Principal
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import EvidenceKind, TaskState

_ = Message


def find(task_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Task:
    """A task on which the principal may do the action; locked until the transaction ends if wished."""
    query = in_scope(sa.select(Task).where(Task.id == task_id), by, action)
    task = db.session().scalar(query.with_for_update() if lock else query)
    if task is None:
        raise NotFound(_("task"), task_id)
    return task


def in_scope(query: sa.Select[Task], by: Principal, action: str) -> sa.Select[Task]:
    """The query, narrowed to the tasks on which the principal may do the action."""
    if owns_only(by, action):
        return own(query, by)
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(Task.district_id.in_(allowed))


def own(query: sa.Select[Task], by: Principal) -> sa.Select[Task]:
    """The query, narrowed to tasks handed to the principal that still lie in its districts and role."""
    mine = sa.select(task_assignees.c.task_id).where(task_assignees.c.user_id == by.user_id)
    kinds = [kind for kind, roles in rules.ASSIGNABLE.items() if by.role in roles]
    query = query.where(Task.id.in_(mine), Task.state != TaskState.DRAFT, Task.kind.in_(kinds))
    return query if by.district_ids is None else query.where(Task.district_id.in_(by.district_ids))


def plans_of(tasks: Sequence[Task]) -> dict[UUID, Plan]:
    """The plan of each task, in two queries however many tasks there are."""
    ids = [task.id for task in tasks]
    assignees = _pairs(task_assignees.c.task_id, task_assignees.c.user_id, ids)
    people = _pairs(task_people.c.task_id, task_people.c.person_id, ids)
    return {task.id: _plan(task, assignees.get(task.id, ()), people.get(task.id, ())) for task in tasks}


def write_plan(task: Task, plan: Plan) -> None:
    """Put a plan into a new or changed task."""
    task.district_id, task.kind = plan.district_id, plan.kind
    task.title, task.note, task.priority = plan.title, plan.note, plan.priority
    task.starts_at, task.ends_at = plan.starts_at, plan.ends_at
    task.geofence_id, task.radius_m = plan.geofence_id, plan.radius_m
    task.place_lat = plan.place.lat if plan.place else None
    task.place_lon = plan.place.lon if plan.place else None
    task.required_evidence = [kind.value for kind in plan.required_evidence]
    db.session().add(task)
    db.session().flush()
    _replace_pairs(task_assignees, "user_id", task.id, plan.assignee_ids)
    _replace_pairs(task_people, "person_id", task.id, plan.person_ids)


def _plan(task: Task, assignee_ids: Iterable[UUID], person_ids: Iterable[UUID]) -> Plan:
    place = None
    if task.place_lat is not None and task.place_lon is not None:
        place = Point(lat=task.place_lat, lon=task.place_lon)
    return Plan(
        district_id=task.district_id,
        kind=task.kind,
        title=task.title,
        note=task.note,
        priority=task.priority,
        starts_at=task.starts_at,
        ends_at=task.ends_at,
        geofence_id=task.geofence_id,
        place=place,
        radius_m=task.radius_m,
        required_evidence=tuple(EvidenceKind(kind) for kind in task.required_evidence),
        assignee_ids=frozenset(assignee_ids),
        person_ids=frozenset(person_ids),
    )


def _pairs(task_column: sa.Column[Any], column: sa.Column[Any], ids: list[UUID]) -> dict[UUID, list[UUID]]:
    pairs: dict[UUID, list[UUID]] = {}
    for task_id, other_id in db.session().execute(sa.select(task_column, column).where(task_column.in_(ids))):
        pairs.setdefault(task_id, []).append(other_id)
    return pairs


def _replace_pairs(table: sa.Table, column: str, task_id: UUID, wished: frozenset[UUID]) -> None:
    db.session().execute(sa.delete(table).where(table.c.task_id == task_id))
    if wished:
        db.session().execute(
            sa.insert(table), [{"task_id": task_id, column: other_id} for other_id in sorted(wished)]
        )
