"""Hauled volumes over HTTP: a night's trips by contractor, beside what the gates counted; the dump fills up by them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.routing.volumes.filling import filled_m3
from shared.vocabulary import Role
from tests.backend.planning import MONDAY
from tests.backend.routing.plans.haul_city import HaulCity, Staff
from tests.backend.routing.plans.waste_city import DAY

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
pytestmark = [on_sqlite, pytest.mark.slow]  # a night is planned before


def count(city: HaulCity, dump: str, board: str, m3: float, **fields: Any) -> Any:
    """Count a truck now."""
    body = {"board_number": board, "counted_at": city.clock().isoformat(), "volume_m3": m3, **fields}
    return city.dispatcher.post(f"/facilities/{city.dumps[dump]}/gate-counts", json=body)


def a_trip(city: HaulCity, **said: Any) -> tuple[dict[str, Any], str]:
    """The first truck's first trip, reported to the unloading; its sheet and board number."""
    plan = city.plan()
    assert 200 == city.move(plan, "released").status_code
    crew = next(crew for crew in city.crews if crew.get("/sync").json["routes"])
    sheet = city.sheet(crew)
    until = next(at for at, stop in enumerate(sheet["stops"]) if stop["action"] == "unload")
    city.drive(crew, until + 1, **said)
    return sheet, sheet["vehicle"]


def volumes(city: HaulCity, **query: Any) -> dict[str, Any]:
    """What is told of the night."""
    city.dispatcher.refresh()
    answer = city.dispatcher.get("/hauling/volumes", query_string={"from": DAY, "to": DAY, **query})
    assert answer.status_code == 200, answer.text
    return answer.json  # type: ignore[no-any-return]


def test_a_trip_stands_beside_its_count_and_what_differs_is_said(haul_city: HaulCity) -> None:
    """Half full by the driver, less by the gate; the contractor is the truck's."""
    city = haul_city
    sheet, board = a_trip(city, volume_m3=10.0, ticket="К-1")
    dump = next(stop for stop in sheet["stops"] if stop["action"] == "unload")["title"]
    assert 201 == count(city, dump, board, 7.0, ticket="К-1").status_code
    found = volumes(city)
    (trip,) = found["trips"]
    assert (board, 10.0, 7.0, "К-1", dump) == (
        trip["board_number"],
        trip["told_m3"],
        trip["gate_m3"],
        trip["ticket"],
        trip["dump_name"],
    )
    assert "less_at_gate" in trip["differences"]
    assert any("30 %" in text for text in trip["texts"])
    contractor = found["contractors"][0]
    expected = "" if board == city.boards[3] else "ТОО «Сүмбе»"
    assert (expected, 1, 10.0, 7.0) == (
        contractor["contractor"],
        contractor["trips"],
        contractor["told_m3"],
        contractor["gate_m3"],
    )
    assert [] == volumes(city, contractor="Никто")["trips"]
    table = city.dispatcher.get(f"/hauling/volumes?from={DAY}&to={DAY}&format=csv")
    assert table.data.startswith("\ufeff".encode())
    assert 2 == len(table.data.decode("utf-8-sig").splitlines())


def test_a_dump_is_filled_by_what_is_told_until_somebody_counts(haul_city: HaulCity) -> None:
    """The next plan has that much less room."""
    city = haul_city
    sheet, board = a_trip(city, volume_m3=8.0)
    dump = next(stop for stop in sheet["stops"] if stop["action"] == "unload")["title"]
    night, dump_id = MONDAY.date(), city.dumps[dump]

    def filled() -> float:
        from uuid import UUID

        from backend.database import transaction

        with city.app.app_context(), transaction(read_only=True):
            return filled_m3({UUID(dump_id)}, night)[UUID(dump_id)]

    assert 8.0 == filled()
    made = count(city, dump, board, 6.5).json
    assert 6.5 == filled()
    path = f"/facilities/{dump_id}/gate-counts"
    assert 204 == city.dispatcher.delete(f"{path}/{made['id']}").status_code
    assert 204 == city.dispatcher.delete(f"{path}/{made['id']}").status_code
    assert 8.0 == filled()
    (kept,) = city.dispatcher.get(path).json["items"]
    assert kept["withdrawn_at"] is not None
    kinds = [event["kind"] for event in city.dispatcher.get("/events?limit=200").json["items"]]
    assert {"gate_count.entered", "gate_count.withdrawn"} <= set(kinds)


def test_a_weigh_ticket_becomes_cubic_metres_by_the_stated_density(haul_city: HaulCity) -> None:
    """4,200 kg at 420 kg/m³."""
    city = haul_city
    a_trip(city, weight_kg=4_200.0, ticket="9")
    found = volumes(city)
    assert 420 == found["density_kg_m3"]
    assert 10.0 == found["trips"][0]["told_m3"]


def test_what_cannot_be_counted_is_refused_with_its_remedy(haul_city: HaulCity, staff: Staff) -> None:
    """Another place, a time to come, no volume, a crew that would count itself."""
    city = haul_city
    depot = city.dispatcher.get("/facilities?kind=depot").json["items"][0]["id"]
    body = {"board_number": "7", "counted_at": city.clock().isoformat(), "volume_m3": 5}
    wrong = city.dispatcher.post(f"/facilities/{depot}/gate-counts", json=body)
    assert (422, True) == (wrong.status_code, "snow dump" in wrong.text)
    later = (city.clock() + timedelta(hours=2)).isoformat()
    assert 422 == count(city, "Пойма", "7", 5, counted_at=later).status_code
    for m3 in (0, -5, 10_000):
        assert 422 == count(city, "Пойма", "7", m3).status_code
    path = f"/facilities/{city.dumps['Пойма']}/gate-counts"
    assert 403 == city.crews[0].post(path, json=body).status_code
    assert 201 == staff(Role.SUPERVISOR).post(path, json=body).status_code
    late = city.dispatcher.get("/hauling/volumes?from=2026-11-23&to=2026-11-20")
    assert 422 == late.status_code
