"""Tasks: planning, changing and moving them through their states; `cards` is what phones see."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotAllowed
from backend.geofences import service as geofences
from backend.ledger.service import record
from backend.people import service as people
from backend.tasks import rows, rules
from backend.tasks.cards import TaskForCheckIn, at_work, carried, for_check_in, load, visible
from backend.tasks.evidence import declare_evidence, missing_evidence
from backend.tasks.models import Task, TaskMove
from backend.tasks.rules import Known, Plan
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience, EvidenceKind, Role, TaskKind, TaskState

__all__ = [
    "Shift",
    "TaskForCheckIn",
    "TaskView",
    "at_work",
    "carried",
    "change",
    "create",
    "declare_evidence",
    "for_check_in",
    "get",
    "list_tasks",
    "load",
    "move",
    "shifts",
    "to_change",
    "to_move",
    "visible",
]

_ = Message
# Changing these cannot make a plan unsound
WORDS = frozenset({"title", "note", "priority", "required_evidence"})


@dataclass(frozen=True, kw_only=True)
class TaskView(Plan):
    """A task as planners and staff see it; people by id only."""

    id: UUID
    state: TaskState
    next_states: Sequence[TaskState]
    moves: Sequence[TaskMove]
    created_by: UUID
    created_at: datetime
    changed_at: datetime
    version: int


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A task of public works with people, as attendance asks for it."""

    task_id: UUID
    district_id: UUID
    state: TaskState
    starts_at: datetime
    ends_at: datetime
    geofence_id: UUID | None
    person_ids: frozenset[UUID]  # of the plan


def create(by: Principal, **wished: Any) -> TaskView:
    """Plan a task, a draft until it is moved on; takes the fields of a Plan, Invalid names those that are wrong."""
    plan = Plan(**_tidy(wished))
    _require_sound(plan, TaskState.DRAFT, by)
    moment = now()
    task = Task(
        id=new_id(),
        state=TaskState.DRAFT,
        created_by=by.user_id,
        created_at=moment,
        changed_at=moment,
        version=1,
    )
    rows.write_plan(task, plan)
    _record("task.created", task, by, state=task.state.value, **_facts(plan))
    return _view(task)


def to_change(task_id: UUID, by: Principal) -> Task:
    """A task that the principal may change, locked until the transaction ends."""
    return rows.find(task_id, by, "tasks.change", lock=True)


def change(task: Task, by: Principal, **wished: Any) -> TaskView:
    """Change the plan of a task that is not done yet; what stays the same is no change."""
    state = task.state
    if state not in rules.CHANGEABLE:
        message = _("A task that is {state} cannot be changed: reopen it first, or plan a new one.")
        raise Conflict(message.format(state=state.value))
    before = rows.plans_of([task])[task.id]
    plan = replace(before, **_tidy(wished))
    changed = {
        field.name for field in fields(Plan) if getattr(plan, field.name) != getattr(before, field.name)
    }
    if not changed:
        return _view(task)
    if changed - WORDS:
        _require_sound(plan, state, by)
    rows.write_plan(task, plan)
    _touch(task)
    _record("task.changed", task, by, fields=sorted(changed), **_facts(plan))
    return _view(task)


def to_move(task_id: UUID, by: Principal) -> Task:
    """A task that the principal may move between states, locked until the transaction ends."""
    return rows.find(task_id, by, "tasks.move", lock=True)


def move(task: Task, by: Principal, *, to: TaskState, reason: str = "") -> TaskView:
    """Move a task to another state; one that is there already stays as it is: the answer may have been lost."""
    state, reason = task.state, reason.strip()
    if state is to:
        return _view(task)
    wished = rules.find_move(state, to)
    if wished is None:
        allowed = ", ".join(each.value for each in rules.next_states(state)) or "—"
        message = _("A task cannot go from {source} to {target}; from {source} it can go to: {allowed}.")
        raise Conflict(message.format(source=state.value, target=to.value, allowed=allowed))
    if by.role not in wished.roles:
        roles = ", ".join(sorted(role.value for role in wished.roles))
        message = _("Only these roles may move a task from {source} to {target}: {roles}.")
        raise NotAllowed(message.format(source=state.value, target=to.value, roles=roles))
    plan = rows.plans_of([task])[task.id]
    errors = rules.move_errors(
        wished,
        assignee_count=len(plan.assignee_ids),
        reason=reason,
        missing_evidence=missing_evidence(task.id, plan.required_evidence),
    )
    if errors:
        raise Invalid(errors)
    if to is TaskState.ASSIGNED:
        _require_sound(plan, to, by)
    task.state = to
    _touch(task)
    task.moves.append(
        TaskMove(
            number=len(task.moves) + 1,
            source=state,
            target=to,
            reason=reason,
            moved_by=by.user_id,
            moved_at=task.changed_at,
        )
    )
    _record("task.moved", task, by, source=state.value, target=to.value, with_reason=bool(reason))
    return _view(task)


