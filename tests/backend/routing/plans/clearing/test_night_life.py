"""A night by streets over HTTP: from snow to segment sheets, driven, planned anew; and what cannot be, in words with a remedy."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from shared.vocabulary import StopState
from tests.backend.routing.plans.winter_city import NIGHT, WinterCity
from tests.factories import stop_report_draft

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [on_sqlite, pytest.mark.slow]  # searches are compiled once a process

Passes = Counter[tuple[int, bool | None, str]]


def needed(city: WinterCity, work: str = "clear") -> Passes:
    """Passes by segment and direction that the streets of the tests need."""
    found = city.dispatcher.get(f"/winter/needs?night={NIGHT}&work={work}&limit=50000").json["items"]
    return Counter(
        {
            (each["segment_id"], each["forward"], each["work"]): each["passes"]
            for each in found
            if each["segment_id"] in city.segment_ids
        }
    )


def sheets(city: WinterCity, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The routes of a plan, whole."""
    return [city.dispatcher.get(f"/routes/{route['id']}").json for route in plan["routes"]]


def on_sheets(city: WinterCity, plan: dict[str, Any]) -> Passes:
    """Passes by segment and direction that stand on the phones, as the database has them."""
    from backend.database import db, transaction
    from backend.routing.models import RouteStop

    found: Passes = Counter()
    with city.app.app_context(), transaction(read_only=True):
        for stop in db.session().query(RouteStop).filter(RouteStop.number.is_not(None)):
            for each in stop.segments or ():
                found[each["id"], None if each["either"] else each["forward"], each["work"]] += 1
    return found


def test_what_the_streets_need_is_what_stands_on_the_phones(winter_city: WinterCity) -> None:
    """Each direction with its passes, on machines that clear; due times, sides and ways with turns; lines follow each other."""
    plan = winter_city.plan(title="Ночь")
    outcome = winter_city.outcome(plan)
    wanted = needed(winter_city)
    assert len(wanted) >= len(winter_city.segment_ids)
    assert (sum(wanted.values()), [], []) == (outcome["served"], outcome["unserved"], outcome["flaws"])
    released = winter_city.release(plan)
    assert wanted == on_sheets(winter_city, released)
    for route in released["routes"]:
        crew = winter_city.crew_of(route)
        sheet = winter_city.sheet(crew)
        assert ["depot", "depot"] == [sheet["stops"][0]["action"], sheet["stops"][-1]["action"]]
        runs = [stop for stop in sheet["stops"] if stop["action"] == "clear"]
        assert runs
        for stop in runs:
            assert stop["line"]["coordinates"][0] == [stop["lon"], stop["lat"]]
            assert (stop["work"], True) == ("clear", 1 <= stop["pass_number"] <= stop["passes"])
            assert stop["side"] in ("right", "both")
            assert stop["closes_at"] is not None
        for before, stop in pairwise(sheet["stops"]):
            if stop["path"] is not None:
                last = before["line"]["coordinates"][-1] if before["line"] else [before["lon"], before["lat"]]
                assert last == pytest.approx(stop["path"]["coordinates"][0], abs=2e-3)
                assert stop["instructions"]


def test_spreaders_grit_and_tractors_clear_pavements(winter_city: WinterCity) -> None:
    """Who cannot do a work is not sent to do it."""
    plan = winter_city.release(winter_city.plan(works=["clear", "grit", "pavement"]))
    by_work: dict[str, set[str]] = {}
    for route in plan["routes"]:
        crew = winter_city.crew_of(route)
        for stop in winter_city.sheet(crew)["stops"]:
            if stop["work"]:
                by_work.setdefault(stop["work"], set()).add(route["shift_id"])
    ploughs, spreader, tractor = winter_city.shift_ids[:2], winter_city.shift_ids[2], winter_city.shift_ids[3]
    assert by_work["clear"] <= {*ploughs, spreader}
    assert by_work.get("pavement", {tractor}) == {tractor}
    assert by_work.get("grit", {spreader}) == {spreader}


def driven(city: WinterCity, route: dict[str, Any], runs: int) -> dict[str, Any]:
    """A crew that has done its first runs; its sheet before."""
    crew = city.crew_of(route)
    sheet = city.sheet(crew)
    numbers = [number for number, stop in enumerate(sheet["stops"]) if stop["work"]]
    for number in range(numbers[runs - 1] + 1):
        city.clock.advance(seconds=30)
        answer = stop_report_draft(crew, sheet, city.clock(), stop=number).send(crew)
        assert answer.status_code == 200, answer.text
    return sheet


