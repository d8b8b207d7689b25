"""Tasks as the phone of an assignee sees them: which ones, at which version, and the cards themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import owns_only
from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.errors import NotFound
from backend.geofences import service as geofences
from backend.people import service as people
from backend.tasks import roster, rows, rules
from backend.tasks.models import Task
from backend.tasks.rules import Plan
from backend.web.principal import Principal
from shared.contracts import PersonCard, TaskCard
from shared.encoding import canonical_json
from shared.i18n import Message
from shared.vocabulary import TaskState

_ = Message
KEPT_CLOSED = timedelta(days=7)  # how long a phone still shows what is verified or cancelled


@dataclass(frozen=True, kw_only=True)
class TaskForCheckIn:
    """What a check-in is judged against."""

    district_id: UUID
    state: TaskState
    starts_at: datetime
    ends_at: datetime
    place: dict[str, Any]  # GeoJSON: the geofence's boundary, or a Point
    radius_m: float | None  # of a Point
    geofence_id: UUID | None
    person_ids: frozenset[UUID]
    assigned: bool  # to the principal, today


def for_check_in(task_id: UUID, by: Principal) -> TaskForCheckIn:
    """A task that is, or lately was, handed to the principal; NotFound for any other.

    One that was taken back or handed to somebody else while the phone was offline still counts if it lies in the
    principal's districts: the evidence must not be lost, a person decides.
    """
    wanted = sa.select(Task).where(Task.id == task_id)
    task = db.session().scalar(rows.own(wanted, by))
    assigned = task is not None
    task = task or db.session().scalar(wanted)
    if task is None or not by.in_scope(task.district_id):
        raise NotFound(_("task"), task_id)
    plan = rows.plans_of([task])[task.id]
    boundary = geofences.boundary_of(plan.geofence_id) if plan.geofence_id else None
    return TaskForCheckIn(
        district_id=task.district_id,
        state=task.state,
        starts_at=task.starts_at,
        ends_at=task.ends_at,
        place=_place(plan, boundary),
        radius_m=plan.radius_m,
        geofence_id=plan.geofence_id,
        person_ids=plan.person_ids,
        assigned=assigned,
    )


@dataclass(frozen=True, kw_only=True)
class AtWork:
    """A task whose people may be checked in around now."""

    task_id: UUID
    district_id: UUID
    person_ids: frozenset[UUID]


def at_work(by: Principal) -> list[AtWork]:
    """The principal's tasks that go on now or begin or ended within the slack, with their people, by begin."""
    slack, moment = timedelta(minutes=settings().task_slack_min), now()
    tasks = [
        task
        for task in _current(by)
        if task.state in rules.HANDED_OUT and task.starts_at - slack <= moment <= task.ends_at + slack
    ]
    person_ids = roster.people_of(tasks, rows.plans_of(tasks))
    return [
        AtWork(task_id=task.id, district_id=task.district_id, person_ids=person_ids[task.id])
        for task in tasks
        if person_ids[task.id]
    ]


def visible(by: Principal) -> dict[UUID, str]:
    """The tasks that belong on the principal's phone, each with a text that changes whenever its card does.

    Only those who do tasks carry them along; planners work online.
    """
    tasks = _current(by)
    plans = rows.plans_of(tasks)
    person_ids = roster.people_of(tasks, plans)
    person_versions = people.versions(_all(person_ids))
    fence_versions = geofences.versions(plan.geofence_id for plan in plans.values() if plan.geofence_id)
    return {
        task.id: _version(
            task.version,
            fence_versions.get(task.geofence_id) if task.geofence_id else None,
            {person_id: person_versions[person_id] for person_id in person_ids[task.id]},
        )
        for task in tasks
    }


def carried(by: Principal) -> list[UUID]:
    """The ids of the same tasks, for what hangs on them."""
    return [task.id for task in _current(by)]


def load(by: Principal, task_ids: Iterable[UUID]) -> list[TaskCard]:
    """The cards of those of the tasks that are visible to the principal, by begin."""
    tasks = _current(by, list(task_ids))
    plans = rows.plans_of(tasks)
    person_ids = roster.people_of(tasks, plans)
    persons = people.cards(_all(person_ids), by)
    fences = geofences.boundaries(plan.geofence_id for plan in plans.values() if plan.geofence_id)
    return [
        _card(
            task,
            plans[task.id],
            fences,
            [persons[person_id] for person_id in person_ids[task.id] if person_id in persons],
        )
        for task in tasks
    ]


def _current(by: Principal, task_ids: list[UUID] | None = None) -> Sequence[Task]:
    if not owns_only(by, "tasks.read"):
        return []
    query = rows.own(sa.select(Task), by).where(
        sa.or_(Task.state.not_in(rules.CLOSED), Task.ends_at >= now() - KEPT_CLOSED)
    )
    if task_ids is not None:
        query = query.where(Task.id.in_(task_ids))
    return db.session().scalars(query.order_by(Task.starts_at, Task.id)).all()


def _all(sets: Mapping[UUID, frozenset[UUID]]) -> frozenset[UUID]:
    return frozenset().union(*sets.values())


def _version(task: int, fence: int | None, persons: Mapping[UUID, int]) -> str:
    behind = [fence, sorted([str(person_id), version] for person_id, version in persons.items())]
    return f"{task}.{hashlib.sha256(canonical_json(behind)).hexdigest()[:16]}"


def _place(plan: Plan, boundary: dict[str, Any] | None) -> dict[str, Any]:
    if boundary is not None:
        return boundary
    assert plan.place is not None  # a task has one of the two
    return {"type": "Point", "coordinates": [plan.place.lon, plan.place.lat]}


def _card(
    task: Task, plan: Plan, fences: Mapping[UUID, dict[str, Any]], persons: Sequence[PersonCard]
) -> TaskCard:
    return TaskCard(
        id=task.id,
        kind=plan.kind,
        title=plan.title,
        note=plan.note,
        state=task.state,
        priority=plan.priority,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        district_id=plan.district_id,
        geofence_id=plan.geofence_id,
        place=_place(plan, fences[plan.geofence_id] if plan.geofence_id else None),
        radius_m=plan.radius_m,
        required_evidence=plan.required_evidence,
        people=tuple(sorted(persons, key=lambda card: (card.family_name, card.given_name, card.id))),
        version=task.version,
    )
