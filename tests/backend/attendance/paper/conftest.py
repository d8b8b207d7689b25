"""A desk in the district: a task that is over, who worked on it, and staff who enter and decide papers."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from shared.vocabulary import Role
from tests.bad_input import jpeg_photo, multipart
from tests.conftest import PASSWORD, Clock
from tests.factories import make_geofence, make_person, make_task
from tests.phone import Phone

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@dataclass
class Desk:
    """Everybody and everything that the paper way needs; the task ran from 04:00 to 08:00, it is 09:00 in the city."""

    supervisor: Phone
    dispatcher: Phone
    second: Phone  # another dispatcher of the district
    clock: Clock
    district_id: UUID
    person_id: str
    task_id: str
    starts_at: datetime

    def sheet(self, **changes: Any) -> dict[str, Any]:
        """What stands on a sheet that is all right."""
        return {
            "person_id": self.person_id,
            "task_id": self.task_id,
            "came_at": self.starts_at.isoformat(),
            "left_at": (self.starts_at + timedelta(hours=4)).isoformat(),
            "reason": "biometrics_refused",
            "note": "Ахметов подписал при мне",
            **changes,
        }

    def absence(self, **changes: Any) -> dict[str, Any]:
        """An absence that is all right."""
        return {
            "person_id": self.person_id,
            "from_day": "2026-11-20",
            "until_day": "2026-11-22",
            "reason": "illness",
            "words": "Ахметов лежал с температурой",
            **changes,
        }

    def hours(self, since_h: float, until_h: float) -> dict[str, str]:
        """Times of a sheet, in hours since the task's begin."""
        return {
            "came_at": (self.starts_at + timedelta(hours=since_h)).isoformat(),
            "left_at": (self.starts_at + timedelta(hours=until_h)).isoformat(),
        }

    def entered(self, by: Phone | None = None, **changes: Any) -> str:
        """The id of a sheet that was just entered."""
        answer = put_sheet(by or self.supervisor, self.sheet(**changes))
        assert 200 == answer.status_code, answer.text
        return str(answer.json["id"])  # type: ignore[index]

    def absent(
        self, by: Phone | None = None, documents: Sequence[bytes] = (jpeg_photo(),), **changes: Any
    ) -> str:
        """The id of an absence that was just entered."""
        answer = put_absence(by or self.supervisor, self.absence(**changes), documents)
        assert 200 == answer.status_code, answer.text
        return str(answer.json["id"])  # type: ignore[index]

    def later(self, **step: float) -> None:
        """Let time pass; everybody signs in again."""
        self.clock.advance(**step)
        for phone in (self.supervisor, self.dispatcher, self.second):
            phone.sign_in(phone.tokens["user"]["login"], PASSWORD)


def put_sheet(
    phone: Phone,
    sheet: dict[str, Any] | bytes,
    photos: Sequence[bytes] = (jpeg_photo(),),
    *,
    sheet_id: str | None = None,
) -> TestResponse:
    """Send a sheet with its photos."""
    return _put(phone, f"/paper-sheets/{sheet_id or uuid4()}", "sheet", sheet, photo=photos)


def put_absence(
    phone: Phone,
    absence: dict[str, Any] | bytes,
    documents: Sequence[bytes] = (),
    *,
    absence_id: str | None = None,
) -> TestResponse:
    """Send an absence with its documents."""
    return _put(phone, f"/absences/{absence_id or uuid4()}", "absence", absence, document=documents)


def add_documents(phone: Phone, absence_id: str, documents: Sequence[bytes]) -> TestResponse:
    """Bring documents later."""
    files = {"document": [(io.BytesIO(data), "paper") for data in documents]}
    return phone.put(f"/absences/{absence_id}/documents", **multipart(files))


def decide(phone: Phone, path: str, outcome: str, words: str = "подпись и время сверены") -> TestResponse:
    """Send a decision on ``paper-sheets/…`` or ``absences/…``."""
    return phone.post(f"/{path}/decision", json={"outcome": outcome, "words": words})


def _put(
    phone: Phone, path: str, name: str, said: dict[str, Any] | bytes, **files: Sequence[bytes]
) -> TestResponse:
    body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
    parts: dict[str, Any] = {name: (io.BytesIO(body), "said.json")}
    parts |= {each: [(io.BytesIO(data), "paper") for data in sent] for each, sent in files.items() if sent}
    return phone.put(path, **multipart(parts))


@pytest.fixture
def desk(staff: Callable[..., Phone], clock: Clock, district_id: UUID) -> Desk:
    """Set the desk up through the API."""
    dispatcher, second, supervisor = staff(Role.DISPATCHER), staff(Role.DISPATCHER), staff(Role.SUPERVISOR)
    person_id = make_person(dispatcher, district_id, biometric_basis="refused")
    starts_at = clock() - timedelta(hours=5)
    task_id = make_task(
        dispatcher,
        district_id,
        start=starts_at,
        geofence_id=make_geofence(dispatcher, district_id),
        assignee_ids=[supervisor.tokens["user"]["id"]],
        person_ids=[person_id],
    )
    return Desk(supervisor, dispatcher, second, clock, district_id, person_id, task_id, starts_at)
