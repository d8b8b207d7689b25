"""Tasks over HTTP: statuses, versions, filters and bad bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.vocabulary import Role
from tests.backend.planning import LAT, LON, square
from tests.phone import Phone

Staff = Callable[..., Phone]
PLACE = {"type": "Point", "coordinates": [LON, LAT]}


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher."""
    return staff(Role.DISPATCHER)


@pytest.fixture
def crew(staff: Staff) -> Phone:
    """A signed-in crew."""
    return staff(Role.CREW)


def user_id(phone: Phone) -> str:
    """Who holds the phone."""
    return str(phone.tokens["user"]["id"])


def body(district_id: UUID, **wished: Any) -> dict[str, Any]:
    """A good request."""
    return {
        "district_id": str(district_id),
        "kind": "snow",
        "title": "Clear the square",
        "starts_at": "2026-11-23T09:00:00+05:00",
        "ends_at": "2026-11-23T13:00:00+05:00",
        "place": PLACE,
        "radius_m": 100,
    } | wished


def made(dispatcher: Phone, district_id: UUID, **wished: Any) -> str:
    """The path of a new task."""
    answer = dispatcher.post("/tasks", json=body(district_id, **wished))
    assert 201 == answer.status_code, answer.text
    return f"/tasks/{answer.json['id']}"


def test_a_task_lives_from_draft_to_verified(dispatcher: Phone, crew: Phone, district_id: UUID) -> None:
    """Planner and crew in turn, each version in the ETag."""
    path = made(dispatcher, district_id, assignee_ids=[user_id(crew)])
    assert 404 == crew.get(path).status_code
    for phone, to, version in (
        (dispatcher, "assigned", 2),
        (crew, "in_progress", 3),
        (crew, "done", 4),
        (dispatcher, "verified", 5),
    ):
        answer = phone.post(f"{path}/moves", json={"to": to})
        assert (200, to, f'"{version}"') == (answer.status_code, answer.json["state"], answer.headers["ETag"])
    task = crew.get(path).json
    assert ([], ["assigned", "in_progress", "done", "verified"]) == (
        task["next_states"],
        [move["target"] for move in task["moves"]],
    )
    assert PLACE == task["place"]


def test_a_place_is_exchanged_for_a_geofence(dispatcher: Phone, district_id: UUID) -> None:
    """Null takes the one away while the other comes."""
    path = made(dispatcher, district_id)
    request = {
        "district_id": str(district_id),
        "name": "square",
        "boundary": square(),
        "valid_from": "2026-01-01T00:00:00Z",
    }
    fence_id = dispatcher.post("/geofences", json=request).json["id"]
    assert 422 == dispatcher.patch(path, json={"geofence_id": fence_id}).status_code
    answer = dispatcher.patch(path, json={"geofence_id": fence_id, "place": None, "radius_m": None})
    assert (200, fence_id, None) == (answer.status_code, answer.json["geofence_id"], answer.json["place"])


