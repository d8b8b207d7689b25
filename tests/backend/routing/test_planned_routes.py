"""Routes that a planner made: ways, turns and sites on their stops, through versions, hands and sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.routing import rows, service
from backend.routing.models import Route, RouteVersion
from backend.routing.rules import changes, derived
from backend.routing.rules.plans import RoutePlan
from backend.routing.rules.turns import TurnStep
from shared.contracts import Instruction, RouteSheet
from shared.vocabulary import Role, StopChange, Turn
from tests.backend.planning import principal
from tests.backend.routing.conftest import Shift
from tests.backend.routing.test_rules import START, plan, stop
from tests.conftest import Clock
from tests.factories import fixes_at, location_batch, route_plan
from tests.fleet import make_shift, make_tracker, make_vehicle
from tests.phone import API

SITE, PLAN, VEHICLE, SHIFT = (UUID(int=number) for number in (201, 202, 203, 204))
WAY = {"type": "LineString", "coordinates": [[69.15, 54.87], [69.16, 54.87]]}
OTHER_WAY = {"type": "LineString", "coordinates": [[69.15, 54.87], [69.15, 54.88], [69.16, 54.87]]}
RIGHT = TurnStep(
    turn=Turn.RIGHT, lat=54.87, lon=69.155, distance_m=320, street_ru="улица Букетова", street_en="Buketov St"
)


def on_the_way(number: int, **fields: Any) -> Any:
    """A stop with all that a planner derives."""
    wished = {"path": WAY, "instructions": (RIGHT,), "site_id": SITE, "arrive_at": START} | fields
    return stop(number, **wished)


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"path": OTHER_WAY, "instructions": None}, None),
        ({"arrive_at": START + timedelta(minutes=9)}, None),
        ({"arrive_at": START + timedelta(minutes=10)}, StopChange.CHANGED),
        ({"arrive_at": None}, StopChange.CHANGED),
        ({"closes_at": START + timedelta(hours=1)}, StopChange.CHANGED),
        ({"detail": "ворота с двора"}, StopChange.CHANGED),
    ],
)
def test_another_way_and_a_few_minutes_are_no_news(fields: dict[str, Any], seen: StopChange | None) -> None:
    """A driver is shown what he must act on."""
    found = changes.compare([on_the_way(1)], [on_the_way(1, **fields)])
    assert seen == found.change.get(UUID(int=1))


def test_a_done_stop_may_get_another_way_but_no_other_site() -> None:
    """The way to it is history; whose containers were emptied is not to be rewritten."""
    before, done = [on_the_way(1)], {UUID(int=1)}
    assert {} == changes.frozen_errors(before, [on_the_way(1, path=OTHER_WAY, instructions=None)], done)
    assert ["stops[0]"] == list(changes.frozen_errors(before, [on_the_way(1, site_id=uuid4())], done))


def planned(*stops: Any) -> RoutePlan:
    """A route as a planner makes it."""
    return plan(*stops, plan_id=PLAN, vehicle_id=VEHICLE, shift_id=SHIFT, length_m=1200.0)


def typed(*stops: Any, **fields: Any) -> RoutePlan:
    """The same as a dispatcher's form sends it: nothing derived is in it."""
    bare = [replace(each, path=None, instructions=None, site_id=None) for each in stops]
    return plan(*bare, **fields)


def test_a_plan_typed_anew_without_a_change_keeps_all_that_was_derived() -> None:
    """The form knows no ways."""
    before = planned(on_the_way(1), on_the_way(2))
    assert before == derived.carried_over(before, typed(*before.stops))


def test_ways_that_are_no_longer_true_become_unknown() -> None:
    """A way needs both of its ends; the site stays with its stop."""
    before = planned(on_the_way(1), on_the_way(2), on_the_way(3))
    first, second, third = before.stops
    found = derived.carried_over(before, typed(first, third, stop(None), second, vehicle="KZ 777"))
    assert [WAY, None, None, None] == [each.path for each in found.stops]
    assert [(RIGHT,), None, None, None] == [each.instructions for each in found.stops]
    assert [SITE, SITE, None, SITE] == [each.site_id for each in found.stops]
    assert (PLAN, SHIFT, None, None) == (found.plan_id, found.shift_id, found.vehicle_id, found.length_m)


def given_ways(app: Flask, shift: Shift, site_id: UUID = SITE, **belongs: UUID | None) -> None:
    """Let a planner change the route: ways, turns, sites, and where it belongs, if only on paper."""
    ids = {"plan_id": PLAN, "vehicle_id": VEHICLE, "shift_id": SHIFT} | belongs
    planner = principal(app, Role.DISPATCHER, [shift.district_id])
    with transaction():
        route = db.session().get_one(Route, UUID(shift.route["id"]))
        held = rows.plan_of(
            route, rows.stops_of([route.id])[route.id], rows.assignees_of([route.id])[route.id]
        )
        stops = [replace(each, path=WAY, instructions=(RIGHT,), site_id=site_id) for each in held.stops]
        wished = replace(held, stops=tuple(stops), length_m=1200.0, plan_id=ids["plan_id"])
        service.change(route, planner, wished, reason="ways are known")
        route.vehicle_id, route.shift_id = ids["vehicle_id"], ids["shift_id"]


