"""Who is on a task: the people of its plan, and those whom an order has sent to its site while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from backend.adapters import settings
from backend.clock import now
from backend.people import orders
from backend.people import service as people
from backend.tasks.models import Task
from backend.tasks.rules import Plan
from shared.vocabulary import TaskKind, TaskState

OPEN = frozenset({TaskState.ASSIGNED, TaskState.IN_PROGRESS, TaskState.DONE})
# Whoever was sent to the site longer before the task began is on its plan if wanted: a name is shown where its bearer works today
SENT_BEFORE = timedelta(hours=24)


def people_of(tasks: Sequence[Task], plans: Mapping[UUID, Plan]) -> dict[UUID, frozenset[UUID]]:
    """The people of each task who are of its district: one who moved away to another has left the scope."""
    wanted = _with_those_sent(tasks, plans)
    by_district: dict[UUID, set[UUID]] = {}
    for task_id, plan in plans.items():
        by_district.setdefault(plan.district_id, set()).update(wanted[task_id])
    there = {
        district_id: people.in_district(ids, district_id) if ids else set()
        for district_id, ids in by_district.items()
    }
    return {task_id: wanted[task_id] & there[plan.district_id] for task_id, plan in plans.items()}


def _with_those_sent(tasks: Sequence[Task], plans: Mapping[UUID, Plan]) -> dict[UUID, frozenset[UUID]]:
    """The plan's people and those sent to the site; the task's slack lets them arrive early and leave late."""
    wanted = {task_id: plan.person_ids for task_id, plan in plans.items()}
    slack, moment = timedelta(minutes=settings().task_slack_min), now()
    running = [
        task
        for task in tasks
        if task.kind is TaskKind.PUBLIC_WORKS
        and task.geofence_id is not None
        and task.state in OPEN
        and task.starts_at - slack <= moment <= task.ends_at + slack
    ]
    if not running:
        return wanted
    since = {task.id: task.starts_at - SENT_BEFORE for task in running}
    sites = {task.geofence_id for task in running if task.geofence_id is not None}
    sent = orders.sent_to(sites, since=min(since.values()))
    for task in running:
        wanted[task.id] |= {
            each.person_id
            for each in sent
            if each.geofence_id == task.geofence_id and each.since > since[task.id]
        }
    return wanted
