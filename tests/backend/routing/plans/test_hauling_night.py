"""A hauling night over HTTP on the invented streets: planned, released to loader and trucks, driven, planned anew; and what cannot be."""

from __future__ import annotations

import pytest

from tests.backend.routing.plans.haul_city import PILES_M3, HaulCity
from tests.factories import stop_report_draft

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [on_sqlite, pytest.mark.slow]  # searches are compiled once a process


def test_a_night_from_the_piles_to_the_sheets_of_loader_and_trucks(haul_city: HaulCity) -> None:
    """Everything is hauled; the loader sees its piles, each truck whom it waits for, how much, and where it goes."""
    city = haul_city
    plan = city.plan(title="Вывоз")
    outcome = city.run(plan, 1)["outcome"]
    assert [] == outcome["unserved"]
    assert {flaw["title"] for flaw in outcome["flaws"]} <= {
        "Пойма"
    }  # it may fill up in the night: that is said
    assert outcome["hauled_m3"] == pytest.approx(sum(PILES_M3))
    assert 0 == outcome["left_m3"]
    roles = {tour["role"] for tour in outcome["tours"]}
    assert {"loader", "truck"} == roles
    released = city.move(plan, "released")
    assert released.status_code == 200, released.text
    loader = city.sheet(city.loader)
    assert {"depot", "load"} == {stop["action"] for stop in loader["stops"]}
    assert sum(stop["volume_m3"] or 0 for stop in loader["stops"]) == pytest.approx(sum(PILES_M3))
    trucks = [city.sheet(crew) for crew in city.crews if crew.get("/sync").json["routes"]]
    assert trucks
    for sheet in trucks:
        actions = [stop["action"] for stop in sheet["stops"]]
        assert (actions[0], actions[-1]) == ("depot", "depot")
        assert "unload" == actions[-2]
        first = next(stop for stop in sheet["stops"] if stop["action"] == "load")
        assert city.boards[0] in first["detail"]
        dump = next(stop for stop in sheet["stops"] if stop["action"] == "unload")
        assert (10.0, True) == (dump["body_m3"], dump["title"] in city.dumps)
        assert all(stop["path"] for stop in sheet["stops"][1:])


def test_what_the_loader_reports_is_gone_from_winter_and_comes_back_when_it_is_taken_back(
    haul_city: HaulCity,
) -> None:
    """A pile that is done is hauled: no later night plans it again."""
    city = haul_city
    plan = city.plan()
    city.move(plan, "released")
    city.drive(city.loader, 2)
    gone = city.dispatcher.get("/winter/piles?gone=true").json["items"]
    assert 1 == len(gone)
    sheet = city.sheet(city.loader)
    city.clock.advance(seconds=60)
    stop_report_draft(city.loader, sheet, city.clock(), stop=1, state="planned").send(city.loader)
    assert [] == city.dispatcher.get("/winter/piles?gone=true").json["items"]


def test_a_truck_that_breaks_down_leaves_the_rest_to_the_others(haul_city: HaulCity) -> None:
    """What is done stays done; what is loaded goes to a dump first; the broken one gets nothing."""
    city = haul_city
    plan = city.plan()
    city.move(plan, "released")
    driving = [crew for crew in city.crews if crew.get("/sync").json["routes"]]
    assert len(driving) >= 2
    broken, other = driving[0], driving[1]
    before = city.drive(other, 2)
    assert ["depot", "load"] == [stop["action"] for stop in before["stops"][:2]]
    broken_shift = city.shift_ids[1 + city.crews.index(broken)]
    found = city.replan(city.read(plan["id"]), reason="Поломка", out_shift_ids=[broken_shift])
    outcome = found["outcome"]
    assert broken_shift not in {tour["shift_id"] for tour in outcome["tours"]}
    loaded = next(stop["volume_m3"] for stop in before["stops"] if stop["action"] == "load")
    assert outcome["hauled_m3"] + outcome["left_m3"] == pytest.approx(sum(PILES_M3), abs=0.5)
    other_shift = city.shift_ids[1 + city.crews.index(other)]
    tour = next(tour for tour in outcome["tours"] if tour["shift_id"] == other_shift)
    first = next(visit for visit in tour["visits"] if visit["act"] in ("load", "unload"))
    assert ("unload", loaded) == (first["act"], first["m3"])
    accepted = city.dispatcher.put(f"/plans/{plan['id']}/runs/2/acceptance")
    assert accepted.status_code == 200, accepted.text
    assert "Поломка" == city.sheet(other)["changed_because"]


def test_a_dump_that_is_closed_in_the_night_sends_trucks_to_the_other(haul_city: HaulCity) -> None:
    """Named as full, and no trip leads there any more."""
    city = haul_city
    plan = city.plan()
    city.move(plan, "released")
    lake = city.dumps["Сухое озеро"]
    found = city.replan(city.read(plan["id"]), reason="Переполнен", closed_dump_ids=[lake])
    outcome = found["outcome"]
    used = {visit["id"] for tour in outcome["tours"] for visit in tour["visits"] if visit["act"] == "unload"}
    assert {city.dumps["Пойма"]} == used
    assert "Сухое озеро" in {flaw["title"] for flaw in outcome["flaws"]}
    assert outcome["hauled_m3"] <= 120
    assert {"dumps"} == {left["why"] for left in outcome["unserved"]}


def test_more_snow_than_thought_is_planned_when_it_is_measured(haul_city: HaulCity) -> None:
    """A new pile joins the night under way."""
    city = haul_city
    plan = city.plan()
    city.move(plan, "released")
    city.measure(6, 50.0)
    found = city.replan(city.read(plan["id"]), reason="Намело", new_snow=True)
    outcome = found["outcome"]
    assert outcome["hauled_m3"] + outcome["left_m3"] == pytest.approx(sum(PILES_M3) + 50, abs=0.5)


def test_without_a_dump_a_truck_or_snow_nothing_is_planned_and_it_is_said_why(haul_city: HaulCity) -> None:
    """Each with its remedy."""
    city = haul_city
    for dump_id in city.dumps.values():
        etag = city.dispatcher.get(f"/facilities/{dump_id}").headers["ETag"]
        city.dispatcher.patch(
            f"/facilities/{dump_id}", json={"closed_reason": "Полон"}, headers={"If-Match": etag}
        )
    assert "snow dump" in city.ask().text
    nobody = city.ask(day="2026-11-25")
    assert nobody.status_code == 422
    assert "/shifts" in nobody.text
    dry = city.ask(pile_from_m3=500, segment_ids=[123])
    assert dry.status_code == 422
    assert "pile_from_m3" in dry.text


def test_without_a_loader_everything_stays_and_is_named(haul_city: HaulCity) -> None:
    """Trucks alone haul nothing."""
    city = haul_city
    outcome = city.run(city.plan(shift_ids=city.shift_ids[1:]), 1)["outcome"]
    assert 0 == outcome["hauled_m3"]
    assert "loaders" in {flaw["subject"] for flaw in outcome["flaws"]}
    assert len(PILES_M3) == len(outcome["unserved"])
