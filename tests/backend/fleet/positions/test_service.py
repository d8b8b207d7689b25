"""Positions of crews: kept during shifts only, once each, for a while, for the one concerned and by route."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.fleet.positions.models import LocationFix
from backend.fleet.positions.work import purge_positions
from backend.ledger.models import AccessEntry
from shared.vocabulary import Role
from tests.conftest import PASSWORD, Clock
from tests.factories import INSIDE, fixes_at, location_batch, make_geofence, make_route, make_task
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.fixture
def crew(staff: Staff) -> Phone:
    """A signed-in crew."""
    return staff(Role.CREW)


@pytest.fixture
def route(staff: Staff, crew: Phone, clock: Clock, district_id: UUID) -> dict[str, Any]:
    """A route of eight hours that begins now."""
    crew_id = str(crew.tokens["user"]["id"])
    return make_route(staff(Role.DISPATCHER), district_id, start=clock(), assignee_ids=[crew_id])


def send(phone: Phone, fixes: list[dict[str, Any]], **changes: Any) -> tuple[int, int, int]:
    """What became of some fixes: kept, doubles, outside a shift."""
    batch = location_batch(phone, fixes, **changes)
    answer = phone.put(f"/location-fixes/{batch['id']}", json=batch)
    assert 200 == answer.status_code, answer.text
    return answer.json["kept"], answer.json["doubles"], answer.json["outside_shift"]


def test_positions_of_a_shift_are_kept_and_ones_own(crew: Phone, route: dict[str, Any], clock: Clock) -> None:
    """Oldest first, with the route that they belong to."""
    assert (3, 0, 0) == send(crew, fixes_at(INSIDE, clock()), route_id=route["id"])
    items = crew.get("/location-fixes").json["items"]
    assert [route["id"]] * 3 == [each["route_id"] for each in items]
    assert sorted(each["at"] for each in items) == [each["at"] for each in items]


def test_the_same_batch_again_gets_the_same_answer(crew: Phone, route: dict[str, Any], clock: Clock) -> None:
    """An answer was lost; other content under the id is a conflict."""
    batch = location_batch(crew, fixes_at(INSIDE, clock()))
    path = f"/location-fixes/{batch['id']}"
    first = crew.put(path, json=batch)
    clock.advance(minutes=5)
    assert first.json == crew.put(path, json=batch).json
    assert 3 == len(crew.get("/location-fixes").json["items"])
    assert 409 == crew.put(path, json=batch | {"fixes": batch["fixes"][:1]}).status_code


def test_doubled_and_late_fixes_are_kept_once(crew: Phone, route: dict[str, Any], clock: Clock) -> None:
    """By device and time, within a batch and between batches, in any order."""
    fixes = fixes_at(INSIDE, clock(), 5)
    assert (2, 1, 0) == send(crew, [fixes[4], fixes[3], fixes[4]])
    assert (3, 2, 0) == send(crew, fixes)
    assert 5 == len(crew.get("/location-fixes").json["items"])


def test_nobody_is_followed_outside_a_shift(crew: Phone, route: dict[str, Any], clock: Clock) -> None:
    """Received, so that the phone may forget them, and not kept: before, after, in 1970 and in the future."""
    moments = [clock() - timedelta(hours=2), clock() + timedelta(minutes=20), clock()]
    fixes = [fixes_at(INSIDE, moment, 1)[0] for moment in moments]
    fixes.append({**fixes[0], "taken_at": "1970-01-01T00:00:00Z"})
    assert (1, 0, 3) == send(crew, fixes)
    clock.advance(days=1)
    crew.sign_in(crew.tokens["user"]["login"], PASSWORD)
    assert (0, 0, 1) == send(crew, fixes_at(INSIDE, clock(), 1))


def test_a_task_is_a_shift_too(crew: Phone, staff: Staff, clock: Clock, district_id: UUID) -> None:
    """A crew without a route, on an inspection."""
    admin = staff(Role.ADMINISTRATOR)
    assert (0, 0, 1) == send(crew, fixes_at(INSIDE, clock(), 1))
    make_task(
        admin,
        district_id,
        start=clock(),
        geofence_id=make_geofence(admin, district_id),
        assignee_ids=[str(crew.tokens["user"]["id"])],
        person_ids=[],
        kind="inspection",
    )
    assert (1, 0, 0) == send(crew, fixes_at(INSIDE, clock(), 1))
    assert crew.get("/location-fixes").json["items"][0]["route_id"] is None


def test_the_boot_clock_says_when_a_fix_was_taken(crew: Phone, route: dict[str, Any], clock: Clock) -> None:
    """A wall clock two days off neither loses the position nor shows it at another time."""
    wall = clock() + timedelta(days=2)
    fix = {**fixes_at(INSIDE, wall, 1)[0], "boot_ms": 500_000}
    times = {"boot_id": "b", "boot_ms": 560_000, "server_at": clock().isoformat(), "server_boot_ms": 560_000}
    assert (1, 0, 0) == send(crew, [fix], clock=times)
    at = crew.get("/location-fixes").json["items"][0]["at"]
    assert (clock() - timedelta(minutes=1)).isoformat() == at


def test_dispatchers_see_positions_by_route_only_and_the_read_is_logged(
    crew: Phone, route: dict[str, Any], clock: Clock, staff: Staff, app: Flask, other_district_id: UUID
) -> None:
    """Not of a person's day, and not of another district."""
    send(crew, fixes_at(INSIDE, clock()))
    dispatcher, stranger = staff(Role.DISPATCHER), staff(Role.DISPATCHER, districts=[other_district_id])
    refused = dispatcher.get("/location-fixes")
    assert (422, ["route"]) == (refused.status_code, list(refused.json["errors"]))
    path = f"/location-fixes?route={route['id']}"
    assert (3, 0) == (len(dispatcher.get(path).json["items"]), len(stranger.get(path).json["items"]))
    with app.app_context(), transaction(read_only=True):
        subjects = db.session().scalars(
            sa.select(AccessEntry.subject).where(AccessEntry.action == "location_fixes.read")
        )
        assert [f"route:{route['id']}"] * 2 == list(subjects)


