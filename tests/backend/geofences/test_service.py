"""Geofences in the database: what is kept, who sees it, what the ledger says, and how points are found."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.database import transaction
from backend.errors import Conflict, Invalid, NotFound
from backend.geofences import service
from backend.ledger.service import all_entries
from backend.web.principal import Principal
from shared.geometry import Point
from shared.vocabulary import Role
from tests.backend.planning import LAT, LON, MONDAY, forget, make_fence, principal, square
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("in_app")
HERE = Point(lat=LAT, lon=LON)


@pytest.fixture
def dispatcher(app: Flask, district_id: UUID) -> Principal:
    """A dispatcher of the first district."""
    return principal(app, Role.DISPATCHER, [district_id])


def found(at: Point, by: Principal, *, days: float = 0) -> list[UUID]:
    """The ids of the geofences that hold a point so many days after Monday."""
    with transaction(read_only=True):
        page = service.list_geofences(by, at=MONDAY + timedelta(days=days), contains=at, limit=200)
        return [fence.id for fence in page.items]


def facts() -> list[tuple[str, dict[str, object]]]:
    """Kind and facts of each ledger entry about geofences."""
    with transaction(read_only=True):
        return [
            (entry["kind"], entry["facts"]) for entry in all_entries() if entry["kind"].startswith("geofence")
        ]


def test_a_boundary_is_kept_exactly(dispatcher: Principal, district_id: UUID) -> None:
    """Verdicts depend on it to the last digit."""
    drawn = square(side=0.0012345678901)
    fence_id = make_fence(dispatcher, district_id, boundary=drawn)
    forget()
    with transaction(read_only=True):
        assert drawn == service.boundary_of(fence_id)


def test_a_feature_of_a_map_editor_becomes_its_geometry(dispatcher: Principal, district_id: UUID) -> None:
    """Editors export features; properties are dropped."""
    fence_id = make_fence(
        dispatcher, district_id, boundary={"type": "Feature", "properties": {"a": 1}, "geometry": square()}
    )
    with transaction(read_only=True):
        assert square() == service.boundary_of(fence_id)


def test_a_bad_boundary_names_the_place_under_boundary(dispatcher: Principal, district_id: UUID) -> None:
    """A planner must find the wrong ring."""
    crossed = {
        "type": "Polygon",
        "coordinates": [[[69.1, 54.8], [69.2, 54.9], [69.2, 54.8], [69.1, 54.9], [69.1, 54.8]]],
    }
    with pytest.raises(Invalid) as refusal:
        make_fence(dispatcher, district_id, boundary=crossed)
    assert ["boundary.coordinates[0]"] == list(refusal.value.errors)
    assert "69.15" in refusal.value.errors["boundary.coordinates[0]"][0]


def test_an_end_before_the_begin_is_refused(dispatcher: Principal, district_id: UUID) -> None:
    """Such a geofence would never be in force."""
    with pytest.raises(Invalid) as refusal:
        make_fence(dispatcher, district_id, valid_from=MONDAY, valid_until=MONDAY)
    assert ["valid_until"] == list(refusal.value.errors)


def test_a_dispatcher_draws_only_in_own_districts(dispatcher: Principal, other_district_id: UUID) -> None:
    """District scope holds for new rows too."""
    with pytest.raises(Invalid) as refusal:
        make_fence(dispatcher, other_district_id)
    assert ["district_id"] == list(refusal.value.errors)


def test_a_point_is_found_in_the_fences_that_hold_it(dispatcher: Principal, district_id: UUID) -> None:
    """Only those whose area covers the point."""
    here = make_fence(dispatcher, district_id)
    make_fence(dispatcher, district_id, boundary=square(lon=LON + 0.1))
    assert [here] == found(HERE, dispatcher)


def test_a_fence_is_in_force_from_its_begin_until_before_its_end(
    dispatcher: Principal, district_id: UUID
) -> None:
    """The end itself is no longer in force."""
    fence_id = make_fence(dispatcher, district_id, valid_from=MONDAY, valid_until=MONDAY + timedelta(days=1))
    assert [[], [fence_id], []] == [found(HERE, dispatcher, days=days) for days in (-0.01, 0, 1)]


def test_another_districts_fences_are_not_seen(
    app: Flask, dispatcher: Principal, district_id: UUID, other_district_id: UUID
) -> None:
    """Neither by point nor by id nor in lists."""
    stranger = principal(app, Role.DISPATCHER, [other_district_id])
    fence_id = make_fence(dispatcher, district_id)
    assert [] == found(HERE, stranger)
    with transaction(read_only=True):
        assert [] == list(service.list_geofences(stranger, limit=10).items)
        with pytest.raises(NotFound):
            service.get(fence_id, stranger)


def test_a_change_is_found_at_once(dispatcher: Principal, district_id: UUID, clock: Clock) -> None:
    """The index in memory follows the rows, also when the clock stands still."""
    fence_id = make_fence(dispatcher, district_id)
    assert [fence_id] == found(HERE, dispatcher)
    with transaction():
        service.change(service.to_change(fence_id, dispatcher), dispatcher, boundary=square(lon=LON + 0.1))
    assert [] == found(HERE, dispatcher)
    assert [fence_id] == found(Point(lat=LAT, lon=LON + 0.1), dispatcher)


def test_an_archived_fence_holds_nothing_but_stays_readable(dispatcher: Principal, district_id: UUID) -> None:
    """Tasks and verdicts of the past still name it."""
    fence_id = make_fence(dispatcher, district_id)
    assert [fence_id] == found(HERE, dispatcher)
    with transaction():
        service.archive(service.to_change(fence_id, dispatcher), dispatcher)
    assert [] == found(HERE, dispatcher)
    with transaction(read_only=True):
        assert service.get(fence_id, dispatcher).archived_at is not None
        assert [] == list(service.list_geofences(dispatcher, limit=10).items)
    with pytest.raises(Conflict), transaction():
        service.change(service.to_change(fence_id, dispatcher), dispatcher, name="new")


def test_what_was_rolled_back_is_not_found_later(
    dispatcher: Principal, district_id: UUID, clock: Clock
) -> None:
    """An index built inside a failed transaction must not outlive it."""
    with transaction() as session:
        service.create(
            dispatcher, district_id=district_id, name="ghost", boundary=square(), valid_from=MONDAY
        )
        assert 1 == len(service.list_geofences(dispatcher, at=MONDAY, contains=HERE, limit=200).items)
        session.rollback()
    fence_id = make_fence(dispatcher, district_id, boundary=square(lon=LON + 0.1))
    assert [] == found(HERE, dispatcher)
    assert [fence_id] == found(Point(lat=LAT, lon=LON + 0.1), dispatcher)


def test_the_ledger_holds_every_act_without_the_drawing(dispatcher: Principal, district_id: UUID) -> None:
    """The boundary stands there as its hash; a change that changes nothing is no act."""
    fence_id = make_fence(dispatcher, district_id)
    for wished in ({"name": "square"}, {"name": "square"}, {"boundary": square(side=0.003)}):
        with transaction():
            service.change(service.to_change(fence_id, dispatcher), dispatcher, **wished)
    for _again in range(2):
        with transaction():
            service.archive(service.to_change(fence_id, dispatcher), dispatcher)
    entries = facts()
    assert ["geofence.created", "geofence.changed", "geofence.changed", "geofence.archived"] == [
        kind for kind, _facts in entries
    ]
    hashes = [entry["boundary_sha256"] for _kind, entry in entries]
    assert (hashes[0], hashes[2]) == (hashes[1], hashes[3])
    assert hashes[1] != hashes[2]
    assert "69.1" not in json.dumps(entries)


def test_many_fences_are_read_once(app: Flask, dispatcher: Principal, district_id: UUID) -> None:
    """A second look at the same rows uses the index that is there."""
    with transaction():
        for row in range(30):
            for column in range(30):
                boundary = square(lon=69.0 + column * 0.01, lat=54.75 + row * 0.01)
                service.create(
                    dispatcher,
                    district_id=district_id,
                    name=f"{row}/{column}",
                    boundary=boundary,
                    valid_from=MONDAY,
                )
    assert 1 == len(found(Point(lat=54.75, lon=69.0), dispatcher))
    kept = app.extensions[service.CACHE]
    assert 1 == len(found(Point(lat=54.85, lon=69.1), dispatcher))
    assert kept is app.extensions[service.CACHE]


def test_an_unknown_fence_has_no_boundary() -> None:
    """Attendance and tasks get a plain refusal."""
    with transaction(read_only=True), pytest.raises(NotFound):
        service.boundary_of(uuid4())
