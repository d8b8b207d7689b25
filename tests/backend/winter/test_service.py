"""Winter streets: snowfalls, what a night needs, what was done, what lies to be hauled, whose streets they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.ledger.models import LedgerEntry
from backend.streets import service as streets
from backend.winter import service as winter
from shared.vocabulary import Role, WinterWork
from tests.backend.planning import principal
from tests.conftest import Clock
from tests.invented_streets import import_streets
from tests.phone import Phone
from tests.winter import box, make_snowfall, snowfall

Staff = Callable[..., Phone]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
EVERYTHING = box(69.0, 54.8, 69.3, 55.0)


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """A signed-in dispatcher of the first district."""
    return staff(Role.DISPATCHER)


@pytest.fixture
def admin(app: Flask, staff: Staff) -> Phone:
    """A signed-in administrator of a city that has streets."""
    import_streets(app)
    return staff(Role.ADMINISTRATOR, districts=[])


def asked(app: Flask, clock: Clock, works: set[WinterWork] | None = None, **wish: Any) -> list[Any]:
    """What the whole city needs tonight."""
    by = principal(app, Role.ADMINISTRATOR, [])
    wish.setdefault("district_id", None)
    with app.app_context(), transaction(read_only=True):
        return winter.needs(by, night=clock().date(), works=frozenset(works or WinterWork), **wish)


def work(app: Flask, need: Any, at: datetime, *, stop_id: UUID | None = None, **facts: Any) -> UUID:
    """A stop did what a piece of street needed."""
    stop_id = stop_id or uuid4()
    usual = {
        "segment_id": need.segment_id,
        "forward": need.forward,
        "work": need.work,
        "metres": need.metres * need.passes,
        "share": 1.0,
        "by_track": True,
        "route_id": None,
        "vehicle_id": None,
    }
    with app.app_context(), transaction():
        winter.record_work(done_at=at, stop_id=stop_id, actor="test", **{**usual, **facts})
    return stop_id


def ledger(app: Flask, prefix: str) -> list[str]:
    """The kinds of entries that begin so, oldest first."""
    with app.app_context(), transaction(read_only=True):
        query = (
            sa.select(LedgerEntry.kind).where(LedgerEntry.kind.startswith(prefix)).order_by(LedgerEntry.id)
        )
        return list(db.session().scalars(query))


def test_a_snowfall_is_entered_corrected_and_withdrawn(
    dispatcher: Phone, district_id: UUID, clock: Clock, app: Flask
) -> None:
    """Its whole life over HTTP; every saying stays readable."""
    made = make_snowfall(dispatcher, clock(), district_id, note="мокрый")
    path = f"/winter/snowfalls/{made['id']}"
    assert (1, 12, 1) == (made["version"], made["depth_cm"], len(made["versions"]))
    corrected = dispatcher.patch(path, json={"depth_cm": 15})
    assert ('"2"', [12, 15]) == (
        corrected.headers["ETag"],
        [each["depth_cm"] for each in corrected.json["versions"]],
    )
    assert '"2"' == dispatcher.patch(path, json={"depth_cm": 15}).headers["ETag"]
    assert 412 == dispatcher.patch(path, json={"depth_cm": 1}, headers={"If-Match": '"1"'}).status_code
    assert [204, 204, 409] == [
        dispatcher.delete(path).status_code,
        dispatcher.delete(path).status_code,
        dispatcher.patch(path, json={"depth_cm": 1}).status_code,
    ]
    last = dispatcher.get(path).json
    assert [False, False, True] == [each["withdrawn"] for each in last["versions"]]
    assert ["snowfall.entered", "snowfall.corrected", "snowfall.withdrawn"] == ledger(app, "snowfall.")


@on_sqlite
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"depth_cm": -1}, "depth_cm"),
        ({"depth_cm": 151}, "depth_cm"),
        ({"temperature_c": 20}, "temperature_c"),
        ({"ended_at": "2026-11-20T00:00:00+05:00"}, "ended_at"),
        ({"begun_at": "2026-12-24T00:00:00+05:00", "ended_at": None}, "begun_at"),
        ({"district_id": None}, "district_id"),
    ],
)
def test_a_snowfall_that_cannot_be_is_refused_by_field(
    dispatcher: Phone, district_id: UUID, clock: Clock, wrong: dict[str, Any], field: str
) -> None:
    """In each language with the value; a dispatcher of a district does not speak for the whole city."""
    body = snowfall(clock(), district_id) | wrong
    for language in ("ru", "kk", "en"):
        answer = dispatcher.post("/winter/snowfalls", json=body, headers={"Accept-Language": language})
        assert (422, [field]) == (answer.status_code, list(answer.json["errors"]))


def test_a_night_needs_nothing_without_snow_and_main_streets_first_with_it(
    app: Flask, admin: Phone, clock: Clock
) -> None:
    """By priority and urgency, each with its hour, its passes and its grit; works are what was asked for."""
    assert [] == asked(app, clock)
    make_snowfall(admin, clock())
    found = asked(app, clock)
    assert {WinterWork.CLEAR, WinterWork.GRIT, WinterWork.PAVEMENT} == {each.work for each in found}
    assert [each.priority for each in found] == sorted(each.priority for each in found)
    first = next(each for each in found if each.work is WinterWork.CLEAR)
    assert datetime(2026, 11, 24, 0, tzinfo=UTC) == first.due_at  # 05:00 in Petropavl
    assert all((each.grit_kg > 0) == (each.work is WinterWork.GRIT) for each in found)
    assert {"salt"} == {each.grit_material for each in found if each.work is WinterWork.GRIT}
    assert {WinterWork.GRIT} == {each.work for each in asked(app, clock, {WinterWork.GRIT})}
    only = asked(app, clock, segment_ids=frozenset([first.segment_id]))
    assert {first.segment_id} == {each.segment_id for each in only}
    shown = admin.get("/winter/needs?night=2026-11-23&limit=3").json
    assert (len(found), 3) == (shown["total"], len(shown["items"]))
    assert len(found) == sum(each["pieces"] for each in shown["sums"])


def test_what_was_cleared_is_no_need_until_it_snows_again_and_is_one_when_withdrawn(
    app: Flask, admin: Phone, clock: Clock
) -> None:
    """The same stop again changes nothing; a part that is too short does not count."""
    make_snowfall(admin, clock())
    need = next(each for each in asked(app, clock, {WinterWork.CLEAR}) if each.forward is True)

    def lacks() -> list[int]:
        found = asked(app, clock, {WinterWork.CLEAR}, segment_ids=frozenset([need.segment_id]))
        return [each.passes for each in found if each.forward is True]

    clock.advance(minutes=2)
    work(app, need, clock(), share=0.5)
    assert [need.passes] == lacks()
    stop_id = work(app, need, clock())
    assert [] == lacks()
    entries = len(ledger(app, "street."))
    work(app, need, clock(), stop_id=stop_id)
    assert entries == len(ledger(app, "street."))
    for _twice in range(2):
        with app.app_context(), transaction():
            winter.withdraw_work(stop_id, actor="test")
    assert [need.passes] == lacks()
    assert ["street.worked", "street.worked", "street.work_withdrawn"] == ledger(app, "street.")
    work(app, need, clock())
    clock.advance(minutes=5)
    make_snowfall(admin, clock(), begun_at=(clock() - timedelta(minutes=2)).isoformat())
    assert [need.passes] == lacks()


@on_sqlite
def test_grit_that_a_plough_took_away_is_to_be_spread_again(app: Flask, admin: Phone, clock: Clock) -> None:
    """Gritting counts only after the last clearing; below -15 °C sand is spread."""
    make_snowfall(admin, clock(), temperature_c=-20)
    grit = next(each for each in asked(app, clock, {WinterWork.GRIT}))
    assert "sand" == grit.grit_material
    piece = frozenset([grit.segment_id])
    clock.advance(minutes=2)
    for each in asked(app, clock, {WinterWork.GRIT}, segment_ids=piece):
        work(app, each, clock())
    assert [] == asked(app, clock, {WinterWork.GRIT}, segment_ids=piece)
    clock.advance(minutes=2)
    for each in asked(app, clock, {WinterWork.CLEAR}, segment_ids=piece):
        work(app, each, clock())
    again = asked(app, clock, {WinterWork.GRIT}, segment_ids=piece)
    assert {grit.segment_id} == {each.segment_id for each in again}


def test_streets_belong_to_the_district_that_holds_their_middle(
    app: Flask, admin: Phone, staff: Staff, district_id: UUID, other_district_id: UUID, clock: Clock
) -> None:
    """Without a boundary a district's streets are not known; a dispatcher sees the own ones and those of nobody."""
    make_snowfall(admin, clock())
    here = staff(Role.DISPATCHER)
    refused = here.get(f"/winter/needs?night=2026-11-23&district={district_id}")
    assert (409, True) == (refused.status_code, refused.json["type"].endswith("no-district-boundary"))
    west, east = box(69.0, 54.8, 69.14, 55.0), box(69.14, 54.8, 69.3, 55.0)
    for each, boundary in ((district_id, west), (other_district_id, east)):
        assert 200 == admin.put(f"/districts/{each}/boundary", json={"boundary": boundary}).status_code
    everything, mine = (
        phone.get("/winter/needs?night=2026-11-23&limit=50000").json["items"] for phone in (admin, here)
    )
    assert {str(district_id), str(other_district_id)} == {each["district_id"] for each in everything}
    assert {str(district_id)} == {each["district_id"] for each in mine}
    named = admin.get(f"/winter/needs?night=2026-11-23&limit=50000&district={district_id}").json["items"]
    assert mine == named
    assert 422 == here.get(f"/winter/needs?night=2026-11-23&district={other_district_id}").status_code


