"""A plan's life over HTTP on the invented streets: reckoned, released, driven, planned anew, closed; and what cannot be."""

from __future__ import annotations

from itertools import pairwise

import pytest

from backend.database import transaction
from backend.streets import service as streets
from tests.backend.routing.plans.waste_city import SITES, City
from tests.factories import stop_report_draft
from tests.fleet import make_site

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [on_sqlite, pytest.mark.slow]  # searches are compiled once a process


def test_a_day_from_the_wish_to_the_last_emptying(city: City) -> None:
    """Reckoned, checked, released to phones, driven, closed; and «when was it last emptied» is one query."""
    plan = city.plan(title="Утро")
    assert ("draft", ["released", "discarded"]) == (plan["state"], plan["next_states"])
    outcome = city.run(plan, 1)["outcome"]
    assert (SITES, [], []) == (outcome["served"], outcome["unserved"], outcome["flaws"])
    assert 0 <= outcome["gap"] < 1
    for tour in outcome["tours"]:
        assert ["unload", "end"] == [visit["act"] for visit in tour["visits"][-2:]]
        assert len(tour["path"]["coordinates"]) > 10
    released = city.move(plan, "released").json
    assert "released" == released["state"]
    crews = {crew.tokens["user"]["id"]: crew for crew in city.crews}
    for route in released["routes"]:
        whole = city.dispatcher.get(f"/routes/{route['id']}").json
        crew = crews[whole["assignee_ids"][0]]
        sheet = city.sheet(crew)
        assert (route["id"], "Гараж") == (sheet["id"], sheet["stops"][0]["title"])
        assert all(stop["path"] and stop["instructions"] for stop in sheet["stops"][1:])
        for number in range(len(sheet["stops"])):
            city.clock.advance(seconds=30)
            answer = stop_report_draft(crew, sheet, city.clock(), stop=number).send(crew)
            assert answer.status_code == 200, answer.text
        assert "driving" == city.read(plan["id"])["state"]
        crew.post(f"/routes/{route['id']}/moves", json={"to": "closed"})
    assert "closed" == city.read(plan["id"])["state"]
    for site_id in city.site_ids:
        assert city.dispatcher.get(f"/containers/{site_id}").json["emptied_at"] is not None
    kinds = [event["kind"] for event in city.dispatcher.get("/events?limit=200").json["items"]]
    assert {"plan.asked", "plan.reckoned", "plan.moved"} <= set(kinds)


def test_a_truck_breaks_down_and_another_takes_over(city: City) -> None:
    """What is done stays; the spare truck's driver gets what is left; nothing changes before somebody accepts."""
    plan = city.move(city.plan(), "released").json
    (route,) = plan["routes"]
    broken = city.shift_ids.index(route["shift_id"])
    crew, spare = city.crews[broken], city.crews[1 - broken]
    sheet = city.sheet(crew)
    collected = next(stop for stop in sheet["stops"] if stop["action"] == "collect")
    before_it = sheet["stops"][: sheet["stops"].index(collected) + 1]
    for number in range(len(before_it)):
        assert 200 == stop_report_draft(crew, sheet, city.clock(), stop=number).send(crew).status_code
    found = city.replan(plan, reason="Поломка", out_shift_ids=[route["shift_id"]])
    assert [city.shift_ids[1 - broken]] == [tour["shift_id"] for tour in found["outcome"]["tours"]]
    assert SITES - 1 == found["outcome"]["served"]
    assert sheet["version"] == city.sheet(crew)["version"]
    assert [] == spare.get("/sync").json["routes"]
    accepted = city.dispatcher.put(f"/plans/{plan['id']}/runs/2/acceptance")
    assert accepted.status_code == 200, accepted.text
    left = city.sheet(crew)
    assert [stop["id"] for stop in before_it] == [stop["id"] for stop in left["stops"]]
    assert "Поломка" == left["changed_because"]
    titles = [stop["title"] for stop in city.sheet(spare)["stops"] if stop["action"] == "collect"]
    assert SITES == len({*titles, collected["title"]})


def test_an_urgent_site_joins_a_day_under_way_and_the_driver_sees_it(city: City) -> None:
    """One stop is new, what the driver heads for stays next, and the same acceptance again changes nothing."""
    plan = city.move(city.plan(), "released").json
    crew = city.crews[city.shift_ids.index(plan["routes"][0]["shift_id"])]
    sheet = city.sheet(crew)
    for number in range(2):
        assert 200 == stop_report_draft(crew, sheet, city.clock(), stop=number).send(crew).status_code
    urgent = make_site(city.dispatcher, city.district_id, address="Срочная", place=city.place(5))
    found = city.replan(plan, reason="Жалоба жителей", urgent_site_ids=[urgent["id"]])
    assert SITES == found["outcome"]["served"]
    for _again in range(2):
        accepted = city.dispatcher.put(f"/plans/{plan['id']}/runs/2/acceptance")
        assert accepted.status_code == 200, accepted.text
    now = city.sheet(crew)
    assert ("Жалоба жителей", sheet["version"] + 1) == (now["changed_because"], now["version"])
    assert ["Срочная"] == [stop["title"] for stop in now["stops"] if stop["change"] == "added"]
    assert [stop["id"] for stop in sheet["stops"][:3]] == [stop["id"] for stop in now["stops"][:3]]