def sheet_in(shift: Shift, language: str) -> RouteSheet:
    """The route on the crew's phone in a language."""
    shift.crew.headers["Accept-Language"] = language
    return shift.sheet()


def test_ways_and_turns_reach_the_phone_in_its_language(app: Flask, shift: Shift, in_app: None) -> None:
    """A new version, but no stop is called changed; the words follow the phone's language."""
    given_ways(app, shift)
    sheet = sheet_in(shift, "en")
    assert (2, 1200.0, {None}) == (sheet.version, sheet.length_m, {each.change for each in sheet.stops})
    assert WAY == sheet.stops[1].path
    words = "Turn right onto Buketov St"
    said = Instruction(turn=Turn.RIGHT, text=words, lat=54.87, lon=69.155, distance_m=320)
    assert (said,) == sheet.stops[1].instructions
    (russian,) = sheet_in(shift, "ru").stops[0].instructions
    assert "Поверните направо на улицу Букетова" == russian.text


def test_a_version_keeps_the_ways_and_a_dispatchers_hand_does_not_lose_them(
    app: Flask, shift: Shift, in_app: None
) -> None:
    """Read, changed in one word, sent back: sites and ways are still there."""
    given_ways(app, shift)
    body = shift.plan()
    body["stops"][0]["detail"] = "2 × 1,1 м³"
    assert 200 == shift.dispatcher.put(shift.path, json=body).status_code
    read = shift.read()
    assert [(WAY, str(SITE))] * 3 == [(each["path"], each["site_id"]) for each in read["stops"]]
    assert ["changed", None, None] == [each["change"] for each in read["stops"]]
    assert (str(PLAN), str(VEHICLE), str(SHIFT), 1200.0) == (
        *(read[name] for name in ("plan_id", "vehicle_id", "shift_id")),
        read["length_m"],
    )
    with transaction(read_only=True):
        newest = db.session().scalars(sa.select(RouteVersion).order_by(RouteVersion.number.desc())).first()
    assert newest is not None
    assert (3, "right") == (newest.number, newest.plan["stops"][0]["instructions"][0]["turn"])


def test_a_hand_names_the_vehicle_and_its_shift(shift: Shift, clock: Clock) -> None:
    """What its tracker sends belongs to the route; another vehicle's shift is refused by field."""
    by = shift.dispatcher
    truck, other = (make_vehicle(by, shift.district_id)["id"] for _each in range(2))
    turn, others = (make_shift(by, each, clock())["id"] for each in (truck, other))
    good = route_plan(
        shift.district_id, clock(), assignee_ids=[shift.crew_id], vehicle_id=truck, shift_id=turn
    )
    made = by.post("/routes", json=good)
    assert (201, truck, turn) == (made.status_code, made.json["vehicle_id"], made.json["shift_id"])
    by.post(f"/routes/{made.json['id']}/moves", json={"to": "released"})
    tracker = make_tracker(by, truck)
    said = {"id": tracker["device_id"], "lat": 54.87, "lon": 69.15}
    assert 200 == by.client.get(f"{API}/osmand", query_string=said).status_code
    [fix] = by.get(f"/location-fixes?route={made.json['id']}").json["items"]
    assert (tracker["id"], truck, turn) == (fix["tracker_id"], fix["vehicle_id"], fix["shift_id"])
    wrong = by.post("/routes", json=good | {"shift_id": others})
    assert (422, ["shift_id"]) == (wrong.status_code, list(wrong.json["errors"]))
    by.delete(f"/vehicles/{truck}")
    assert ["vehicle_id"] == list(by.post("/routes", json=good).json["errors"])


@pytest.mark.parametrize("name", ["vehicle_id", "shift_id"])
def test_a_route_names_no_vehicle_or_shift_that_nobody_knows(shift: Shift, name: str) -> None:
    """Entered or changed: the field, the value, and where to look."""
    plan_with_stranger = shift.plan() | {name: str(uuid4())}
    changed = shift.dispatcher.put(shift.path, json=plan_with_stranger)
    fresh = {key: value for key, value in plan_with_stranger.items() if key != "reason"}
    for each in fresh["stops"]:
        del each["id"]
    for answer in (changed, shift.dispatcher.post("/routes", json=fresh)):
        assert (422, [name]) == (answer.status_code, list(answer.json["errors"]))
        assert plan_with_stranger[name] in answer.json["errors"][name][0]


def test_positions_are_kept_though_the_route_names_strangers(app: Flask, shift: Shift, in_app: None) -> None:
    """A row of older days costs a crew none of its positions, and the dispatcher may still change its words."""
    given_ways(app, shift)
    batch = location_batch(shift.crew, fixes_at((54.87, 69.15), shift.clock()))
    assert 3 == shift.crew.put(f"/location-fixes/{batch['id']}", json=batch).json["kept"]
    [first, *_rest] = shift.crew.get("/location-fixes").json["items"]
    assert (shift.route["id"], None, None) == tuple(
        first[name] for name in ("route_id", "vehicle_id", "shift_id")
    )
    assert 200 == shift.dispatcher.put(shift.path, json=shift.plan(title="Иначе")).status_code
