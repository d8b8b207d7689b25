"""The living city: simulated phones that act every half minute, so that the live feed of a demonstration shows a working day."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID, uuid4

from mobile.client.answers import Refused, Stored
from mobile.client.api_client import Declined, NotNow
from mobile.simulated.cast import Cast
from mobile.simulated.crew import Crew
from mobile.simulated.demonstration import LOGIN
from mobile.simulated.faces import DARKNESS, Face
from mobile.simulated.location import inner_point, outer_point
from mobile.simulated.outbox_phone import OutboxPhone
from mobile.simulated.phone import SimulatedPhone
from mobile.simulated.prints import Way
from shared.contracts import SpotCheck, TaskCard
from shared.geometry import Place, Point, distance_m, place_of
from shared.vocabulary import CheckInKind, RouteState, TaskKind, TaskState

SUPERVISORS, CREW, DISPATCHERS = (
    ("supervisor", "supervisor-north"),
    "crew",
    ("dispatcher", "dispatcher-north"),
)
WEIGHTS = {"check_in": 12, "drive": 5, "defect": 1, "work": 2, "dispatcher": 2}
WAYS = {"right": 15, "outside": 2, "another": 2, "dark": 1, "printed": 1}
FASTEST_MPS = 15.0  # nobody is seen to move faster between two check-ins: a car in town
NEAR_M = 40.0  # what fixes of one place may lie apart
FIRST_PAUSE_S, LONGEST_WAIT_S = 2.0, 5.0
PLAN_AHEAD = timedelta(hours=30)
DAY = timedelta(days=1)
LAST_PART = timedelta(minutes=30)
PLANNED = (
    "district_id",
    "kind",
    "title",
    "note",
    "priority",
    "geofence_id",
    "place",
    "radius_m",
    "required_evidence",
    "assignee_ids",
    "person_ids",
)
ROUTE_PLANNED = ("district_id", "kind", "title", "note", "vehicle", "assignee_ids")
STOP_PLANNED = ("action", "title", "detail", "lat", "lon", "line", "side", "locked", "photo_needed")
AGAIN, NOBODY_CAME = "Осмотр показал, что не всё сделано", "Никто не отметился"


class Say(Protocol):
    """Takes one act's name and its facts for the log: ids and outcomes, never names."""

    def __call__(self, event: str, **facts: Any) -> None: ...


