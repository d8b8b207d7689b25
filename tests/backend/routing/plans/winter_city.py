"""A city for the tests of winter nights: a district with a boundary, a depot, machines on shifts, twelve centimetres of snow, seven in the evening."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend.database import transaction
from backend.streets import service as streets
from backend.streets.network import Access, StreetClass
from shared.vocabulary import Role
from tests.backend.planning import MONDAY
from tests.backend.routing.plans.waste_city import Staff
from tests.conftest import Clock
from tests.fleet import make_facility, make_shift, make_vehicle
from tests.invented_streets import import_streets
from tests.phone import Phone
from tests.winter import box, make_snowfall

NIGHT = "2026-11-23"
SEVEN_PM = MONDAY + timedelta(hours=14)  # in Petropavl, five hours ahead of UTC
KINDS = ("plough", "plough", "spreader", "tractor")
NO_CONTAINERS: dict[str, Any] = {"container_types": [], "capacity_m3": None, "compaction": 1}


@dataclass
class WinterCity:
    """A district in a snowy night."""

    app: Flask
    clock: Clock
    administrator: Phone
    dispatcher: Phone
    crews: list[Phone]
    district_id: UUID
    shift_ids: list[str]
    segment_ids: list[int]

    def wait(self, **how_long: float) -> None:
        """Time passes; everybody's session is renewed."""
        self.clock.advance(**how_long)
        for phone in (self.administrator, self.dispatcher, *self.crews):
            phone.refresh()

    def ask(self, **fields: Any) -> Any:
        """Ask for a plan of a few streets."""
        wish = {
            "kind": "snow_clearing",
            "day": NIGHT,
            "district_id": str(self.district_id),
            "seconds": 2,
            "works": ["clear"],
            "segment_ids": self.segment_ids,
        }
        return self.dispatcher.post("/plans", json={**wish, **fields})

    def plan(self, **fields: Any) -> dict[str, Any]:
        """A plan that was reckoned."""
        answer = self.ask(**fields)
        assert answer.status_code == 201, answer.text
        return self.read(answer.json["id"])

    def read(self, plan_id: str) -> dict[str, Any]:
        """The plan as it is now."""
        self.dispatcher.refresh()
        return self.dispatcher.get(f"/plans/{plan_id}").json  # type: ignore[return-value]

    def outcome(self, plan: dict[str, Any], number: int = 1, language: str = "ru") -> dict[str, Any]:
        """What one run of a plan has found."""
        run = self.dispatcher.get(f"/plans/{plan['id']}/runs/{number}", headers={"Accept-Language": language})
        assert run.json["state"] == "done", run.text  # type: ignore[index]
        found: dict[str, Any] = run.json["outcome"]  # type: ignore[index]
        return found

    def release(self, plan: dict[str, Any]) -> dict[str, Any]:
        """Hand the sheets to the phones."""
        answer = self.dispatcher.post(f"/plans/{plan['id']}/moves", json={"to": "released"})
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[return-value]

    def replan(self, plan: dict[str, Any], **events: Any) -> dict[str, Any]:
        """What is left of the night, reckoned anew."""
        asked = self.dispatcher.post(f"/plans/{plan['id']}/runs", json={"seconds": 1, **events})
        assert asked.status_code == 201, asked.text
        return self.outcome(plan, asked.json["number"])

    def crew_of(self, route: dict[str, Any]) -> Phone:
        """Who drives a route of a plan."""
        return self.crews[self.shift_ids.index(route["shift_id"])]

    def sheet(self, crew: Phone) -> dict[str, Any]:
        """What a crew's phone shows."""
        return crew.get("/sync").json["routes"][-1]  # type: ignore[index]


@pytest.fixture
def winter_city(app: Flask, clock: Clock, staff: Staff, district_id: UUID) -> WinterCity:
    """Everything that a night by streets needs."""
    clock.moment = SEVEN_PM
    import_streets(app)
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
    administrator, dispatcher = staff(Role.ADMINISTRATOR), staff(Role.DISPATCHER)
    whole = box(
        float(network.node_lon.min()) - 0.01,
        float(network.node_lat.min()) - 0.01,
        float(network.node_lon.max()) + 0.01,
        float(network.node_lat.max()) + 0.01,
    )
    drawn = administrator.put(f"/districts/{district_id}/boundary", json={"boundary": whole})
    assert drawn.status_code == 200, drawn.text
    both_ways = (network.access.reshape(-1, 2) & Access.TRUCK > 0).all(axis=1)
    fit = both_ways & (network.street_class <= StreetClass.RESIDENTIAL)
    chosen = [number for number in range(network.segments) if fit[number] and network.name(number).ru][:8]
    lon, lat = network.line(chosen[0])[0]
    place = {"type": "Point", "coordinates": [float(lon), float(lat)]}
    depot = make_facility(dispatcher, district_id, name="База", place=place, hours=None)
    crews, shift_ids = [], []
    for kind in KINDS:
        loaded = {"capacity_kg": 6000 if kind == "spreader" else None}
        machine = make_vehicle(
            dispatcher,
            district_id,
            kind=kind,
            depot_id=depot["id"],
            cost_per_km_kzt=200,
            **NO_CONTAINERS | loaded,
        )
        crew = staff(Role.CREW)
        shift = make_shift(
            dispatcher, machine["id"], SEVEN_PM + timedelta(hours=1), driver_id=str(crew.tokens["user"]["id"])
        )
        crews.append(crew)
        shift_ids.append(shift["id"])
    make_snowfall(dispatcher, SEVEN_PM, district_id)
    return WinterCity(
        app=app,
        clock=clock,
        administrator=administrator,
        dispatcher=dispatcher,
        crews=crews,
        district_id=district_id,
        shift_ids=shift_ids,
        segment_ids=[int(network.segment_id[number]) for number in chosen],
    )
