"""A day of many crews, moment by moment: whoever starts this process says what time it is, and hears what was done.

Each line of standard input is one JSON object: first ``{"crews": [{"login", "password"}, …]}``, then ``{"now": time}`` for every moment,
at last nothing. The answer to each is one line: ``{"done", "skipped", "fixes", "waiting"}``. Phones are the app's own outbox and sync;
their clocks show the time that was said, so that a day passes in minutes and every report is captured at its own time.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TextIO

from mobile.client.api_client import Declined, NotNow
from mobile.simulated.asphalt import photo_of
from mobile.simulated.driving import between
from mobile.simulated.location import moved
from mobile.simulated.outbox_phone import OutboxPhone
from mobile.simulated.reports import Hand, fixes_item, stop_report_item
from mobile.simulated.told_time import ToldClock, signed_in
from shared.contracts import Fix, RouteSheet, RouteStop
from shared.geometry import Point, distance_m
from shared.vocabulary import DefectKind, RouteState, SkipReason, StopAction, StopState, WinterWork

SPEED_MPS = 7.0  # a laden truck in town, lights and turns included
FIX_EVERY_S = 10.0
JITTER_M = 4.0
FIXES_MOST = 200  # of one batch
STAYS_S = {
    StopAction.COLLECT: 240.0,
    StopAction.LOAD: 360.0,
    StopAction.UNLOAD: 600.0,
    StopAction.BREAK: 1800.0,
}  # unplanned ones
STAY_LEAST_S = 45.0
PACE = (0.85, 1.15)  # how much quicker or slower than planned people work
SKIPPED = 0.03  # the share of sites that cannot be served, and of streets that cannot be cleared
WORK_MPS = {WinterWork.CLEAR: 6.0, WinterWork.GRIT: 7.5, WinterWork.PAVEMENT: 1.7}
SKIPPABLE = frozenset({StopAction.COLLECT, StopAction.CLEAR})
TOLD = (0.9, 1.05)  # of the load that was planned
REASONS = (SkipReason.PARKED_CARS, SkipReason.BLOCKED)


class DayCrew:
    """One truck with its phone: it drives its sheet along the streets, as fast as streets and work let it."""

    def __init__(self, phone: OutboxPhone, rng: random.Random) -> None:
        self._phone = phone
        self._rng = rng
        self._at: Point | None = None
        self._free_at: datetime | None = None  # until then it was accounted for

    def act(self, now: datetime) -> Counter[str]:
        """Do everything that happens until ``now``, and send it."""
        seen: Counter[str] = Counter()
        fixes: list[Fix] = []
        sheet: RouteSheet | None = None
        self._phone.sync()
        while (ahead := self._ahead(now)) is not None:
            sheet, stop = ahead
            begin = max(self._free_at or sheet.starts_at, sheet.starts_at)
            done_at, on_the_way = self._drive(sheet, stop, begin)
            if done_at > now:
                break
            fixes += on_the_way
            self._at, self._free_at = _end_of(stop), done_at
            seen[self._report(sheet, stop, done_at)] += 1
        if sheet is not None:
            for first in range(0, len(fixes), FIXES_MOST):
                self._phone.outbox.put(
                    fixes_item(self._hand(now), tuple(fixes[first : first + FIXES_MOST]), sheet.id)
                )
        self._phone.sync()
        seen["fixes"] += len(fixes)
        return seen

    def waits(self, now: datetime) -> bool:
        """Whether there is something to drive still."""
        return self._ahead(now) is not None

    def _ahead(self, now: datetime) -> tuple[RouteSheet, RouteStop] | None:
        for sheet in self._phone.routes:
            if sheet.state in (RouteState.RELEASED, RouteState.DRIVING) and sheet.starts_at <= now:
                for stop in sheet.stops:
                    if stop.state is StopState.PLANNED:
                        return sheet, stop
        return None

    def _drive(self, sheet: RouteSheet, stop: RouteStop, begin: datetime) -> tuple[datetime, list[Fix]]:
        """When the stop is done, and the fixes on the way there and at it."""
        way = self._way(stop)
        fixes: list[Fix] = []
        moment = self._along(way, begin, SPEED_MPS, fixes)
        if stop.opens_at is not None:
            moment = max(moment, stop.opens_at)
        if stop.work is not None and stop.line is not None:
            speed_mps = WORK_MPS[stop.work] * self._rng.uniform(*PACE)
            return self._along(_points(stop.line), moment, speed_mps, fixes), fixes
        stay_s = _planned_stay_s(sheet, stop) * self._rng.uniform(*PACE)
        for waited_s in (0.0, stay_s / 2, stay_s):
            fixes.append(self._fix(way[-1], moment + timedelta(seconds=waited_s), 0.0))
        return moment + timedelta(seconds=stay_s), fixes

    def _along(self, way: list[Point], moment: datetime, speed_mps: float, fixes: list[Fix]) -> datetime:
        """Drive along a way, adding fixes; when its end is reached."""
        for start, end in pairwise(way):
            seconds = distance_m(start, end) / speed_mps
            steps = int(seconds / FIX_EVERY_S)
            fixes += [
                self._fix(
                    between(start, end, each * FIX_EVERY_S / seconds),
                    moment + timedelta(seconds=each * FIX_EVERY_S),
                    speed_mps,
                )
                for each in range(1, steps + 1)
            ]
            moment += timedelta(seconds=seconds)
            if steps == 0 and (not fixes or (moment - fixes[-1].taken_at).total_seconds() >= FIX_EVERY_S):
                fixes.append(self._fix(end, moment, speed_mps))
        return moment

    def _way(self, stop: RouteStop) -> list[Point]:
        """Along the planned path where there is one, from wherever the truck stands."""
        target = Point(lat=stop.lat, lon=stop.lon)
        points = _points(stop.path)
        start = self._at or (points[0] if points else target)
        if points:
            nearest = min(range(len(points)), key=lambda index: distance_m(start, points[index]))
            points = points[nearest:]
        return [start, *points, target]

    def _report(self, sheet: RouteSheet, stop: RouteStop, at: datetime) -> str:
        skipped = stop.action in SKIPPABLE and self._rng.random() < SKIPPED
        hand = self._hand(at)
        photos = [photo_of(DefectKind.OTHER, self._rng)] if stop.photo_needed and not skipped else []
        fixes = tuple(self._fix(_end_of(stop), at - timedelta(seconds=ago), 0.0) for ago in (6, 3, 0))
        item = stop_report_item(
            hand,
            (sheet.id, sheet.version),
            stop.id,
            StopState.SKIPPED if skipped else StopState.DONE,
            fixes,
            photos,
            self._rng.choice(REASONS) if skipped else None,
            None if skipped else self._told_m3(stop),
        )
        self._phone.outbox.put(item)
        return "skipped" if skipped else "done"

    def _told_m3(self, stop: RouteStop) -> float | None:
        """How full the driver calls the body that he unloads."""
        if stop.action is not StopAction.UNLOAD or stop.volume_m3 is None:
            return None
        return round(stop.volume_m3 * self._rng.uniform(*TOLD), 1)

    def _hand(self, at: datetime) -> Hand:
        """The phone as it was at a moment of its day."""
        hand, clock = self._phone.hand(), self._phone.boot_clock.reading()
        return replace(hand, now=at, clock=replace(clock, boot_ms=self._boot_ms(at)))

    def _boot_ms(self, at: datetime) -> int:
        ago_ms = (self._phone.client.device_now() - at).total_seconds() * 1000
        return max(self._phone.boot_clock.boot_ms() - round(ago_ms), 0)

    def _fix(self, at: Point, moment: datetime, speed_mps: float) -> Fix:
        seen = moved(at, self._rng.gauss(0, JITTER_M), self._rng.gauss(0, JITTER_M))
        return Fix(
            lat=round(seen.lat, 7),
            lon=round(seen.lon, 7),
            accuracy_m=round(self._rng.uniform(4.0, 9.0), 1),
            taken_at=moment,
            speed_mps=speed_mps,
            boot_ms=self._boot_ms(moment),
        )


def _points(line: dict[str, Any] | None) -> list[Point]:
    return [Point(lat=lat, lon=lon) for lon, lat in (line or {}).get("coordinates", [])]


def _end_of(stop: RouteStop) -> Point:
    """Where the truck is when a stop is done: at the end of a segment."""
    return _points(stop.line)[-1] if stop.line is not None else Point(lat=stop.lat, lon=stop.lon)


def _planned_stay_s(sheet: RouteSheet, stop: RouteStop) -> float:
    """How long the plan stays at a stop: until the next arrival, the way there apart."""
    usual_s = STAYS_S.get(stop.action, 0.0)
    later = [each for each in sheet.stops[sheet.stops.index(stop) + 1 :] if each.arrive_at is not None]
    if stop.action not in STAYS_S or stop.arrive_at is None or not later or later[0].arrive_at is None:
        return usual_s
    way = _points(later[0].path)
    driven_s = sum(distance_m(start, end) for start, end in pairwise(way)) / SPEED_MPS
    return max((later[0].arrive_at - stop.arrive_at).total_seconds() - driven_s, STAY_LEAST_S)


def play(server: str, keys: Path, rng: random.Random, orders: Iterable[str], answers: TextIO) -> None:
    """Serve the lines of ``orders`` until they end."""
    clock, crews = ToldClock(), dict[str, DayCrew]()
    logins: dict[str, str] = {}
    for line in orders:
        order: dict[str, Any] = json.loads(line)
        logins |= {each["login"]: each["password"] for each in order.get("crews", [])}
        seen: Counter[str] = Counter()
        if "now" in order:
            clock.now = datetime.fromisoformat(order["now"])
            for login, password in logins.items():
                if login not in crews:
                    crews[login] = DayCrew(signed_in(server, keys, login, password, clock, rng), rng)
                try:
                    seen += crews[login].act(clock.now)
                except (NotNow, Declined) as trouble:
                    seen["troubles"] += 1
                    print(f"{login}: {trouble}", flush=True)
        waiting = sum(crew.waits(clock.now) for crew in crews.values())
        print(
            json.dumps({"done": 0, "skipped": 0, "fixes": 0, **seen, "waiting": waiting}),
            file=answers,
            flush=True,
        )
