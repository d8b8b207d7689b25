"""Geofences over HTTP: statuses, versions, filters and bad bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.vocabulary import Role
from tests.backend.planning import LAT, LON, square
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher."""
    return staff(Role.DISPATCHER)


def body(district_id: UUID, **wished: Any) -> dict[str, Any]:
    """A good request."""
    return {"district_id": str(district_id), "name": "park", "boundary": square()} | wished


def test_a_geofence_is_drawn_read_changed_and_archived(dispatcher: Phone, district_id: UUID) -> None:
    """The whole life over HTTP."""
    drawn = dispatcher.post("/geofences", json=body(district_id))
    assert (201, '"1"', square()) == (drawn.status_code, drawn.headers["ETag"], drawn.json["boundary"])
    path = f"/geofences/{drawn.json['id']}"
    changed = dispatcher.patch(path, json={"name": "yard", "valid_until": "2030-01-01T00:00:00+05:00"})
    assert (200, '"2"', "yard") == (changed.status_code, changed.headers["ETag"], changed.json["name"])
    assert "2029-12-31T19:00:00+00:00" == dispatcher.get(path).json["valid_until"]
    assert [204, 204] == [dispatcher.delete(path).status_code for _again in range(2)]
    assert dispatcher.get(path).json["archived_at"] is not None
    assert 409 == dispatcher.patch(path, json={"name": "again"}).status_code


def test_a_change_from_an_old_version_is_refused(dispatcher: Phone, district_id: UUID) -> None:
    """If-Match protects the other planner's work."""
    path = f"/geofences/{dispatcher.post('/geofences', json=body(district_id)).json['id']}"
    assert 200 == dispatcher.patch(path, json={"name": "b"}, headers={"If-Match": '"1"'}).status_code
    assert 412 == dispatcher.patch(path, json={"name": "c"}, headers={"If-Match": '"1"'}).status_code
    assert 412 == dispatcher.delete(path, headers={"If-Match": '"1"'}).status_code


def test_a_list_is_narrowed_by_point_and_time(dispatcher: Phone, district_id: UUID) -> None:
    """What is in force at this place now."""
    here = dispatcher.post("/geofences", json=body(district_id)).json["id"]
    dispatcher.post("/geofences", json=body(district_id, boundary=square(lon=LON + 0.1)))

    def ids(query: str) -> list[str]:
        return [item["id"] for item in dispatcher.get(f"/geofences?{query}").json["items"]]

    assert 2 == len(ids(""))
    assert [here] == ids(f"contains={LON},{LAT}")
    assert [] == ids(f"contains={LON},{LAT}&at=2020-01-01T00:00:00Z")
    assert [] == ids(f"district={uuid4()}")
    assert 422 == dispatcher.get("/geofences?contains=91").status_code
    assert 422 == dispatcher.get("/geofences?contains=nan,nan").status_code
    assert 422 == dispatcher.get("/geofences?at=0001-01-01T00:00:00%2B05:00").status_code


def test_swapped_axes_are_explained(dispatcher: Phone, district_id: UUID) -> None:
    """The commonest mistake with GeoJSON gets its remedy."""
    swapped = {"type": "Polygon", "coordinates": [[[lat, lon] for lon, lat in square()["coordinates"][0]]]}
    answer = dispatcher.post("/geofences", json=body(district_id, boundary=swapped))
    assert 422 == answer.status_code
    assert "lat,lon" in answer.json["errors"]["boundary.coordinates"][0]


@pytest.mark.parametrize(
    ("wished", "field"),
    [
        ({"boundary": None}, "boundary"),
        ({"boundary": "POLYGON"}, "boundary"),
        ({"boundary": {"type": "Point", "coordinates": [LON, LAT]}}, "boundary.type"),
        ({"boundary": {"type": "Polygon", "coordinates": []}}, "boundary.coordinates"),
        ({"boundary": square(lon=30.0, lat=60.0)}, "boundary.coordinates[0]"),
        ({"name": "  "}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "a\ud800b"}, "body"),
        ({"district_id": "x"}, "district_id"),
        ({"valid_from": "2026-01-01T00:00:00"}, "valid_from"),
        ({"valid_from": "0001-01-01T00:00:00+05:00"}, "valid_from"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "valid_until"),
        ({"extra": 1}, "extra"),
    ],
)
def test_bad_input_is_refused_by_field(
    dispatcher: Phone, district_id: UUID, wished: dict[str, Any], field: str
) -> None:
    """Never a failure of the server, always the field."""
    answer = dispatcher.post("/geofences", json=body(district_id) | wished)
    assert (422, [field]) == (answer.status_code, list(answer.json["errors"]))
    assert [] == dispatcher.get("/geofences").json["items"]


@pytest.mark.parametrize("opening", ["[", '{"boundary":', '{"boundary":['])
def test_json_too_deep_is_refused(dispatcher: Phone, opening: str) -> None:
    """Neither the reader's stack nor the server falls over."""
    answer = dispatcher.post("/geofences", data=opening * 100_000, content_type="application/json")
    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.CREW, Role.PROBATION_OFFICER])
def test_who_does_not_plan_only_reads(staff: Staff, dispatcher: Phone, district_id: UUID, role: Role) -> None:
    """Drawing is for planners."""
    path = f"/geofences/{dispatcher.post('/geofences', json=body(district_id)).json['id']}"
    reader = staff(role)
    assert 200 == reader.get(path).status_code
    assert [403, 403, 403] == [
        reader.post("/geofences", json=body(district_id)).status_code,
        reader.patch(path, json={"name": "x"}).status_code,
        reader.delete(path).status_code,
    ]


def test_a_fence_of_another_district_is_not_there(
    staff: Staff, dispatcher: Phone, district_id: UUID, other_district_id: UUID
) -> None:
    """Out of scope and absent look the same."""
    path = f"/geofences/{dispatcher.post('/geofences', json=body(district_id)).json['id']}"
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    assert [404, 404, 404] == [
        stranger.get(path).status_code,
        stranger.patch(path, json={"name": "x"}).status_code,
        stranger.delete(path).status_code,
    ]