def test_another_crew_sees_none_of_them(
    crew: Phone, route: dict[str, Any], clock: Clock, staff: Staff
) -> None:
    """Visible to the one concerned."""
    send(crew, fixes_at(INSIDE, clock()))
    other = staff(Role.CREW)
    assert [] == other.get("/location-fixes").json["items"]
    assert [] == other.get(f"/location-fixes?route={route['id']}").json["items"]


def test_positions_page_by_cursor(crew: Phone, route: dict[str, Any], clock: Clock) -> None:
    """Every one once."""
    send(crew, fixes_at(INSIDE, clock(), 5))
    first = crew.get("/location-fixes?limit=3").json
    rest = crew.get(f"/location-fixes?limit=3&cursor={first['next']}").json
    times = [each["at"] for page in (first, rest) for each in page["items"]]
    assert (5, None, sorted(times)) == (len(set(times)), rest["next"], times)


def test_positions_are_purged_by_setting(
    crew: Phone, route: dict[str, Any], clock: Clock, app: Flask
) -> None:
    """After thirty days; the batch's answer stays for a phone that asks again."""
    batch = location_batch(crew, fixes_at(INSIDE, clock()))
    path = f"/location-fixes/{batch['id']}"
    first = crew.put(path, json=batch).json
    for days, left in ((29, 3), (2, 0)):
        clock.advance(days=days)
        with app.app_context():
            purge_positions()
            with transaction(read_only=True):
                count = db.session().scalar(sa.select(sa.func.count()).select_from(LocationFix))
        assert left == count
    crew.sign_in(crew.tokens["user"]["login"], PASSWORD)
    assert first == crew.put(path, json=batch).json


def test_a_batch_of_another_device_or_id_is_refused_by_field(crew: Phone, clock: Clock) -> None:
    """Both are named at once."""
    batch = location_batch(crew, fixes_at(INSIDE, clock()), device_id=str(uuid4()))
    answer = crew.put(f"/location-fixes/{uuid4()}", json=batch)
    assert (422, {"id", "device_id"}) == (answer.status_code, set(answer.json["errors"]))
    batch["fixes"][1]["accuracy_m"] = -3
    answer = crew.put(f"/location-fixes/{batch['id']}", json=batch)
    assert (422, {"fixes[1].accuracy_m"}) == (answer.status_code, set(answer.json["errors"]))