def test_a_district_s_boundary_is_drawn_redrawn_and_taken_away(
    app: Flask, admin: Phone, dispatcher: Phone, district_id: UUID
) -> None:
    """What is no area is refused by place; the same again is no news; only administrators draw."""
    path = f"/districts/{district_id}/boundary"
    assert 404 == dispatcher.get(path).status_code
    drawn = admin.put(path, json={"boundary": EVERYTHING})
    assert ("Polygon", drawn.headers["ETag"]) == (
        drawn.json["boundary"]["type"],
        admin.put(path, json={"boundary": EVERYTHING}).headers["ETag"],
    )
    assert drawn.json == dispatcher.get(path).json
    bow = {
        "type": "Polygon",
        "coordinates": [[[69.1, 54.8], [69.2, 54.9], [69.2, 54.8], [69.1, 54.9], [69.1, 54.8]]],
    }
    wrong = admin.put(path, json={"boundary": bow})
    assert (422, ["boundary.coordinates[0]"]) == (wrong.status_code, list(wrong.json["errors"]))
    assert 403 == dispatcher.put(path, json={"boundary": EVERYTHING}).status_code
    assert admin.put(path, json={"boundary": None}).json["boundary"] is None
    assert [404, 404] == [
        dispatcher.get(path).status_code,
        admin.put(f"/districts/{uuid4()}/boundary", json={"boundary": EVERYTHING}).status_code,
    ]
    assert 2 == len(ledger(app, "district.boundary_set"))


