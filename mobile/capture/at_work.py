"""Which tasks have people to be checked in around now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from mobile.sync.overlay import LocalTask
from shared.contracts import TaskCard
from shared.vocabulary import TaskState

OPEN_STATES = frozenset({TaskState.ASSIGNED, TaskState.IN_PROGRESS})
AROUND = timedelta(hours=1)  # who comes early or leaves late is checked in as well


def at_work(tasks: Iterable[LocalTask], now: datetime) -> list[TaskCard]:
    """The tasks with people that go on now, or begin or ended within the hour."""
    return [
        task.card
        for task in tasks
        if task.card.people
        and not task.withdrawn
        and task.card.state in OPEN_STATES
        and task.card.starts_at - AROUND <= now <= task.card.ends_at + AROUND
    ]
