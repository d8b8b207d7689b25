"""A city for the tests of plans: a district with a depot, a landfill, two trucks on shifts and some sites, at five in the morning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend.database import transaction
from backend.streets import service as streets
from shared.vocabulary import Role
from tests.backend.planning import MONDAY
from tests.conftest import Clock
from tests.fleet import make_facility, make_shift, make_site, make_vehicle
from tests.invented_streets import import_streets
from tests.phone import Phone

Staff = Callable[..., Phone]
DAY, SIX = "2026-11-23", MONDAY + timedelta(hours=1)  # six in the morning in Petropavl
SITES = 8


@dataclass
class City:
    """A district with a depot, a landfill, two trucks on shifts and some sites."""

    app: Flask
    clock: Clock
    dispatcher: Phone
    crews: list[Phone]
    district_id: UUID
    shift_ids: list[str]
    boards: list[str]
    site_ids: list[str]

    def ask(self, **fields: Any) -> Any:
        """Ask for a plan of the day."""
        wish = {
            "kind": "waste",
            "day": DAY,
            "district_id": str(self.district_id),
            "seconds": 1,
            "fill_from": 0,
            "must_from": 0,
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

    def run(self, plan: dict[str, Any], number: int) -> dict[str, Any]:
        """One run of a plan."""
        return self.dispatcher.get(f"/plans/{plan['id']}/runs/{number}").json  # type: ignore[return-value]

    def move(self, plan: dict[str, Any], to: str, **fields: Any) -> Any:
        """Move a plan on."""
        return self.dispatcher.post(f"/plans/{plan['id']}/moves", json={"to": to, **fields})

    def replan(self, plan: dict[str, Any], **events: Any) -> dict[str, Any]:
        """What is left of the day, reckoned anew."""
        asked = self.dispatcher.post(f"/plans/{plan['id']}/runs", json={"seconds": 1, **events})
        assert asked.status_code == 201, asked.text
        found = self.run(plan, asked.json["number"])
        assert "done" == found["state"], found["progress"]
        return found

    def place(self, number: int) -> dict[str, Any]:
        """A corner of the invented city, not that of a site."""
        with self.app.app_context(), transaction(read_only=True):
            network = streets.network()
        index = network.nodes // (SITES + 3) * number + 1
        return {
            "type": "Point",
            "coordinates": [float(network.node_lon[index]), float(network.node_lat[index])],
        }

    def sheet(self, crew: Phone) -> dict[str, Any]:
        """What a crew's phone shows."""
        return crew.get("/sync").json["routes"][-1]  # type: ignore[index]


@pytest.fixture
def city(app: Flask, clock: Clock, staff: Staff, district_id: UUID) -> City:
    """Everything that a waste day needs, at five in the morning."""
    clock.moment = SIX - timedelta(hours=1)
    import_streets(app)
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
    dispatcher, crews = staff(Role.DISPATCHER), [staff(Role.CREW), staff(Role.CREW)]
    corner = lambda index: {  # noqa: E731
        "type": "Point",
        "coordinates": [float(network.node_lon[index]), float(network.node_lat[index])],
    }
    step = network.nodes // (SITES + 3)
    depot = make_facility(dispatcher, district_id, name="Гараж", place=corner(0), hours=None)
    make_facility(
        dispatcher,
        district_id,
        kind="landfill",
        name="Полигон",
        place=corner(network.nodes - 1),
        hours=None,
        unload_min=10,
    )
    trucks = [
        make_vehicle(dispatcher, district_id, depot_id=depot["id"], cost_per_km_kzt=200, cost_per_h_kzt=3000)
        for _ in crews
    ]
    shifts = [
        make_shift(dispatcher, truck["id"], SIX, driver_id=str(crew.tokens["user"]["id"]))
        for truck, crew in zip(trucks, crews, strict=True)
    ]
    sites = [
        make_site(
            dispatcher, district_id, address=f"Улица {number}", place=corner(step * number), service_min=20
        )
        for number in range(1, SITES + 1)
    ]
    return City(
        app=app,
        clock=clock,
        dispatcher=dispatcher,
        crews=crews,
        district_id=district_id,
        shift_ids=[shift["id"] for shift in shifts],
        boards=[truck["board_number"] for truck in trucks],
        site_ids=[site["id"] for site in sites],
    )