def test_snow_lies_beside_streets_until_it_is_hauled(app: Flask, admin: Phone, clock: Clock) -> None:
    """By the model; a part that was hauled is less, all of it is nothing, and again something when withdrawn."""
    make_snowfall(admin, clock())
    by = principal(app, Role.ADMINISTRATOR, [])

    def heaps() -> dict[str, float]:
        with app.app_context(), transaction(read_only=True):
            found = winter.volumes(by, night=clock().date(), district_id=None)
            return {each.id: each.volume_m3 for each in found}

    def haul(volume_m3: float, *, rest_gone: bool) -> UUID:
        stop_id = uuid4()
        with app.app_context(), transaction():
            winter.record_hauled(
                key,
                done_at=clock(),
                volume_m3=volume_m3,
                is_rest_gone=rest_gone,
                route_id=None,
                stop_id=stop_id,
                vehicle_id=None,
                by_track=False,
                actor="test",
            )
        return stop_id

    before = heaps()
    key = max(before, key=lambda each: before[each])
    shown = admin.get("/winter/volumes?night=2026-11-23&limit=1").json
    assert (len(before), pytest.approx(sum(before.values()), abs=0.2)) == (shown["total"], shown["total_m3"])
    clock.advance(minutes=2)
    haul(5.0, rest_gone=False)
    assert before[key] - 5 == pytest.approx(heaps()[key], abs=0.1)
    stop_id = haul(before[key] - 5, rest_gone=True)
    assert key not in heaps()
    with app.app_context(), transaction():
        winter.withdraw_hauled(stop_id, actor="test")
    assert before[key] - 5 == pytest.approx(heaps()[key], abs=0.1)


def test_what_a_later_saying_does_not_name_stays_as_it_was(app: Flask, clock: Clock) -> None:
    """A report of two pieces, a track that knows one of them: the other's report stands."""
    stop_id = uuid4()
    for segment_ids, by_track in (((1, 2), False), ((1,), True)):
        works = [
            winter.DoneWork(
                segment_id=each,
                forward=True,
                work=WinterWork.CLEAR,
                done_at=clock(),
                metres=None,
                share=1.0,
                by_track=by_track,
            )
            for each in segment_ids
        ]
        with app.app_context(), transaction():
            winter.record_works(works, route_id=None, stop_id=stop_id, vehicle_id=None, actor="test")
    with app.app_context(), transaction(read_only=True):
        known = winter.works_of([stop_id])
        assert {1: True, 2: False} == {each.segment_id: each.by_track for each in known}
        assert [] == winter.works_of([uuid4()])


@on_sqlite
def test_work_is_recorded_before_there_are_streets_too(app: Flask, clock: Clock) -> None:
    """A stop is believed whatever has become of the network."""
    with app.app_context(), transaction():
        assert streets.newest_import() is None
        winter.record_work(
            segment_id=7,
            forward=None,
            work=WinterWork.CLEAR,
            done_at=clock() - timedelta(hours=1),
            metres=100,
            share=1,
            route_id=None,
            stop_id=uuid4(),
            vehicle_id=None,
            by_track=False,
            actor="test",
        )
    assert ["street.worked"] == ledger(app, "street.")
