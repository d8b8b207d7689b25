"""The report of a night over HTTP: planned, released, reported in part, closed, read as JSON and as files."""

from __future__ import annotations

from typing import Any

import pytest

from tests.backend.routing.plans.winter_city import WinterCity
from tests.factories import stop_report_draft

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [on_sqlite, pytest.mark.slow]  # searches are compiled once a process


def report(city: WinterCity, plan: dict[str, Any], **query: str) -> Any:
    """The night's report."""
    return city.dispatcher.get(f"/plans/{plan['id']}/night-report", query_string=query)


def test_a_night_is_reported_from_the_release_to_the_close(winter_city: WinterCity) -> None:
    """Open at first; then done, skipped and silent passes with their causes; files beside the JSON."""
    city = winter_city
    plan = city.plan(title="Ночь", seconds=6)
    assert 409 == report(city, plan).status_code
    planned_m = city.outcome(plan)["worked_m"]
    plan = city.release(plan)
    first = report(city, plan).json
    assert (planned_m, planned_m, 0) == (
        first["whole"]["metres"],
        first["whole"]["open_m"],
        len(first["causes"]),
    )
    city.wait(minutes=5)
    done_m, skipped = 0, False
    for route in plan["routes"]:
        crew = city.crew_of(route)
        sheet = city.sheet(crew)
        for stop in sheet["stops"]:
            if stop["action"] != "clear":
                continue
            if not skipped:
                skipped = True
                state = {"state": "skipped", "skip_reason": "parked_cars"}
            elif done_m:
                continue
            else:
                state = {"state": "done"}
                done_m = 1
            draft = stop_report_draft(crew, sheet, city.clock(), stop_id=stop["id"], fixes=[], **state)
            assert 200 == draft.send(crew).status_code
    closed = city.dispatcher.post(f"/plans/{plan['id']}/moves", json={"to": "closed", "reason": "Конец"})
    assert 200 == closed.status_code
    last = report(city, plan).json
    whole = last["whole"]
    assert whole["metres"] == whole["in_time_m"] + whole["not_done_m"] == planned_m
    assert (0, True, whole["in_time_m"]) == (whole["open_m"], whole["in_time_m"] > 0, whole["by_report_m"])
    causes = {each["cause"] for each in last["causes"]}
    assert {"skipped", "not_reported"} == causes
    assert planned_m == sum(each["metres"] for each in last["by_priority"])
    assert planned_m == sum(each["metres"] for each in last["streets"])
    assert len(plan["routes"]) == len(last["machines"])
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("pdf", b"%PDF-")):
        answer = report(city, plan, format=kind)
        assert (200, True) == (answer.status_code, answer.data.startswith(begins))
        assert f".{kind}" in answer.headers["Content-Disposition"]
