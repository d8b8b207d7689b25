"""Container sites: entered and changed, emptied by stops of routes, full as expected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.containers import service as containers
from backend.database import db, transaction
from shared.vocabulary import Role
from tests.backend.planning import principal
from tests.conftest import Clock
from tests.fleet import make_site, site
from tests.phone import Phone

Staff = Callable[..., Phone]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher of the first district."""
    return staff(Role.DISPATCHER)


def emptied(app: Flask, site_id: str, at: Any, stop_id: UUID | None = None, **facts: Any) -> None:
    """A stop of a route emptied a site."""
    with app.app_context(), transaction():
        containers.record_emptying(
            UUID(site_id), stop_id=stop_id or uuid4(), emptied_at=at, actor="test", **facts
        )


def test_a_site_is_entered_changed_and_archived(dispatcher: Phone, district_id: UUID) -> None:
    """Its whole life over HTTP."""
    made = make_site(dispatcher, district_id, code=" КП-1 ")
    path = f"/containers/{made['id']}"
    assert ("КП-1", None, None, False) == (
        made["code"],
        made["emptied_at"],
        made["last_emptying"],
        made["expected"]["known"],
    )
    more = [{"type": "wheeled", "count": 2, "volume_m3": 1.1}, {"type": "skip", "count": 1, "volume_m3": 8}]
    changed = dispatcher.patch(path, json={"containers": more, "max_gross_t": 12.5})
    assert ('"2"', more) == (changed.headers["ETag"], changed.json["containers"])
    assert '"2"' == dispatcher.patch(path, json={"containers": more}).headers["ETag"]
    assert 412 == dispatcher.patch(path, json={"priority": 1}, headers={"If-Match": '"1"'}).status_code
    assert [1, 0] == [
        len(dispatcher.get(f"/containers?type={each}").json["items"]) for each in ("skip", "mesh")
    ]
    assert [204, 409] == [
        dispatcher.delete(path).status_code,
        dispatcher.patch(path, json={"priority": 1}).status_code,
    ]
    make_site(dispatcher, district_id, code="КП-1")


def test_when_was_it_last_emptied_is_one_query(
    dispatcher: Phone, district_id: UUID, app: Flask, clock: Clock
) -> None:
    """The latest one that counts, however late it is told; what is expected grows from it."""
    made = make_site(dispatcher, district_id)
    path, route_id = f"/containers/{made['id']}", uuid4()
    emptied(app, made["id"], clock() - timedelta(days=1), route_id=route_id, weight_kg=350.0)
    emptied(app, made["id"], clock() - timedelta(days=3))
    shown = dispatcher.get(path).json
    assert "2026-11-22T04:00:00+00:00" == shown["emptied_at"] == shown["last_emptying"]["emptied_at"]
    assert (str(route_id), 350.0) == (shown["last_emptying"]["route_id"], shown["last_emptying"]["weight_kg"])
    assert (2.2, 330.0, 0.5, True) == tuple(
        shown["expected"][name] for name in ("volume_m3", "weight_kg", "level", "known")
    )
    times = [each["emptied_at"] for each in dispatcher.get(f"{path}/emptyings").json["items"]]
    assert ["2026-11-22T04:00:00+00:00", "2026-11-20T04:00:00+00:00"] == times
    assert 1 == shown["version"]


@on_sqlite
def test_the_database_is_asked_once_whatever_lies_behind(
    dispatcher: Phone, district_id: UUID, app: Flask, clock: Clock
) -> None:
    """By the code that is painted on it, and for a whole page of sites: the answer stands with the site."""
    for number in range(5):
        made = make_site(dispatcher, district_id, code=f"КП-{number}")
        for days in range(1, 4):
            emptied(app, made["id"], clock() - timedelta(days=days))
    asked: list[str] = []
    with app.app_context():
        engine = db.engine

    def listen(*arguments: Any) -> None:
        asked.append(str(arguments[2]))

    sa.event.listen(engine, "before_cursor_execute", listen)
    [one] = dispatcher.get("/containers", query_string={"code": "КП-3"}).json["items"]
    every = dispatcher.get("/containers").json["items"]
    sa.event.remove(engine, "before_cursor_execute", listen)
    assert {(clock() - timedelta(days=1)).isoformat()} == {each["emptied_at"] for each in (one, *every)}
    assert (5, 2) == (len(every), sum("container_" in each for each in asked))


