"""A hauling night for tests of plans: a loader, three trucks on shifts, two dumps and some measured piles, on the invented streets in the evening."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from backend.database import transaction
from backend.streets import service as streets
from shared.vocabulary import Role
from tests.backend.planning import MONDAY
from tests.backend.routing.plans.waste_city import DAY, City
from tests.conftest import Clock
from tests.factories import stop_report_draft
from tests.fleet import make_facility, make_shift, make_vehicle
from tests.invented_streets import import_streets
from tests.phone import Phone

Staff = Callable[..., Phone]
EVENING = MONDAY + timedelta(hours=15)  # eight in the evening in Petropavl
PILES_M3 = (60.0, 45.0, 80.0, 30.0)
TRUCK = {
    "kind": "dump_truck",
    "model": "КамАЗ-65115",
    "container_types": [],
    "capacity_kg": 15_000,
    "capacity_m3": 10.0,
    "compaction": 1,
    "gross_weight_t": 25,
    "cost_per_km_kzt": 150,
    "cost_per_h_kzt": 5000,
    "cost_fixed_kzt": 3000,
}
LOADER = {
    **TRUCK,
    "kind": "loader",
    "model": "Амкодор-342",
    "capacity_kg": None,
    "capacity_m3": None,
    "gross_weight_t": 14,
    "loading_m3_h": 150,
}


@dataclass
class HaulCity(City):
    """The same handle, on a hauling night; ``site_ids`` are the piles."""

    loader: Phone
    dumps: dict[str, str]

    def ask(self, **fields: Any) -> Any:
        """Ask for a plan of the night."""
        wish = {"kind": "snow_hauling", "day": DAY, "district_id": str(self.district_id), "seconds": 1}
        return self.dispatcher.post("/plans", json={**wish, **fields})

    def measure(self, number: int, volume_m3: float) -> str:
        """A pile beside a piece of street."""
        pile_id = str(uuid4())
        with self.app.app_context(), transaction(read_only=True):
            network = streets.network()
        long = [at for at in range(network.segments) if network.length_m[at] > 60]
        segment_id = int(network.segment_id[long[len(long) // 9 * (number + 1)]])
        body = {"segment_id": segment_id, "volume_m3": volume_m3, "measured_at": self.clock().isoformat()}
        answer = self.dispatcher.put(f"/winter/piles/{pile_id}", json=body)
        assert answer.status_code == 200, answer.text
        return pile_id

    def drive(self, crew: Phone, count: int, **changes: Any) -> dict[str, Any]:
        """Report the next stops of a crew's route as done, a minute apart; its sheet before."""
        sheet = self.sheet(crew)
        open_ones = [at for at, stop in enumerate(sheet["stops"]) if stop["state"] == "planned"]
        for at in open_ones[:count]:
            self.clock.advance(seconds=60)
            said = changes if sheet["stops"][at]["action"] == "unload" else {}
            answer = stop_report_draft(crew, sheet, self.clock(), stop=at, **said).send(crew)
            assert answer.status_code == 200, answer.text
        return sheet


@pytest.fixture
def haul_city(app: Flask, clock: Clock, staff: Staff, district_id: UUID) -> HaulCity:
    """Everything that a hauling night needs, at eight in the evening."""
    clock.moment = EVENING - timedelta(minutes=30)
    import_streets(app)
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
    west, south, east, north = (
        float(network.point_lon.min()) - 0.01,
        float(network.point_lat.min()) - 0.01,
        float(network.point_lon.max()) + 0.01,
        float(network.point_lat.max()) + 0.01,
    )
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    boundary = {"boundary": {"type": "Polygon", "coordinates": [ring]}}
    drawn = staff(Role.ADMINISTRATOR).put(f"/districts/{district_id}/boundary", json=boundary)
    assert drawn.status_code == 200, drawn.text
    dispatcher, loader = staff(Role.DISPATCHER), staff(Role.CREW)
    crews = [staff(Role.CREW) for _ in range(3)]
    corner = lambda index: {  # noqa: E731
        "type": "Point",
        "coordinates": [float(network.node_lon[index]), float(network.node_lat[index])],
    }
    depot = make_facility(dispatcher, district_id, name="Гараж", place=corner(0), hours=None)
    dumps = {
        name: make_facility(
            dispatcher,
            district_id,
            kind="snow_dump",
            name=name,
            place=corner(at),
            hours=None,
            unload_min=5,
            bays=2,
            price_m3_kzt=price,
            capacity_m3_day=room,
        )["id"]
        for name, at, price, room in (
            ("Сухое озеро", network.nodes - 1, 20, None),
            ("Пойма", network.nodes // 2, 60, 120),
        )
    }
    machines = [
        make_vehicle(dispatcher, district_id, depot_id=depot["id"], **kind)
        for kind in (
            LOADER,
            *({**TRUCK, "contractor": name} for name in ("ТОО «Сүмбе»", "ТОО «Сүмбе»", "")),
        )
    ]
    shifts = [
        make_shift(dispatcher, machine["id"], EVENING, driver_id=str(crew.tokens["user"]["id"]))
        for machine, crew in zip(machines, [loader, *crews], strict=True)
    ]
    city = HaulCity(
        app=app,
        clock=clock,
        dispatcher=dispatcher,
        crews=crews,
        district_id=district_id,
        shift_ids=[shift["id"] for shift in shifts],
        boards=[machine["board_number"] for machine in machines],
        site_ids=[],
        loader=loader,
        dumps=dumps,
    )
    city.site_ids = [city.measure(number, m3) for number, m3 in enumerate(PILES_M3)]
    return city
