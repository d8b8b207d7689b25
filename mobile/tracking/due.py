"""Whether a crew is at work now, as far as its phone knows: only then is its position recorded. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from mobile.sync.overlay import LocalRoute, LocalTask
from mobile.tracking.tracker import Shift
from shared.vocabulary import Role, RouteState, StopState, TaskState

EARLY = timedelta(minutes=30)  # a crew may start before its hour; what is earlier the server does not keep
TRACKED_ROLES = frozenset({Role.CREW})  # of nobody else the server takes positions


@dataclass(frozen=True, slots=True)
class Work:
    """What a phone knows of the work of whoever is signed in."""

    routes: tuple[LocalRoute, ...] = ()
    tasks: tuple[LocalTask, ...] = ()


NO_WORK = Work()


def shift_due(work: Work, now: datetime, tracked: Shift | None = None) -> Shift | None:
    """The shift to record now: the one that is recorded already while it goes on, else a route, else a task."""
    due = [*_routes(work.routes, now), *_tasks(work.tasks, now)]
    if tracked is not None:
        for shift in due:
            if (shift.route_id, shift.task_id) == (tracked.route_id, tracked.task_id):
                return shift
    return next(iter(due), None)


def is_driven(route: LocalRoute) -> bool:
    """Whether the crew has begun and has something left to do; a report of a stop begins it too."""
    sheet = route.sheet
    states = {stop.state for stop in sheet.stops}
    begun = sheet.state is RouteState.DRIVING or (
        sheet.state is RouteState.RELEASED and states != {StopState.PLANNED}
    )
    return begun and not route.withdrawn and StopState.PLANNED in states


def _routes(routes: Iterable[LocalRoute], now: datetime) -> list[Shift]:
    driven = [route.sheet for route in routes if is_driven(route)]
    running = [sheet for sheet in driven if sheet.starts_at - EARLY <= now < sheet.ends_at]
    running.sort(key=lambda sheet: (sheet.starts_at, sheet.id))
    return [Shift(until=sheet.ends_at, route_id=sheet.id, title=sheet.title) for sheet in running]


def _tasks(tasks: Iterable[LocalTask], now: datetime) -> list[Shift]:
    cards = [task.card for task in tasks if task.card.state is TaskState.IN_PROGRESS and not task.withdrawn]
    running = [card for card in cards if card.starts_at - EARLY <= now < card.ends_at]
    running.sort(key=lambda card: (card.starts_at, card.id))
    return [Shift(until=card.ends_at, task_id=card.id, title=card.title) for card in running]
