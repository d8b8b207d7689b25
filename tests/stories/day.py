"""A day at work told through the API alone: phones in the field, officers at their desks, people with faces, and a clock."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend.database import transaction
from backend.ledger import proof
from backend.ledger.models import AccessEntry
from backend.ledger.work import anchor_now
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import (
    INSIDE,
    CheckInDraft,
    another_shot,
    enrol,
    frames_of,
    make_geofence,
    make_order,
    make_person,
    make_task,
)
from tests.fakes import face_photo
from tests.phone import Phone

CITY = ZoneInfo("Asia/Almaty")
BOOTED_BEFORE = timedelta(hours=30)  # a phone is rarely started anew
WORDS = ("application/json", "application/problem+json", "text/plain")
Manifest = dict[str, Any]
Trick = Callable[[Manifest], None]  # bends what the phone says before it signs


@dataclass
class Person:
    """Somebody who serves public works: the face that others see, and the ids that the program knows."""

    face: str
    id: str
    order_id: str = ""


class Minutes(NamedTuple):
    """A person's hours in minutes."""

    worked: int
    credited: int
    over_cap: int
    unproven: int


class Hearing(FlaskClient):
    """A client that remembers every word that it was told."""

    heard: list[str]

    def open(self, *args: Any, **options: Any) -> TestResponse:
        """Ask, and remember the answer."""
        answer = super().open(*args, **options)
        if answer.content_type.startswith(WORDS):
            self.heard.append(answer.text)
        return answer


@dataclass
class Handset:
    """A supervisor's phone in the field: offline it captures now and delivers later; its boot clock cannot be set."""

    phone: Phone
    clock: Clock
    task_id: str
    booted_at: datetime
    met_server_at: datetime | None  # since it was started
    wall_ahead: timedelta = timedelta()
    offline: bool = False
    spot_checks: list[dict[str, Any]] = field(default_factory=list)
    outbox: list[CheckInDraft] = field(default_factory=list)
    _held: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _captured: int = 0

    @property
    def user_id(self) -> str:
        """Who holds it."""
        return str(self.phone.tokens["user"]["id"])

    # --- going offline and coming back -------------------------------------------------------------------------------

    def goes_offline(self, people: Sequence[Person], each: int) -> None:
        """Take challenges and the coming spot checks along."""
        body = {"task_id": self.task_id, "person_ids": [one.id for one in people], "each": each}
        batch = said(self.phone.post("/check-in-challenges", json={**body, "offline": True}), 201)
        self.offline, self.spot_checks = True, batch["spot_checks"]
        self.met_server_at = datetime.fromisoformat(batch["server_time"])
        for challenge in batch["items"]:
            self._held.setdefault(challenge["person_id"], []).append(challenge)

    def restarts(self) -> None:
        """Be switched off and on: the boot clock starts anew, and the server's time is forgotten."""
        self.booted_at, self.met_server_at = self.clock(), None

    def comes_back(self) -> list[dict[str, Any]]:
        """Deliver everything, oldest first; returns the answers."""
        self.offline, drafts, self.outbox = False, self.outbox, []
        return [said(draft.send(self.phone)) for draft in drafts]

    # --- what people do before it ------------------------------------------------------------------------------------

    def arrives(self, person: Person, **how: Any) -> dict[str, Any]:
        """Somebody comes to work."""
        return self.checks(person, "arrival", **how)

    def leaves(self, person: Person, **how: Any) -> dict[str, Any]:
        """Somebody goes home."""
        return self.checks(person, "departure", **how)

    def is_checked(self, person: Person, spot_check: dict[str, Any], **how: Any) -> dict[str, Any]:
        """Somebody is asked for during the shift."""
        return self.checks(person, "spot_check", spot_check_id=spot_check["id"], **how)

    def checks(self, person: Person, kind: str, **how: Any) -> dict[str, Any]:
        """Capture and deliver; offline the answer is empty until the phone is back."""
        draft = self.captures(person, kind, **how)
        if self.offline:
            self.outbox.append(draft)
            return {}
        return said(draft.send(self.phone))

    def captures(
        self,
        person: Person,
        kind: str = "arrival",
        *,
        face: str = "",
        flat: bool = False,
        at: tuple[float, float] = INSIDE,
        spot_check_id: str | None = None,
        challenge: dict[str, Any] | None = None,
        frames: list[bytes] | None = None,
        trick: Trick | None = None,
    ) -> CheckInDraft:
        """A check-in as the phone keeps it: signed when it is sent, with the times of both of its clocks."""
        self._captured += 1
        draft = CheckInDraft(
            person_id=person.id,
            task_id=self.task_id,
            device_id=self.phone.device_id,
            captured_at=self.clock() + self.wall_ahead,
            frames=frames_of(face or person.face),
            at=at,
            id=str(
                uuid5(NAMESPACE_URL, f"{self.phone.name}/{self._captured}")
            ),  # so chance is the same each run
            kind=kind,
            flat=flat,
        )
        draft.answer(challenge or self.asks(person))
        if frames is not None:
            draft.frames = frames
        manifest = draft.manifest() | {"spot_check_id": spot_check_id, "clock": self._clocks()}
        for one in (*manifest["frames"], *manifest["fixes"]):
            one["boot_ms"] = self._boot_ms(datetime.fromisoformat(one["taken_at"]) - self.wall_ahead)
        if trick is not None:
            trick(manifest)
        draft.changes = manifest
        return draft

    def asks(self, person: Person) -> dict[str, Any]:
        """The next challenge: a held one when offline, else a new one."""
        if self.offline:
            return self._held[person.id].pop(0)
        body = {"task_id": self.task_id, "person_ids": [person.id]}
        batch = said(self.phone.post("/check-in-challenges", json=body), 201)
        self.met_server_at = datetime.fromisoformat(batch["server_time"])
        challenge: dict[str, Any] = batch["items"][0]
        return challenge

    def _clocks(self) -> dict[str, Any]:
        met = self.met_server_at
        return {
            "boot_id": f"{self.phone.name} {self.booted_at.isoformat()}",
            "boot_ms": self._boot_ms(self.clock()),
            "server_at": met and met.isoformat(),
            "server_boot_ms": met and self._boot_ms(met),
        }

    def _boot_ms(self, moment: datetime) -> int:
        return max(round((moment - self.booted_at).total_seconds() * 1000), 0)