def test_a_change_from_an_old_version_is_refused(dispatcher: Phone, district_id: UUID) -> None:
    """If-Match guards changes and moves."""
    path = made(dispatcher, district_id)
    assert 200 == dispatcher.patch(path, json={"priority": 1}, headers={"If-Match": '"1"'}).status_code
    assert 412 == dispatcher.patch(path, json={"priority": 2}, headers={"If-Match": '"1"'}).status_code
    late = dispatcher.post(
        f"{path}/moves", json={"to": "cancelled", "reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert 412 == late.status_code


def test_a_refused_move_says_why(dispatcher: Phone, crew: Phone, district_id: UUID) -> None:
    """Not in the table, not for this role, not yet complete: three different answers."""
    path = made(dispatcher, district_id)
    incomplete = dispatcher.post(f"{path}/moves", json={"to": "assigned"})
    assert (422, ["to"]) == (incomplete.status_code, list(incomplete.json["errors"]))
    assert 409 == dispatcher.post(f"{path}/moves", json={"to": "done"}).status_code
    dispatcher.patch(path, json={"assignee_ids": [user_id(crew)]})
    dispatcher.post(f"{path}/moves", json={"to": "assigned"})
    assert 403 == crew.post(f"{path}/moves", json={"to": "cancelled", "reason": "cold"}).status_code
    reasonless = dispatcher.post(f"{path}/moves", json={"to": "cancelled"})
    assert (422, ["reason"]) == (reasonless.status_code, list(reasonless.json["errors"]))


def test_a_list_pages_and_filters(dispatcher: Phone, district_id: UUID) -> None:
    """Newest first, by an opaque cursor."""
    for number in range(3):
        made(dispatcher, district_id, title=f"t{number}")
    first = dispatcher.get("/tasks?limit=2&kind=snow&state=draft").json
    second = dispatcher.get(f"/tasks?limit=2&cursor={first['next']}").json
    assert {"t0", "t1", "t2"} == {item["title"] for item in first["items"] + second["items"]}
    assert (2, 1, None) == (len(first["items"]), len(second["items"]), second["next"])
    assert [] == dispatcher.get("/tasks?kind=waste").json["items"]
    assert [] == dispatcher.get(f"/tasks?district={uuid4()}").json["items"]
    assert [] == dispatcher.get("/tasks?from=2026-12-01T00:00:00Z").json["items"]
    assert 3 == len(dispatcher.get("/tasks?until=2026-12-01T00:00:00Z").json["items"])
    assert 422 == dispatcher.get("/tasks?until=tomorrow").status_code


@pytest.mark.parametrize(
    ("wished", "field"),
    [
        ({"kind": "party"}, "kind"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "\u202eeltit"}, "title"),
        ({"note": "\u2066x"}, "note"),
        ({"note": "a\x00"}, "note"),
        ({"priority": 0}, "priority"),
        ({"priority": 2.5}, "priority"),
        ({"priority": True}, "priority"),
        ({"starts_at": "2026-11-23T09:00:00"}, "starts_at"),
        ({"ends_at": "9999-12-31T23:59:59-05:00"}, "ends_at"),
        ({"ends_at": "2026-11-22T09:00:00Z"}, "ends_at"),
        ({"place": None}, "geofence_id"),
        ({"place": {"type": "Polygon", "coordinates": []}}, "place.type"),
        ({"place": {"type": "Point", "coordinates": [LAT, LON]}}, "place"),
        ({"place": {"type": "Point", "coordinates": [200, 0]}}, "place.coordinates"),
        ({"place": {"type": "Point", "coordinates": [LON]}}, "place.coordinates"),
        ({"radius_m": "1e400"}, "radius_m"),
        ({"radius_m": 5}, "radius_m"),
        ({"geofence_id": str(uuid4())}, "place"),
        ({"assignee_ids": [str(uuid4())]}, "assignee_ids"),
        ({"assignee_ids": [str(uuid4())] * 21}, "assignee_ids"),
        ({"required_evidence": ["rumour"]}, "required_evidence[0]"),
        ({"person_ids": [str(uuid4())]}, "person_ids"),
        ({"state": "done"}, "state"),
    ],
)
def test_bad_input_is_refused_by_field(
    dispatcher: Phone, district_id: UUID, wished: dict[str, Any], field: str
) -> None:
    """Never a failure of the server, always the field, and nothing half-written."""
    answer = dispatcher.post("/tasks", json=body(district_id) | wished)
    assert 422 == answer.status_code
    assert field in answer.json["errors"]
    assert [] == dispatcher.get("/tasks").json["items"]


def test_hostile_words_stay_words(dispatcher: Phone, district_id: UUID) -> None:
    """SQL and HTML are kept as they are and harm nobody."""
    title = "'; DROP TABLE tasks; --<script>alert(1)</script>"
    assert title == dispatcher.get(made(dispatcher, district_id, title=title)).json["title"]


def test_those_who_do_tasks_plan_none(crew: Phone, dispatcher: Phone, district_id: UUID) -> None:
    """Creating and changing are for planners."""
    path = made(dispatcher, district_id)
    assert [403, 403] == [
        crew.post("/tasks", json=body(district_id)).status_code,
        crew.patch(path, json={"title": "x"}).status_code,
    ]
    assert 404 == crew.post(f"{path}/moves", json={"to": "in_progress"}).status_code
