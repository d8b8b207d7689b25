"""The care table, priorities of named streets, and measured piles, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from shared.vocabulary import Role
from tests.conftest import Clock
from tests.invented_streets import import_streets
from tests.phone import Phone
from tests.winter import HEAP, box, make_snowfall, pile

Staff = Callable[..., Phone]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NEEDS = "/winter/needs?night=2026-11-23&limit=50000"


@pytest.fixture
def admin(app: Flask, staff: Staff) -> Phone:
    """A signed-in administrator of a city that has streets."""
    import_streets(app)
    return staff(Role.ADMINISTRATOR, districts=[])


def needs_of(phone: Phone, segment_id: int, work: str = "clear") -> list[dict[str, Any]]:
    """What a piece of street needs of one kind of work."""
    return [
        each for each in phone.get(f"{NEEDS}&work={work}").json["items"] if each["segment_id"] == segment_id
    ]


@on_sqlite
def test_the_care_table_is_read_changed_and_the_same_again_is_no_new_one(admin: Phone) -> None:
    """What is left out is as in the defaults; a stale one is refused."""
    first = admin.get("/winter/care")
    assert ('"0"', 11, [1, 2, 3, 4]) == (
        first.headers["ETag"],
        len(first.json["classes"]),
        [each["priority"] for each in first.json["priorities"]],
    )
    assert "05:00" == first.json["priorities"][0]["clear_by"]
    yards = {**first.json["classes"][8], "is_cleared": True, "clear_from_cm": 10}
    assert "service" == yards["street_class"]
    changed = admin.put("/winter/care", json={"classes": [yards]})
    assert ('"1"', yards) == (changed.headers["ETag"], changed.json["classes"][8])
    assert '"1"' == admin.put("/winter/care", json=changed.json).headers["ETag"]
    assert 412 == admin.put("/winter/care", json={}, headers={"If-Match": '"0"'}).status_code
    assert '"2"' == admin.put("/winter/care", json={}).headers["ETag"]


@on_sqlite
def test_a_care_table_that_cannot_be_is_refused_by_field(admin: Phone, district_id: UUID) -> None:
    """Hours, ranges, doubles and districts that there are not."""
    table = admin.get("/winter/care").json
    first = table["priorities"][0]
    factor = {"district_id": str(district_id), "depth": 1.2, "volume": 1}
    wrong = {
        "priorities[0].clear_by": {"priorities": [{**first, "clear_by": "25:00"}]},
        "priorities[0].salt_g_m2": {"priorities": [{**first, "salt_g_m2": -1}]},
        "priorities[1].priority": {"priorities": [first, first]},
        "classes[0].priority": {"classes": [{**table["classes"][0], "priority": 9}]},
        "corrections[1].district_id": {"corrections": [factor, {**factor, "district_id": str(uuid4())}]},
    }
    for field, body in wrong.items():
        answer = admin.put("/winter/care", json=body)
        assert (422, [field]) == (answer.status_code, list(answer.json["errors"])), answer.text
    assert 200 == admin.put("/winter/care", json={"corrections": [factor]}).status_code


@on_sqlite
def test_a_named_street_is_cleared_by_its_own_priority(admin: Phone, clock: Clock) -> None:
    """Pieces named one by one stand before the whole street; null takes either away."""
    make_snowfall(admin, clock())
    page = admin.get("/street-segments?bbox=69.10,54.84,69.20,54.90&limit=2000").json["features"]
    quiet = next(
        each
        for each in page
        if each["properties"]["class"] == "residential" and each["properties"]["name_ru"]
        if each["properties"]["forward"]["cars"]
    )
    name, segment_id = quiet["properties"]["name_ru"], quiet["id"]
    assert {3} == {each["priority"] for each in needs_of(admin, segment_id)}
    assert [] == needs_of(admin, segment_id, "grit")
    street = {"street": f"  {name.upper()} ", "priority": 2, "note": "Автобус 12"}
    shown = admin.put("/winter/priorities", json=street).json["items"][0]
    assert (name.upper(), True) == (shown["street"], shown["pieces"] >= 1)
    assert {2} == {each["priority"] for each in needs_of(admin, segment_id, "grit")}
    piece = {"segment_ids": [segment_id], "priority": 1, "note": "Больница"}
    assert 1 == admin.put("/winter/priorities", json=piece).json["items"][0]["pieces"]
    assert {1} == {each["priority"] for each in needs_of(admin, segment_id)}
    assert [1, 2] == [each["priority"] for each in admin.get("/winter/priorities").json["items"]]
    assert [] == admin.put("/winter/priorities", json={**piece, "priority": None}).json["items"]
    assert {2} == {each["priority"] for each in needs_of(admin, segment_id)}
    for wrong, field in (
        ({"street": "Нет такой", "priority": 1}, "street"),
        ({"segment_ids": [1], "priority": 1}, "segment_ids"),
        ({"priority": 1}, "street"),
        ({**street, "segment_ids": [segment_id]}, "street"),
    ):
        answer = admin.put("/winter/priorities", json=wrong)
        assert (422, [field]) == (answer.status_code, list(answer.json["errors"])), answer.text


def test_a_measured_pile_stands_in_the_place_of_the_model(
    admin: Phone, staff: Staff, clock: Clock, district_id: UUID, other_district_id: UUID
) -> None:
    """Sent once under the phone's id; a newer one of the same piece replaces it, a late one does not."""
    make_snowfall(admin, clock())
    crew = staff(Role.CREW)
    heap = admin.get("/winter/volumes?night=2026-11-23&limit=1").json["items"][0]
    piece = heap["segment_id"]
    shape = {"length_m": 20, "height_m": 2, "width_m": 3}
    body = pile(clock(), segment_id=piece, place=None, volume_m3=None, shape=shape)
    path = f"/winter/piles/{uuid4()}"
    first = crew.put(path, json=body)
    assert (200, 94.25) == (first.status_code, first.json["volume_m3"])
    assert first.json == crew.put(path, json=body).json
    assert 409 == crew.put(path, json={**body, "note": "другая"}).status_code

    def lies() -> list[tuple[float, bool]]:
        items = admin.get("/winter/volumes?night=2026-11-23&limit=50000").json["items"]
        return [(each["volume_m3"], each["measured"]) for each in items if each["segment_id"] == piece]

    assert [(94.2, True)] == lies()
    clock.advance(minutes=1)
    newer = pile(clock(), segment_id=piece, volume_m3=10)
    late = pile(clock(), segment_id=piece, volume_m3=99) | {"measured_at": "2026-11-23T08:30:00+05:00"}
    for each in (newer, late):
        assert 200 == crew.put(f"/winter/piles/{uuid4()}", json=each).status_code
    assert [(10.0, True)] == lies()
    there = [each["volume_m3"] for each in crew.get("/winter/piles?gone=false").json["items"]]
    gone = [each["volume_m3"] for each in crew.get("/winter/piles?gone=true").json["items"]]
    assert ([10.0], [94.25, 99.0]) == (there, sorted(gone))
    boundary = {"boundary": box(69.14, 54.86, 69.16, 54.88)}
    assert 200 == admin.put(f"/districts/{other_district_id}/boundary", json=boundary).status_code
    assert 404 == crew.put(f"/winter/piles/{uuid4()}", json=pile(clock())).status_code


@on_sqlite
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"place": None}, "segment_id"),
        ({"segment_id": 1}, "segment_id"),
        ({"volume_m3": -1}, "volume_m3"),
        ({"volume_m3": None}, "volume_m3"),
        ({"shape": {"length_m": 1, "height_m": 1, "width_m": 1}}, "volume_m3"),
        ({"place": {**HEAP, "coordinates": [0, 0]}}, "place"),
        ({"measured_at": "2026-11-24T00:00:00+05:00"}, "measured_at"),
    ],
)
def test_a_pile_that_cannot_be_is_refused_by_field(
    admin: Phone, clock: Clock, wrong: dict[str, Any], field: str
) -> None:
    """Nowhere, on no street, less than nothing, both ways at once, out of town, of tomorrow."""
    answer = admin.put(f"/winter/piles/{uuid4()}", json=pile(clock()) | wrong)
    assert (422, [field]) == (answer.status_code, list(answer.json["errors"]))