def get(task_id: UUID, by: Principal) -> TaskView:
    """One task within the principal's reach."""
    return _view(rows.find(task_id, by, "tasks.read"))


def list_tasks(
    by: Principal,
    *,
    kind: TaskKind | None = None,
    state: TaskState | None = None,
    district_id: UUID | None = None,
    starts_before: datetime | None = None,
    ends_from: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Tasks within the principal's reach, newest first."""
    query = rows.in_scope(sa.select(Task), by, "tasks.read")
    if kind is not None:
        query = query.where(Task.kind == kind)
    if state is not None:
        query = query.where(Task.state == state)
    if district_id is not None:
        query = query.where(Task.district_id == district_id)
    if starts_before is not None:
        query = query.where(Task.starts_at < starts_before)
    if ends_from is not None:
        query = query.where(Task.ends_at >= ends_from)
    page = paginate(
        query.options(selectinload(Task.moves)), Task.created_at, Task.id, cursor=cursor, limit=limit
    )
    return Page(_views(page.items), page.next)


def shifts(task_ids: Collection[UUID] | None = None, *, running_at: datetime | None = None) -> list[Shift]:
    """Tasks of public works: those named, or those handed out whose window holds a moment."""
    query = sa.select(Task).where(Task.kind == TaskKind.PUBLIC_WORKS)
    if task_ids is not None:
        query = query.where(Task.id.in_(task_ids))
    if running_at is not None:
        open_states = (TaskState.ASSIGNED, TaskState.IN_PROGRESS)
        query = query.where(
            Task.state.in_(open_states), Task.starts_at <= running_at, Task.ends_at > running_at
        )
    found = db.session().scalars(query.order_by(Task.starts_at, Task.id)).all()
    plans = rows.plans_of(found)
    return [
        Shift(
            task_id=task.id,
            district_id=task.district_id,
            state=task.state,
            starts_at=task.starts_at,
            ends_at=task.ends_at,
            geofence_id=task.geofence_id,
            person_ids=plans[task.id].person_ids,
        )
        for task in found
    ]


def _tidy(wished: dict[str, Any]) -> dict[str, Any]:
    """The fields of a plan as the rules take them: trimmed, in UTC, lists as sets."""
    tidy = dict(wished)
    for name, value in wished.items():
        if isinstance(value, datetime):
            tidy[name] = value.astimezone(UTC)
        elif name in ("title", "note"):
            tidy[name] = value.strip()
        elif name in ("assignee_ids", "person_ids"):
            tidy[name] = frozenset(value)
        elif name == "required_evidence":
            tidy[name] = tuple(kind for kind in EvidenceKind if kind in value)
    return tidy


def _require_sound(plan: Plan, state: TaskState, by: Principal) -> None:
    accounts.require_district(plan.district_id, by, "tasks.change")
    errors = rules.plan_errors(plan, state, _known(plan))
    if errors:
        raise Invalid(errors)


def _known(plan: Plan) -> Known:
    fence = geofences.facts_of(plan.geofence_id) if plan.geofence_id else None
    staff = accounts.staff_in_district(plan.assignee_ids, plan.district_id) if plan.assignee_ids else {}
    return Known(
        fence=fence,
        staff_roles={user_id: Role(user.role) for user_id, user in staff.items()},
        people=people.in_district(plan.person_ids, plan.district_id) if plan.person_ids else set(),
        city=Point(lat=settings().city_lat, lon=settings().city_lon),
        city_radius_km=settings().city_radius_km,
    )


def _touch(task: Task) -> None:
    task.version += 1
    task.changed_at = now()


def _facts(plan: Plan) -> dict[str, Any]:
    """What the ledger keeps of a plan: no title, no note, opaque ids."""
    return {
        "task_kind": plan.kind.value,
        "priority": plan.priority,
        "starts_at": plan.starts_at.isoformat(),
        "ends_at": plan.ends_at.isoformat(),
        "geofence_id": str(plan.geofence_id) if plan.geofence_id else None,
        "assignee_ids": sorted(map(str, plan.assignee_ids)),
        "person_ids": sorted(map(str, plan.person_ids)),
    }


def _record(kind: str, task: Task, by: Principal, **facts: Any) -> None:
    public_works = task.kind is TaskKind.PUBLIC_WORKS
    record(
        kind,
        actor=by.actor,
        subject=f"task:{task.id}",
        at=task.changed_at,
        audience=Audience.SUPERVISION if public_works else Audience.OPERATIONS,
        district_id=task.district_id,
        version=task.version,
        **facts,
    )


def _view(task: Task) -> TaskView:
    return _views([task])[0]


def _views(tasks: Sequence[Task]) -> list[TaskView]:
    plans = rows.plans_of(tasks)
    return [
        TaskView(
            **{field.name: getattr(plans[task.id], field.name) for field in fields(Plan)},
            id=task.id,
            state=task.state,
            next_states=rules.next_states(task.state),
            moves=task.moves,
            created_by=task.created_by,
            created_at=task.created_at,
            changed_at=task.changed_at,
            version=task.version,
        )
        for task in tasks
    ]