class City:
    """Everybody who acts in the demo city; each act is one step."""

    def __init__(
        self, cast: Cast, pick_up: Callable[[str], OutboxPhone], rng: random.Random, say: Say
    ) -> None:
        self.cast = cast
        self.rng = rng
        self.say = say
        self._seen: dict[str | UUID, tuple[Point, datetime]] = {}  # where supervisors and people were last
        self._arrived: set[tuple[UUID, UUID]] = set()
        self._answered: set[UUID] = set()  # spot checks
        self._phones = {login: pick_up(login) for login in (*SUPERVISORS, CREW, *DISPATCHERS)}
        self._crew = Crew(self._phones[CREW], rng, say)

    def live(self, pace_s: float, sleep: Callable[[float], None] = time.sleep) -> None:
        """Act for ever; where the server is away, wait for it."""
        sleep(FIRST_PAUSE_S)
        while True:
            sleep(self.step() or self.rng.uniform(2 / 3, 4 / 3) * pace_s)

    def step(self) -> float:
        """One act; returns how long to wait before the next where there was none, 0 when all is well."""
        act = self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        acts = {
            "check_in": self.check_in,
            "drive": self._crew.drive,
            "defect": self._crew.report_defect,
            "work": self._crew.work,
            "dispatcher": self.dispatch,
        }
        try:
            self._phone(CREW)
            self._crew.tick()
            if not any(each() for each in (acts[act], self.check_in, self._crew.drive)):
                return LONGEST_WAIT_S  # nobody is enrolled yet, and no route is driven at this hour
        except NotNow as later:
            self.say("demo_waits", why=later.end.why.value)
            return min(later.end.after_s, LONGEST_WAIT_S)
        except Declined as declined:
            self.say("demo_declined", act=act, problem=declined.problem.slug)
        return 0.0

    # --- acts ---------------------------------------------------------------------------------------

    def check_in(self) -> bool:
        """Check somebody in at the right place, the wrong one, with another face, in the dark, or by a printed photo."""
        login = self.rng.choice(SUPERVISORS)
        phone = self._phone(login)
        phone.sync()
        now = phone.client.server_now()
        choices = [
            (task, person.id)
            for task in self._played(login, phone.tasks, now)
            for person in task.people
            if person.enrolled
            and person.id in self.cast.faces
            and self._can_be(inner_point(_place(task)), now, login, person.id)
        ]
        if not choices:
            return False
        for spot_check in phone.spot_checks:
            asked = [(task, person) for task, person in choices if (task.id, person) == _asked(spot_check)]
            if asked and spot_check.id not in self._answered:
                self._answered.add(spot_check.id)
                self._send(phone, login, *asked[0], spot_check)
                return True
        self._send(phone, login, *self.rng.choice(choices))
        return True

    def _played(self, login: str, tasks: list[TaskCard], now: datetime) -> list[TaskCard]:
        """The public works of this hour. The demonstration's supervisor stays where it plays: nobody is at two places."""
        works = [
            task
            for task in tasks
            if task.kind is TaskKind.PUBLIC_WORKS and task.starts_at <= now < task.ends_at
        ]
        stage = [task for task in works if any(card.id == self.cast.portrait_of for card in task.people)]
        return stage[:1] if login == LOGIN and stage else works

    def _send(
        self,
        phone: SimulatedPhone,
        login: str,
        task: TaskCard,
        person_id: UUID,
        spot_check: SpotCheck | None = None,
    ) -> None:
        way = self.rng.choices(list(WAYS), list(WAYS.values()))[0]
        face, place, now = self.cast.faces[person_id], _place(task), phone.client.server_now()
        at = inner_point(place)
        if way == "outside":
            away = outer_point(place, self.rng.uniform(60, 400), self.rng)
            if login == LOGIN or not self._can_be(away, now, login, person_id):
                way = "right"
            else:
                at = away
        if way == "another":
            face = self.rng.choice(self._others(face) or [face])
        capture = phone.check_in(
            task,
            person_id,
            face,
            at,
            way=Way.FLAT if way == "printed" else Way.LIVE,
            light=DARKNESS if way == "dark" else 1.0,
            kind=CheckInKind.SPOT_CHECK if spot_check else self._kind(task, person_id, now),
            spot_check_id=spot_check.id if spot_check else None,
        )
        self._seen[login] = self._seen[person_id] = (at, now)
        end = phone.send(capture, patience_s=LONGEST_WAIT_S)
        if isinstance(end, Stored):
            outcome = end.answer.outcome.value if end.answer.outcome else "pending"
            self.say("demo_check_in", id=str(capture.id), way=way, outcome=outcome)
        elif isinstance(end, Refused):
            self.say("demo_check_in", id=str(capture.id), way=way, problem=end.problem.slug)
        else:
            raise NotNow(end)

    def _kind(self, task: TaskCard, person_id: UUID, now: datetime) -> CheckInKind:
        """First somebody arrives; in the last half hour people go."""
        if (task.id, person_id) not in self._arrived:
            self._arrived.add((task.id, person_id))
            return CheckInKind.ARRIVAL
        return CheckInKind.DEPARTURE if task.ends_at - now < LAST_PART else CheckInKind.SPOT_CHECK

    def _can_be(self, at: Point, now: datetime, *who: str | UUID) -> bool:
        """Whether all of them can have come there since they were last seen."""
        return all(
            distance_m(seen, at) <= NEAR_M + FASTEST_MPS * (now - then).total_seconds()
            for seen, then in (self._seen[each] for each in who if each in self._seen)
        )

    def _others(self, face: Face) -> list[Face]:
        return [other for other in (*self.cast.faces.values(), *self.cast.strangers) if other != face]

    def dispatch(self) -> bool:
        """Plan the coming day like this one, close shifts that are over, look at what is done."""
        phone = self._phone(self.rng.choice(DISPATCHERS))
        now = phone.client.server_now()
        tasks = list(self._pages(phone, "/tasks", now))
        begins = {(task["title"], datetime.fromisoformat(task["starts_at"])) for task in tasks}
        for task in tasks:
            start, end = (datetime.fromisoformat(task[name]) for name in ("starts_at", "ends_at"))
            missing = (task["title"], start + DAY) not in begins and start + DAY < now + PLAN_AHEAD
            if missing and task["state"] != TaskState.CANCELLED:
                self._plan(phone, task, start + DAY, end + DAY)
                return True
            public_works = task["kind"] == TaskKind.PUBLIC_WORKS
            if public_works and end < now and task["state"] == TaskState.IN_PROGRESS:
                self._close(phone, task)
                return True
            if public_works and start <= now < end and task["state"] == TaskState.ASSIGNED:
                self._move(phone, task, TaskState.IN_PROGRESS)
                return True
        if self._plan_route(phone, now):
            return True
        done = [task for task in tasks if task["state"] == TaskState.DONE]
        if done:
            task = self.rng.choice(done)
            again = task["kind"] != TaskKind.PUBLIC_WORKS and self.rng.random() < 0.6
            self._move(
                phone, task, TaskState.IN_PROGRESS if again else TaskState.VERIFIED, AGAIN if again else ""
            )
        return bool(done)

    def _close(self, phone: SimulatedPhone, task: dict[str, Any]) -> None:
        """Call a shift done; one to which nobody came has no evidence and is cancelled."""
        try:
            self._move(phone, task, TaskState.DONE)
        except Declined:
            self._move(phone, task, TaskState.CANCELLED, NOBODY_CAME)

    def _move(self, phone: SimulatedPhone, task: dict[str, Any], to: TaskState, reason: str = "") -> None:
        phone.client.move_task(uuid4(), UUID(task["id"]), to, reason)
        self.say("demo_task", id=task["id"], to=to.value)

    def _plan(self, phone: SimulatedPhone, task: dict[str, Any], start: datetime, end: datetime) -> None:
        """The same task again, at another time, handed to the same people."""
        body = {name: task[name] for name in PLANNED}
        body |= {"starts_at": start.isoformat(), "ends_at": end.isoformat()}
        planned = phone.client.call("POST", "/tasks", body)
        self._move(phone, planned, TaskState.ASSIGNED)

    def _plan_route(self, phone: SimulatedPhone, now: datetime) -> bool:
        """The first route of this day that nobody drives tomorrow, again for tomorrow."""
        routes = list(self._pages(phone, "/routes", now))
        begins = {(route["title"], datetime.fromisoformat(route["starts_at"])) for route in routes}
        for route in routes:
            start, end = (datetime.fromisoformat(route[name]) + DAY for name in ("starts_at", "ends_at"))
            if (route["title"], start) not in begins and start < now + PLAN_AHEAD:
                driven = phone.client.call("GET", f"/routes/{route['id']}")
                body = {name: driven[name] for name in ROUTE_PLANNED}
                body |= {"starts_at": start.isoformat(), "ends_at": end.isoformat()}
                body["stops"] = [{name: stop[name] for name in STOP_PLANNED} for stop in driven["stops"]]
                planned = phone.client.call("POST", "/routes", body)
                phone.client.call("POST", f"/routes/{planned['id']}/moves", {"to": RouteState.RELEASED})
                self.say("demo_route", id=planned["id"])
                return True
        return False

    def _pages(self, phone: SimulatedPhone, path: str, now: datetime) -> Iterator[dict[str, Any]]:
        """What is planned around this day in the dispatcher's districts."""
        query = {"from": (now - DAY).isoformat(), "until": (now + 2 * DAY).isoformat(), "limit": "200"}
        page = phone.client.call("GET", path, **query)
        yield from page["items"]
        while page["next"]:
            page = phone.client.call("GET", path, **query, cursor=page["next"])
            yield from page["items"]

    def _phone(self, login: str) -> OutboxPhone:
        """A phone that is signed in."""
        phone = self._phones[login]
        if phone.client.tokens is None:
            phone.client.login(login, self.cast.passwords[login], f"Qala demo city, {login}")
        return phone


def _place(task: TaskCard) -> Place:
    return place_of(task.place or {}, task.radius_m)


def _asked(spot_check: SpotCheck) -> tuple[UUID, UUID]:
    return spot_check.task_id, spot_check.person_id