def test_a_plough_breaks_down_and_the_rest_of_its_streets_goes_to_others(winter_city: WinterCity) -> None:
    """What is done is not done again; nothing changes before somebody accepts; the driver reads why."""
    city = winter_city
    city.wait(minutes=70)
    plan = city.release(city.plan(works=["clear"]))
    route = max(plan["routes"], key=lambda each: len(city.sheet(city.crew_of(each))["stops"]))
    wanted = on_sheets(city, plan)
    sheet = driven(city, route, 1)
    done = next(stop for stop in sheet["stops"] if stop["work"])
    found = city.replan(plan, reason="Поломка", out_shift_ids=[route["shift_id"]])
    assert route["shift_id"] not in {tour["shift_id"] for tour in found["tours"]}
    assert sheet["version"] == city.sheet(city.crew_of(route))["version"]
    accepted = city.dispatcher.put(f"/plans/{plan['id']}/runs/2/acceptance")
    assert accepted.status_code == 200, accepted.text
    assert wanted == on_sheets(city, plan)
    left = city.sheet(city.crew_of(route))
    assert "Поломка" == left["changed_because"]
    assert done["id"] in {stop["id"] for stop in left["stops"]}
    assert found["served"] < sum(wanted.values())


def test_parked_cars_are_left_until_somebody_calls_the_street_urgent(winter_city: WinterCity) -> None:
    """A skipped run is not planned again by itself; named, it comes first."""
    city = winter_city
    city.wait(minutes=70)
    plan = city.release(city.plan())
    route = plan["routes"][0]
    crew = city.crew_of(route)
    sheet = city.sheet(crew)
    number = next(at for at, stop in enumerate(sheet["stops"]) if stop["work"])
    skipped = stop_report_draft(
        crew, sheet, city.clock(), stop=number, state=StopState.SKIPPED, skip_reason="parked_cars"
    ).send(crew)
    assert skipped.status_code == 200, skipped.text
    before = sum(on_sheets(city, plan).values())
    quiet = city.replan(plan, reason="Ещё раз")
    assert quiet["served"] < before
    city.wait(minutes=5)
    segment_ids = {
        segment
        for tour in city.outcome(plan)["tours"]
        for visit in tour["visits"]
        if visit["act"] == "run" and visit["title"] == sheet["stops"][number]["title"]
        for segment in visit["segment_ids"]
    }
    again = city.replan(plan, reason="Машины убраны", urgent_segment_ids=sorted(segment_ids))
    assert again["served"] > quiet["served"]


@pytest.mark.parametrize(
    ("language", "closed"),
    [("ru", "закрыта"), ("kk", "жабық"), ("en", "is closed")],
)
def test_a_closed_bridge_is_named_and_the_rest_is_planned(
    winter_city: WinterCity, language: str, closed: str
) -> None:
    """With its street and its metres."""
    city = winter_city
    city.wait(minutes=70)
    plan = city.release(city.plan())
    shut = city.segment_ids[0]
    asked = city.dispatcher.post(
        f"/plans/{plan['id']}/runs",
        json={"seconds": 1, "reason": "Мост закрыт", "closed_segment_ids": [shut]},
    )
    found = city.outcome(plan, asked.json["number"], language)
    (left,) = [each for each in found["unserved"] if shut in each["segment_ids"]]
    assert closed in left["text"]
    assert left["metres"] > 0
    assert found["served"] > 0


def test_a_work_that_no_machine_does_is_named(winter_city: WinterCity) -> None:
    """Gritting without a spreader: the plan is made, and says what is missing."""
    city = winter_city
    city.dispatcher.post("/winter/snowfalls", json={})  # refused: it changes nothing
    plan = city.plan(works=["clear", "pavement"], shift_ids=city.shift_ids[:2])
    left = city.outcome(plan)["unserved"]
    assert {"pavement"} == {each["work"] for each in left}
    assert all("ни одна машина этой ночи этого не делает" in each["text"] for each in left)


def test_a_night_without_snow_or_machines_is_refused(winter_city: WinterCity) -> None:
    """The field is named, and what to enter where."""
    city = winter_city
    dry = city.ask(day="2026-11-24", segment_ids=[999_999_999])
    assert dry.status_code == 422, dry.text
    none = city.ask(day="2026-11-25")
    assert none.status_code == 422
    assert "/shifts" in str(none.json["errors"])
    nothing = city.ask(segment_ids=[999_999_999])
    assert nothing.status_code == 422
    assert "/winter/snowfalls" in str(nothing.json["errors"]["works"])


def test_a_new_snowfall_brings_streets_back(winter_city: WinterCity) -> None:
    """Only when somebody asks for it: done runs stay done, and their streets come again."""
    city = winter_city
    city.wait(minutes=70)
    plan = city.release(city.plan())
    before = city.replan(plan, reason="Проверка")
    assert before["served"] == sum(on_sheets(city, plan).values())
    city.wait(hours=1)
    later = city.clock() - timedelta(minutes=10)
    fall = {
        "begun_at": later.isoformat(),
        "ended_at": city.clock().isoformat(),
        "depth_cm": 9,
        "temperature_c": -6,
        "district_id": str(city.district_id),
    }
    assert 201 == city.dispatcher.post("/winter/snowfalls", json=fall).status_code
    again = city.replan(plan, reason="Снова снег", new_snow=True)
    assert again["served"] >= before["served"]