def test_a_street_that_closes_is_driven_round(city: City) -> None:
    """No way of the new plan takes it."""
    plan = city.move(city.plan(), "released").json
    crew = city.crews[city.shift_ids.index(plan["routes"][0]["shift_id"])]
    with city.app.app_context(), transaction(read_only=True):
        network = streets.network()
    line = {
        tuple(position) for stop in city.sheet(crew)["stops"][1:] for position in stop["path"]["coordinates"]
    }
    inner = [
        index
        for index in range(network.segments)
        if {tuple(position) for position in network.line(index).round(6).tolist()} <= line
    ]
    closed = int(network.segment_id[inner[len(inner) // 2]])
    found = city.replan(plan, reason="Авария", closed_segment_ids=[closed])
    assert "done" == found["state"]
    ends = [tuple(position) for position in network.line(inner[len(inner) // 2]).round(6).tolist()]
    for tour in found["outcome"]["tours"]:
        way = [tuple(position) for position in tour["path"]["coordinates"]]
        assert not any(set(pair) == {ends[0], ends[-1]} for pair in pairwise(way))


def test_a_plan_that_was_overtaken_cannot_be_accepted(city: City) -> None:
    """Somebody changed a route by hand meanwhile: no silent loss."""
    plan = city.move(city.plan(), "released").json
    city.dispatcher.post(f"/plans/{plan['id']}/runs", json={"reason": "Срочно", "seconds": 1})
    route = city.dispatcher.get(f"/routes/{plan['routes'][0]['id']}").json
    names = ("district_id", "kind", "note", "vehicle", "starts_at", "ends_at", "assignee_ids")
    stop_names = ("id", "action", "title", "detail", "lat", "lon", "line", "side", "locked", "photo_needed")
    stops = [{name: stop[name] for name in stop_names} for stop in route["stops"]]
    body = {**{name: route[name] for name in names}, "title": "Иначе", "stops": stops, "reason": "иначе"}
    assert 200 == city.dispatcher.put(f"/routes/{route['id']}", json=body).status_code
    refused = city.dispatcher.put(f"/plans/{plan['id']}/runs/2/acceptance")
    assert 409 == refused.status_code
    assert "Иначе" in refused.json["detail"]


def test_what_is_missing_is_named(city: City) -> None:
    """No shift, no landfill, no street, nothing to serve, no right."""
    assert {"day"} == set(city.ask(day="2026-11-24").json["errors"])
    assert {"fill_from"} == set(city.ask(fill_from=2, must_from=2).json["errors"])
    unknown = "00000000-0000-4000-8000-000000000001"
    assert {"site_ids"} == set(city.ask(site_ids=[unknown]).json["errors"])
    assert {"shift_ids"} == set(city.ask(shift_ids=[unknown]).json["errors"])
    truck = city.dispatcher.get("/vehicles").json["items"][0]
    assert 200 == city.dispatcher.patch(f"/vehicles/{truck['id']}", json={"out_reason": "ремонт"}).status_code
    asked = city.ask(shift_ids=city.shift_ids).json["errors"]
    assert {"shift_ids"} == set(asked)
    assert 1 == sum(shift_id in asked["shift_ids"][0] for shift_id in city.shift_ids)
    assert {"district_id"} == set(city.ask(district_id=None).json["errors"])
    assert {"kind"} == set(city.ask(kind="other").json["errors"])
    landfill = city.dispatcher.get("/facilities?kind=landfill").json["items"][0]
    city.dispatcher.patch(f"/facilities/{landfill['id']}", json={"closed_reason": "пожар"})
    assert (
        "landfill" in city.ask().json["errors"]["day"][0] or "полигон" in city.ask().json["errors"]["day"][0]
    )


def test_a_site_in_the_river_is_left_out_and_the_rest_is_planned(city: City) -> None:
    """Named by its address, with what to do."""
    far = {"type": "Point", "coordinates": [69.30, 54.99]}
    make_site(city.dispatcher, city.district_id, address="В реке", place=far)
    outcome = city.run(city.plan(), 1)["outcome"]
    assert SITES == outcome["served"]
    (left_out,) = outcome["unserved"]
    assert ("В реке", "flaw") == (left_out["title"], left_out["why"])
    assert "В реке" in left_out["text"]


def test_a_shift_without_a_driver_is_not_released(city: City) -> None:
    """Its vehicle is named; the plan stays a draft."""
    for shift_id in city.shift_ids:
        city.dispatcher.patch(f"/shifts/{shift_id}", json={"driver_id": None})
    plan = city.plan()
    refused = city.move(plan, "released")
    assert 422 == refused.status_code
    assert any(board in text for board in city.boards for text in refused.json["errors"]["to"])
    assert "draft" == city.read(plan["id"])["state"]