def test_the_same_stop_again_corrects_what_it_said(
    dispatcher: Phone, district_id: UUID, app: Flask, clock: Clock
) -> None:
    """One emptying a stop: told again, told of another site, withdrawn, and told once more."""
    first, second = (make_site(dispatcher, district_id)["id"] for _each in range(2))
    stop_id, at = uuid4(), clock()

    def seen() -> list[str | None]:
        return [dispatcher.get(f"/containers/{each}").json["emptied_at"] for each in (first, second)]

    emptied(app, first, at, stop_id)
    emptied(app, first, at, stop_id)
    assert [at.isoformat(), None] == seen()
    emptied(app, second, at, stop_id)
    assert [None, at.isoformat()] == seen()
    for _again in range(2):
        with app.app_context(), transaction():
            containers.withdraw_emptying(stop_id, actor="test")
    assert [None, None] == seen()
    emptied(app, second, at, stop_id)
    assert [None, at.isoformat()] == seen()
    kinds = [each["kind"] for each in dispatcher.get("/events").json["items"] if "empt" in each["kind"]]
    assert ["container_site.emptied"] * 3 + ["container_site.emptying_withdrawn"] == sorted(kinds)


def test_planners_read_what_is_expected_at_a_moment(
    dispatcher: Phone, staff: Staff, district_id: UUID, other_district_id: UUID, app: Flask, clock: Clock
) -> None:
    """Tomorrow morning, in the planner's districts."""
    made = make_site(dispatcher, district_id, hours=[{"weekday": 1, "opens": "06:00", "closes": "14:00"}])
    make_site(staff(Role.ADMINISTRATOR), other_district_id)
    emptied(app, made["id"], clock())
    by = principal(app, Role.DISPATCHER, [district_id])
    with app.app_context(), transaction(read_only=True):
        [need] = containers.needs(by, at=clock() + timedelta(days=1))
        assert [] == containers.needs(by, site_ids=[uuid4()])
    assert (made["id"], ((1, 360, 840),)) == (str(need.site.id), need.site.hours)
    assert (2.2, 330.0, 0.5, 4.4) == pytest.approx(
        (need.fill.volume_m3, need.fill.weight_kg, need.level, need.site.capacity_m3)
    )


def test_sites_that_wait_are_found(dispatcher: Phone, district_id: UUID, app: Flask, clock: Clock) -> None:
    """Not emptied for two days, or never."""
    never, late, fresh = (make_site(dispatcher, district_id)["id"] for _each in range(3))
    emptied(app, late, clock() - timedelta(days=3))
    emptied(app, fresh, clock())
    before = (clock() - timedelta(days=2)).isoformat().replace("+", "%2B")
    found = dispatcher.get(f"/containers?emptied_before={before}").json["items"]
    assert {never, late} == {each["id"] for each in found}


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"code": ""}, "code"),
        ({"place": {"type": "Point", "coordinates": [54.87, 69.15]}}, "place"),
        ({"containers": []}, "containers"),
        ({"containers": [{"type": "wheeled", "count": 0, "volume_m3": 1}]}, "containers[0].count"),
        ({"containers": [{"type": "pot", "count": 1, "volume_m3": 1}]}, "containers[0].type"),
        ({"containers": [{"type": "mesh", "count": 1, "volume_m3": 1}] * 2}, "containers[1]"),
        ({"demand_m3": [1] * 6}, "demand_m3"),
        ({"demand_m3": [1, 1, 1, 1, 1, 1, -1]}, "demand_m3[6]"),
        ({"demand_kg": None}, "demand_kg"),
        ({"service_min": 1000}, "service_min"),
        ({"priority": 6}, "priority"),
        ({"max_height_m": 0}, "max_height_m"),
        ({"district_id": str(uuid4())}, "district_id"),
        ({"hours": [{"weekday": 0, "opens": "06:00"}]}, "hours[0].closes"),
    ],
)
def test_a_bad_site_names_its_field(
    dispatcher: Phone, district_id: UUID, fields: dict[str, Any], wrong: str
) -> None:
    """Field, value and remedy."""
    answer = dispatcher.post("/containers", json=site(district_id) | fields)
    assert (422, [wrong]) == (answer.status_code, list(answer.json["errors"]))


def test_a_code_is_given_once(dispatcher: Phone, district_id: UUID) -> None:
    """In use, that is."""
    make_site(dispatcher, district_id, code="КП-7")
    answer = dispatcher.post("/containers", json=site(district_id, code=" КП-7"))
    assert (422, ["code"]) == (answer.status_code, list(answer.json["errors"]))
