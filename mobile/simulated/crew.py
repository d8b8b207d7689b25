"""A simulated crew: it takes up its tasks, drives its routes stop by stop, and reports faults of the road on the way."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from mobile.simulated.asphalt import photo_of
from mobile.simulated.driving import Truck
from mobile.simulated.location import fixes_around, moved
from mobile.simulated.outbox_phone import OutboxPhone
from mobile.simulated.reports import defect_item, move_item, stop_report_item
from mobile.simulated.street_ways import fetched
from shared.contracts import RouteSheet, RouteStop
from shared.geometry import Point
from shared.vocabulary import DefectKind, RouteState, SkipReason, StopState, TaskState

SKIPPED = 0.1  # the share of stops that cannot be served
REASONS = (SkipReason.PARKED_CARS, SkipReason.BLOCKED, SkipReason.EMPTY)
FAULTS = (DefectKind.POTHOLE, DefectKind.POTHOLE, DefectKind.CRACK_LONGITUDINAL, DefectKind.CRACK_TRANSVERSE)
BESIDE_M = 30.0
FIXES = 4


class Crew:
    """One crew with one phone and one truck; each act says whether there was anything to do."""

    def __init__(self, phone: OutboxPhone, rng: random.Random, say: Callable[..., None]) -> None:
        self._phone = phone
        self._rng = rng
        self._say = say
        self._truck: Truck | None = None  # with the first drive it learns the streets

    def work(self) -> bool:
        """Take the most urgent task up, or finish one."""
        phone = self._phone
        phone.sync()
        now = phone.client.server_now()
        tasks = [task for task in phone.tasks if task.starts_at <= now]
        for state, target in (
            (TaskState.IN_PROGRESS, TaskState.DONE),
            (TaskState.ASSIGNED, TaskState.IN_PROGRESS),
        ):
            waiting = sorted((task for task in tasks if task.state is state), key=lambda task: task.priority)
            if waiting:
                problem = phone.put(move_item(phone.hand(), waiting[0].id, target))
                self._told("demo_task", problem, id=str(waiting[0].id), to=target.value)
                return True
        return False

    def tick(self) -> None:
        """Time has passed: the positions of the last two minutes go out, also while the truck waits."""
        self._phone.shifts.step()
        if self._phone.outbox.waiting_count():
            self._phone.sync()

    def drive(self) -> bool:
        """Drive on along the route of this hour; at a stop, report it."""
        phone = self._phone
        phone.sync()
        ahead = self._ahead()
        if ahead is None:
            return False
        sheet, stop = ahead
        if self._truck is None:
            self._truck = Truck(self._rng, fetched(phone.client))
        leg = self._truck.drive(stop, phone.hand().now, phone.boot_clock.boot_ms())
        problem = phone.drive(leg.fixes)
        self._told("demo_drive", problem, route=str(sheet.id), fixes=len(leg.fixes))
        if leg.arrived:
            self._report(sheet, stop)
        return True

    def report_defect(self) -> bool:
        """Photograph a fault beside the way."""
        phone = self._phone
        phone.sync()
        ahead = self._ahead()
        if ahead is None:
            return False
        _sheet, stop = ahead
        rng, hand, kind = self._rng, phone.hand(), self._rng.choice(FAULTS)
        beside = moved(_place(stop), rng.uniform(-BESIDE_M, BESIDE_M), rng.uniform(-BESIDE_M, BESIDE_M))
        clock_ms = phone.boot_clock.boot_ms()
        item = defect_item(
            hand,
            [photo_of(kind, rng) for _ in range(rng.randint(1, 2))],
            fixes_around(beside, hand.now, rng, FIXES, until_boot_ms=clock_ms),
            heading_deg=round(rng.uniform(0.0, 360.0), 1),
            kind_guess=kind,
        )
        self._told("demo_defect", phone.put(item), id=str(item.id))
        return True

    def _ahead(self) -> tuple[RouteSheet, RouteStop] | None:
        """The route of this hour and its next stop."""
        now = self._phone.client.server_now()
        for sheet in self._phone.routes:
            open_now = sheet.state in (RouteState.RELEASED, RouteState.DRIVING)
            if open_now and sheet.starts_at <= now < sheet.ends_at:
                for stop in sheet.stops:
                    if stop.state is StopState.PLANNED:
                        return sheet, stop
        return None

    def _report(self, sheet: RouteSheet, stop: RouteStop) -> None:
        phone, rng = self._phone, self._rng
        skipped, hand = rng.random() < SKIPPED, phone.hand()
        clock_ms = phone.boot_clock.boot_ms()
        item = stop_report_item(
            hand,
            (sheet.id, sheet.version),
            stop.id,
            StopState.SKIPPED if skipped else StopState.DONE,
            fixes_around(_place(stop), hand.now, rng, FIXES, until_boot_ms=clock_ms),
            [photo_of(DefectKind.OTHER, rng)] if stop.photo_needed else [],
            rng.choice(REASONS) if skipped else None,
        )
        self._told("demo_stop", phone.put(item), route=str(sheet.id), stop=str(stop.id))

    def _told(self, event: str, problem: Any, **facts: Any) -> None:
        if problem is None:
            self._say(event, **facts)
        else:
            self._say("demo_declined", act=event, problem=problem.slug)


def _place(stop: RouteStop) -> Point:
    return Point(lat=stop.lat, lon=stop.lon)