@dataclass
class Day:
    """Everybody and everything of a day in one district."""

    app: Flask
    clock: Clock
    district_id: UUID
    staff: Callable[..., Phone]
    client: Hearing
    admin: Phone
    dispatcher: Phone
    geofence_id: str = ""
    _registered: int = 0

    @classmethod
    def begin(cls, app: Flask, clock: Clock, district_id: UUID, staff: Callable[..., Phone]) -> Day:
        """A working district: an administrator, a dispatcher and a park to work in."""
        app.test_client_class = Hearing
        client = app.test_client()
        assert isinstance(client, Hearing)
        client.heard = []
        desks = [staff(role) for role in (Role.ADMINISTRATOR, Role.DISPATCHER)]
        for desk in desks:
            desk.client = client
        day = cls(app, clock, district_id, staff, client, *desks)
        day.geofence_id = make_geofence(day.dispatcher, district_id)
        return day

    def officer(self, role: Role = Role.DISPATCHER, **options: Any) -> Phone:
        """One more member of staff."""
        phone = self.staff(role, **options)
        phone.client = self.client
        return phone

    def supervisor(self, task_id: str = "") -> Handset:
        """One more supervisor with a phone."""
        phone = self.officer(Role.SUPERVISOR)
        now = self.clock()
        return Handset(phone, self.clock, task_id, booted_at=now - BOOTED_BEFORE, met_server_at=now)

    # --- time --------------------------------------------------------------------------------------------------------

    def at(self, hhmm: str, *, days_later: int = 0) -> datetime:
        """A moment of this day, or a later one, by the city's clock."""
        today = self.clock().astimezone(CITY).date()
        return datetime.combine(today + timedelta(days=days_later), time.fromisoformat(hhmm), CITY)

    def becomes(self, moment: str | datetime) -> None:
        """Let it become later, while the workers work."""
        later = self.at(moment) if isinstance(moment, str) else moment
        assert later >= self.clock(), "time does not run backwards"
        self.clock.moment = later
        self.app.extensions["qala_jobs"].sweep()

    # --- planning ----------------------------------------------------------------------------------------------------

    def task(
        self,
        handset: Handset,
        people: Sequence[Person],
        since: str | datetime,
        until: str | datetime,
        **fields: Any,
    ) -> str:
        """Work in the park, handed to a supervisor whose phone shows it from now on."""
        start, end = (self.at(each) if isinstance(each, str) else each for each in (since, until))
        handset.task_id = make_task(
            self.dispatcher,
            self.district_id,
            start=start,
            hours=(end - start).total_seconds() / 3600,
            person_ids=[person.id for person in people],
            **{"geofence_id": self.geofence_id, "assignee_ids": [handset.user_id], **fields},
        )
        return handset.task_id

    def registers(self, face: str, **fields: Any) -> Person:
        """Somebody with an order of 120 hours and, unless refused, no face known yet."""
        self._registered += 1
        person_id = make_person(
            self.dispatcher, self.district_id, family_name=face.title(), seed=100 * self._registered, **fields
        )
        return Person(face, person_id, make_order(self.dispatcher, person_id))

    def enrols(self, person: Person, *, by: Phone | None = None, shots: int = 4) -> dict[str, Any]:
        """Take photos of somebody's face."""
        photos = [face_photo(person.face, shot) for shot in range(shots)]
        return said(enrol(by or self.dispatcher, person.id, photos))

    # --- what officers see and do ------------------------------------------------------------------------------------

    def hours_of(self, person: Person, by: Phone | None = None) -> Minutes:
        """A person's hours of this day."""
        today = self.clock().astimezone(CITY).date().isoformat()
        hours = self.account_of(person, f"?from={today}&until={today}", by)
        return Minutes(*(hours[f"{name}_min"] for name in Minutes._fields))

    def account_of(self, person: Person, query: str = "", by: Phone | None = None) -> dict[str, Any]:
        """The whole account of a person's hours."""
        return said((by or self.dispatcher).get(f"/people/{person.id}/hours{query}"))

    def order_of(self, person: Person) -> dict[str, Any]:
        """A person's order as it stands."""
        return said(self.dispatcher.get(f"/orders/{person.order_id}"))

    def decides(
        self, by: Phone, check_in_id: str, outcome: str, reason: str, words: str = "Сверено с паспортом."
    ) -> TestResponse:
        """Decide on a check-in that is in review."""
        body = {"outcome": outcome, "reason": reason, "words": words}
        return by.post(f"/reviews/{check_in_id}/decision", json=body)

    def enters_sheet(
        self,
        by: Phone,
        person: Person,
        task_id: str,
        since: str,
        until: str,
        reason: str,
    ) -> dict[str, Any]:
        """Enter a signed paper sheet with its photo."""
        times = {"came_at": self.at(since).isoformat(), "left_at": self.at(until).isoformat()}
        sheet = {"person_id": person.id, "task_id": task_id, "reason": reason, **times}
        parts = {"sheet": json.dumps(sheet), "photo": [(io.BytesIO(a_page()), "sheet.png")]}
        return said(by.put(f"/paper-sheets/{uuid4()}", data=parts, content_type="multipart/form-data"))

    def enters_absence(
        self, by: Phone, person: Person, reason: str, words: str, documents: Sequence[bytes] = ()
    ) -> dict[str, Any]:
        """Enter why somebody was not there today."""
        today = self.clock().astimezone(CITY).date().isoformat()
        absence = {"person_id": person.id, "from_day": today, "until_day": today}
        parts = {"absence": json.dumps({**absence, "reason": reason, "words": words}), **_files(documents)}
        return said(by.put(f"/absences/{uuid4()}", data=parts, content_type="multipart/form-data"))

    def brings_documents(self, by: Phone, absence_id: str, *documents: bytes) -> dict[str, Any]:
        """Bring the documents of an absence later."""
        path = f"/absences/{absence_id}/documents"
        return said(by.put(path, data=_files(documents), content_type="multipart/form-data"))

    def rules_on(self, by: Phone, path: str, outcome: str, words: str) -> TestResponse:
        """Decide on ``paper-sheets/…``, ``absences/…`` or ``appeals/…``."""
        return by.post(f"/{path}/decision", json={"outcome": outcome, "words": words})

    def objects(
        self, person: Person, kind: str, subject_id: str, words: str, *, writes: Phone
    ) -> dict[str, Any]:
        """Somebody objects to what was decided, and a member of staff writes it down."""
        appeal = {
            "person_id": person.id,
            "about": {"kind": kind, "id": subject_id},
            "filed_by_person": "Сам",
            "filed_as": "spoken",
            "words": words,
            "filed_on": self.clock().astimezone(CITY).date().isoformat(),
        }
        return said(writes.put(f"/appeals/{uuid4()}", json=appeal))

    def completes(self, person: Person, reason: str) -> TestResponse:
        """Let the dispatcher say that an order was served."""
        body = {"to": "completed", "reason": reason}
        return self.dispatcher.post(f"/orders/{person.order_id}/moves", json=body)

    def events(self, by: Phone | None = None) -> list[dict[str, Any]]:
        """The live feed from its begin, as far as somebody may see it."""
        return list(self._events(by or self.dispatcher))

    def _events(self, by: Phone) -> Iterator[dict[str, Any]]:
        after = 0
        while page := said(by.get(f"/events?after={after}&limit=200"))["items"]:
            yield from page
            after = page[-1]["id"]

    def told(self, *kinds: str) -> list[str]:
        """Those of the kinds that the feed has told, in its order."""
        return [event["kind"] for event in self.events() if event["kind"] in kinds]

    # --- proof -------------------------------------------------------------------------------------------------------

    def ledger_flaw(self) -> object | None:
        """What is wrong with the ledger, its anchors or the access log; None when it is sound."""
        with self.app.app_context():
            anchor_now()
            with transaction(read_only=True):
                return proof.verify()

    def ledger_text(self) -> str:
        """Every word of the ledger."""
        return json.dumps([event["content"] for event in self.events(self.admin)], ensure_ascii=False)

    def reads_by(self, phone: Phone) -> list[tuple[str, str]]:
        """What the access log says that somebody looked at: (action, subject)."""
        query = sa.select(AccessEntry.action, AccessEntry.subject).where(
            AccessEntry.actor == f"user:{phone.tokens['user']['id']}"
        )
        with self.app.app_context(), transaction(read_only=True) as session:
            return [(row.action, row.subject) for row in session.execute(query.order_by(AccessEntry.id))]


def a_page() -> bytes:
    """A photo of a paper; no two are the same."""
    return another_shot(face_photo("paper"))


def _files(documents: Sequence[bytes]) -> dict[str, Any]:
    return {"document": [(io.BytesIO(data), "note.png") for data in documents]}


def said(answer: TestResponse, status: int = 200) -> dict[str, Any]:
    """The body of an answer that must have this status."""
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json  # type: ignore[assignment]
    return body


def results(answer: dict[str, Any]) -> dict[str, str]:
    """What each reason of a verdict says: {"face_match": "ok", …}."""
    return {finding["code"]: finding["result"] for finding in answer["findings"]}


def culprits(answer: dict[str, Any]) -> tuple[str, set[str]]:
    """The outcome of a verdict, and the codes of what spoke against acceptance: those that failed, else the doubts."""
    found = results(answer)
    worst = "fail" if "fail" in found.values() else "doubt"
    return answer["outcome"], {code for code, result in found.items() if result == worst}
