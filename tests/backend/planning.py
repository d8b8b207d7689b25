"""Squares, geofences, people, tasks and principals of Petropavl, for the tests of planning and sync."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Flask

from backend.accounts.models import Device, Session, User
from backend.accounts.sign_in import principal_of
from backend.clock import new_id, now
from backend.database import db, transaction
from backend.geofences import service as geofences
from backend.people import service as people
from backend.people.rules import check_digit
from backend.people.service import Identity
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.geometry import Point
from shared.vocabulary import BiometricBasis, Language, Role, TaskKind, TaskState
from tests.conftest import make_user

LON, LAT = 69.15, 54.87
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)  # the day on which the test clock stands at 04:00
LATER = MONDAY + timedelta(days=365)


def square(lon: float = LON, lat: float = LAT, side: float = 0.002) -> dict[str, Any]:
    """A GeoJSON square of about 130 by 220 m round a point."""
    half = side / 2
    west, east, south, north = lon - half, lon + half, lat - half, lat + half
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def principal(app: Flask, role: Role, districts: list[UUID], login: str | None = None) -> Principal:
    """A new active user of a role, signed in on a new device."""
    user_id = make_user(app, login or f"{role.value.replace('_', '-')}-{uuid4().hex[:8]}", role, districts)
    return on_new_device(app, user_id)


def on_new_device(app: Flask, user_id: UUID) -> Principal:
    """The user as it is now, signed in on one more device."""
    with app.app_context(), transaction() as session:
        user = session.get(User, user_id)
        assert user is not None
        device = Device(
            id=new_id(), user_id=user_id, public_key=uuid4().hex, name="test", registered_at=now()
        )
        session.add(device)
        held = Session(
            id=new_id(),
            user_id=user_id,
            device_id=device.id,
            refresh_hash=uuid4().hex,
            started_at=now(),
            expires_at=now() + timedelta(days=1),
        )
        return principal_of(user, held, held.expires_at)


def make_fence(by: Principal, district_id: UUID, **wished: Any) -> UUID:
    """A geofence of a square that is in force from Monday on."""
    values = {"name": "park", "boundary": square(), "valid_from": MONDAY - timedelta(days=30)} | wished
    with transaction():
        return geofences.create(by, district_id=district_id, **values).id


def make_person(by: Principal, district_id: UUID, number: int = 1) -> UUID:
    """A person under supervision with an ИИН of its own."""
    first = next(
        f"{start:011d}"
        for start in range(90_010_100_000 + number * 20, 90_010_100_000 + number * 20 + 20)
        if check_digit(f"{start:011d}") is not None
    )
    identity = Identity(
        family_name=f"Ахметов{number}", given_name="Серік", iin=f"{first}{check_digit(first)}"
    )
    with transaction():
        return people.register(
            by,
            district_id=district_id,
            identity=identity,
            language=Language.KK,
            biometric_basis=BiometricBasis.CONSENT,
        ).id


def plan(district_id: UUID, **wished: Any) -> dict[str, Any]:
    """What a task needs, at a point in the city on Monday morning."""
    values = {
        "district_id": district_id,
        "kind": TaskKind.PUBLIC_WORKS,
        "title": "Sweep the park",
        "note": "",
        "priority": 3,
        "starts_at": MONDAY + timedelta(hours=4),
        "ends_at": MONDAY + timedelta(hours=8),
        "geofence_id": None,
        "place": Point(lat=LAT, lon=LON),
        "radius_m": 100.0,
        "required_evidence": (),
        "assignee_ids": frozenset(),
        "person_ids": frozenset(),
    } | wished
    if values["geofence_id"] is not None:
        values |= {"place": None, "radius_m": None}
    return values


def make_task(by: Principal, district_id: UUID, *, state: TaskState = TaskState.DRAFT, **wished: Any) -> UUID:
    """A task, moved on to a state."""
    with transaction():
        task_id = tasks.create(by, **plan(district_id, **wished)).id
    path = [TaskState.ASSIGNED, TaskState.IN_PROGRESS, TaskState.DONE, TaskState.VERIFIED]
    for step in path[: path.index(state) + 1] if state in path else []:
        move(task_id, by, step)
    return task_id


def move(task_id: UUID, by: Principal, to: TaskState, reason: str = "") -> None:
    """Move a task in a transaction of its own."""
    with transaction():
        tasks.move(tasks.to_move(task_id, by), by, to=to, reason=reason)


def change(task_id: UUID, by: Principal, **wished: Any) -> None:
    """Change a task in a transaction of its own."""
    with transaction():
        tasks.change(tasks.to_change(task_id, by), by, **wished)


def forget() -> None:
    """Drop what the session remembers, as between two requests."""
    db.session.remove()
