"""A day at work told through the API alone: phones in the field, officers at their desks, people with faces, and a clock."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4
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
    another_shot,
    enrol,
    make_geofence,
    make_order,
    make_person,
    make_task,
)
from tests.fakes import face_photo
from tests.phone import Phone
from tests.stories.handset import Handset, Person, said

CITY = ZoneInfo("Asia/Almaty")
BOOTED_BEFORE = timedelta(hours=30)  # a phone is rarely started anew
WORDS = ("application/json", "application/problem+json", "text/plain")


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
        admin, dispatcher = staff(Role.ADMINISTRATOR), staff(Role.DISPATCHER)
        admin.client = dispatcher.client = client
        day = cls(app, clock, district_id, staff, client, admin, dispatcher)
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

    def appeals(
        self, person: Person, kind: str, subject_id: str, words: str, *, writes: Phone
    ) -> dict[str, Any]:
        """Somebody appeals against what was decided, and a member of staff writes it down."""
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


def results(answer: dict[str, Any]) -> dict[str, str]:
    """What each reason of a verdict says: {"face_match": "ok", …}."""
    return {finding["code"]: finding["result"] for finding in answer["findings"]}


def culprits(answer: dict[str, Any]) -> tuple[str, set[str]]:
    """The outcome of a verdict, and the codes of what spoke against acceptance: those that failed, else the doubts."""
    found = results(answer)
    worst = "fail" if "fail" in found.values() else "doubt"
    return answer["outcome"], {code for code, result in found.items() if result == worst}
