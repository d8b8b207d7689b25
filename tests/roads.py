"""Makers of what road tests need: reports at places of the invented city's streets, taken in as after a look at their photos."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask
from werkzeug.test import TestResponse

from backend.database import db, transaction
from backend.roads.cases.intake import take_in
from backend.roads.models import Defect
from shared.geometry import Point
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.fakes import road_photo
from tests.phone import Phone

EAST_M = 1.0 / 64_000.0  # degrees of longitude in a metre, near enough in Petropavl
NORTH_M = 1.0 / 111_195.0
CLEAN: dict[str, Any] = {"kind_guess": None}
SHOTS = itertools.count(20_000)


def beside(place: Point, *, east_m: float = 0.0, north_m: float = 0.0) -> Point:
    """A place some metres away."""
    return Point(lat=place.lat + north_m * NORTH_M, lon=place.lon + east_m * EAST_M)


def report(
    app: Flask,
    crew: Phone,
    at: Point,
    moment: datetime,
    *,
    accuracy_m: float = 8.0,
    taken: bool = True,
    **changes: Any,
) -> UUID:
    """Report a fault at a place as a crew's phone does; returns the report's id, which is taken in."""
    fixes = [{"lat": at.lat, "lon": at.lon, "accuracy_m": accuracy_m, "taken_at": moment.isoformat()}]
    draft = defect_draft(crew, moment, fixes=fixes, heading_deg=changes.pop("heading_deg", None), **changes)
    answer = draft.send(crew)
    assert answer.status_code == 200, answer.text
    if taken:
        take(app, UUID(draft.id))
    return UUID(draft.id)


def take(app: Flask, defect_id: UUID) -> None:
    """What a worker does when a report's photos have been looked at."""
    with app.app_context(), transaction():
        take_in(db.session().get_one(Defect, defect_id))


def wait(clock: Clock, *phones: Phone, **step: float) -> None:
    """Let time pass; the phones stay signed in."""
    clock.advance(**step)
    for phone in phones:
        phone.refresh()


def cases(phone: Phone, query: str = "") -> list[dict[str, Any]]:
    """Cases as a list shows them."""
    answer = phone.get(f"/cases?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json["items"]  # type: ignore[index,no-any-return]


def one(phone: Phone, case_id: str) -> dict[str, Any]:
    """One case with everything."""
    answer = phone.get(f"/cases/{case_id}")
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[return-value]


def move(phone: Phone, case_id: str, to: str, *, move_id: object = None, **body: Any) -> TestResponse:
    """Ask for a move under a fresh id."""
    return phone.put(f"/cases/{case_id}/moves/{move_id or uuid4()}", json={"to": to, **body})


def clean_photo() -> list[bytes]:
    """A road without a fault; no two of them are the same file."""
    return [road_photo(None, shot=next(SHOTS))]


def repaired(clock: Clock, **said: Any) -> dict[str, Any]:
    """What is said of a repair that is done now."""
    return {"contractor": "ТОО Жол", "repaired_at": clock().isoformat(), **said}


def planned(dispatcher: Phone, crew: Phone, clock: Clock, case_id: str) -> dict[str, Any]:
    """A confirmed case and its task in the crew's hands."""
    assert move(dispatcher, case_id, "confirmed").status_code == 200
    body = {
        "starts_at": clock().isoformat(),
        "ends_at": (clock() + timedelta(days=2)).isoformat(),
        "assignee_ids": [crew.tokens["user"]["id"]],
    }
    answer = dispatcher.post(f"/cases/{case_id}/repair-task", json=body)
    assert answer.status_code == 201, answer.text
    task_id = answer.json["task_id"]  # type: ignore[index]
    assert dispatcher.post(f"/tasks/{task_id}/moves", json={"to": "assigned"}).status_code == 200
    return answer.json  # type: ignore[return-value]
