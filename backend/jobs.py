"""Background work on huey. The row is the job: a queue entry is only a wake-up, and a sweep finds what was lost.

A feature declares its work with ``@work("attendance.verify")`` (called with a row's id, idempotent, holds a lease itself),
``@sweep`` (returns the ids whose wake-up was lost) and ``@daily``. Handlers run in worker processes with an app context.
What takes minutes, and what comes by the hundred, has a lane and worker processes of its own: neither a plan nor a drive's
photos may keep a check-in waiting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from flask import Flask, current_app
from huey import Huey, MemoryHuey, PriorityRedisHuey, SqliteHuey, crontab
from redis import ConnectionPool

from backend.config import Settings
from backend.database import after_commit

Handler = Callable[[UUID], None]

log = structlog.get_logger()
SWEEP_EVERY_S = 5.0
SWEPT_BELOW = 100  # a lane with more wake-ups needs no further ones: sweeps of a long backlog would pile up
PATIENT = -1  # huey's priority; 0 is everybody else's
# In seconds; longer than a worker's wait for one wake-up
REDIS_TIMEOUTS = {
    "socket_connect_timeout": 1.0,
    "socket_timeout": 5.0,
}


class Lane(StrEnum):
    """Which worker processes do a kind of work."""

    QUICK = "quick"
    LONG = "long"  # takes minutes
    PHOTOS = "photos"  # looking at photos of roads: seconds each, hundreds at once


HANDLERS: dict[str, Handler] = {}
LANES: dict[str, Lane] = {}
SWEEPS: dict[str, Callable[[], Iterable[UUID]]] = {}
DAILY: dict[str, Callable[[], None]] = {}


def work(name: str, *, lane: Lane = Lane.QUICK) -> Callable[[Handler], Handler]:
    """Declare what is to be done for a row when its wake-up comes, and by whom."""

    def declare(handler: Handler) -> Handler:
        HANDLERS[name], LANES[name] = handler, lane
        return handler

    return declare


def sweep(name: str) -> Callable[[Callable[[], Iterable[UUID]]], Callable[[], Iterable[UUID]]]:
    """Declare how to find the rows of a kind of work that wait without anybody holding them."""

    def declare(find: Callable[[], Iterable[UUID]]) -> Callable[[], Iterable[UUID]]:
        SWEEPS[name] = find
        return find

    return declare


def daily(handler: Callable[[], None]) -> Callable[[], None]:
    """Declare work for every day; it must do nothing when the day's work is done already."""
    DAILY[f"{handler.__module__}.{handler.__name__}"] = handler
    return handler


def wake(name: str, row_id: UUID, *, patient: bool = False) -> None:
    """Wake a worker for a row once the row is durable; a lost wake-up only costs time.

    ``patient``: nobody waits for it, and whatever is not so goes first.
    """
    queue: Jobs = current_app.extensions["qala_jobs"]
    after_commit(lambda: queue.wake(name, row_id, patient=patient))


class Jobs:
    """The queue of one application, in lanes."""

    def __init__(self, app: Flask, lanes: Mapping[Lane, Huey]) -> None:
        self.app = app
        self.lanes = dict(lanes)
        self._run = {lane: huey.task(name="run", retries=0)(self.run) for lane, huey in self.lanes.items()}
        self.lanes[Lane.QUICK].periodic_task(crontab(minute="*/10"), name="daily")(self.run_daily)

    def wake(self, name: str, row_id: UUID, *, patient: bool = False) -> None:
        """Put a wake-up into the queue; a queue that fails is logged, for the sweep will come."""
        try:
            self._run[_lane_of(name)](name, str(row_id), priority=PATIENT if patient else None)
        except Exception:
            log.exception("wake_up_lost", work=name, row=str(row_id))

    def run(self, name: str, row_id: str) -> None:
        """Do the work of one wake-up."""
        with self.app.app_context():
            started = time.perf_counter()
            try:
                HANDLERS[name](UUID(row_id))
                log.info("work_done", work=name, row=row_id, seconds=round(time.perf_counter() - started, 3))
            except Exception:
                log.exception("work_failed", work=name, row=row_id)

    def run_daily(self) -> None:
        """Do what is due today; each handler knows whether it has been done."""
        for name, handler in DAILY.items():
            with self.app.app_context():
                try:
                    handler()
                except Exception:
                    log.exception("daily_work_failed", work=name)

    def sweep(self) -> int:
        """Wake workers for every row that nobody holds, patiently: most were woken already; returns how many."""
        found = 0
        for name, find in SWEEPS.items():
            with self.app.app_context():
                try:
                    if self.lanes[_lane_of(name)].pending_count() >= SWEPT_BELOW:
                        continue
                    waiting = list(find())
                except Exception:  # one kind of work that fails must not leave the others lying
                    log.exception("sweep_failed", work=name)
                    continue
            for row_id in waiting:
                self.wake(name, row_id, patient=True)
            found += len(waiting)
        return found

    def sweep_until(self, stopping: threading.Event) -> None:
        """Sweep at once and then every few seconds, until told to stop."""
        while True:
            try:
                self.sweep()
            except Exception:
                log.exception("sweep_failed")
            if stopping.wait(SWEEP_EVERY_S):
                return


def _lane_of(name: str) -> Lane:
    return LANES.get(name, Lane.QUICK)


def bind_jobs(app: Flask, settings: Settings, *, immediate: bool = False) -> None:
    """Choose the queue: Redis at scale, a SQLite file on one machine, in the caller's own thread in tests."""

    def queue(lane: Lane) -> Any:
        name = "qala" if lane is Lane.QUICK else f"qala-{lane}"
        if immediate:
            return MemoryHuey(name, immediate=True)
        if settings.jobs_url:
            pool = ConnectionPool.from_url(settings.jobs_url, **REDIS_TIMEOUTS)
            return PriorityRedisHuey(
                f"{name}-ranked", connection_pool=pool
            )  # a plain queue is of another type
        return SqliteHuey(name, filename=str(Path(settings.instance_dir) / "jobs.db"), fsync=False)

    app.extensions["qala_jobs"] = Jobs(app, {lane: queue(lane) for lane in Lane})
