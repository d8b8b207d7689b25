"""Faults of the demo city's roads: drawn photos with known outlines, in cases at every stage of life; what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np

from backend.blobs import sha256_hex
from backend.clock import now
from backend.database import transaction
from backend.geofences.districts import district_areas
from backend.roads import service as roads
from backend.roads.cases import moving, planning
from backend.roads.cases import service as cases
from backend.roads.drawn import entering
from backend.roads.drawn.photos import DrawnFault
from backend.roads.looking import labelling
from backend.roads.open311 import service as citizens
from backend.streets import service as streets
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.geometry import Point
from shared.vocabulary import CaseState, DefectKind, PublicService, Severity, TaskState

CONTRACTOR = "ТОО «Жол құрылыс» (демо)"
REPAIRER, REPAIR_NOTE, REPAIR_WINDOW = "crew", "Холодный асфальт на базе.", timedelta(days=7)
PIECE_LEAST_M, PIECE_MOST_M, PAGE = 120.0, 600.0, 200
NARROWER = 0.57  # a degree of longitude beside one of latitude, at Petropavl
HOLE, LONG, ACROSS, NET = (
    DefectKind.POTHOLE,
    DefectKind.CRACK_LONGITUDINAL,
    DefectKind.CRACK_TRANSVERSE,
    DefectKind.CRACK_NETWORK,
)


@dataclass(frozen=True)
class Middle:
    """The middle of a piece of street, and where the piece leads."""

    place: Point
    heading_deg: float


@dataclass(frozen=True)
class DemoFault:
    """A fault, when it was photographed, and how far its case has come."""

    name: str
    district: str
    kind: DefectKind
    severity: Severity
    days_ago: tuple[float, ...]
    state: CaseState = CaseState.REPORTED
    is_placed: bool = True  # False: the camera had lost its satellites


FAULTS = (
    DemoFault("hole by the bus stop", "centre", HOLE, Severity.HIGH, (41, 38, 12)),
    DemoFault("fresh hole", "centre", HOLE, Severity.MEDIUM, (0.2,)),
    DemoFault("net of cracks", "centre", NET, Severity.HIGH, (9,), CaseState.CONFIRMED),
    DemoFault("crack along", "centre", LONG, Severity.LOW, (16,)),
    DemoFault("hole on the plan", "centre", HOLE, Severity.HIGH, (14, 11), CaseState.PLANNED),
    DemoFault("hole under repair", "centre", HOLE, Severity.MEDIUM, (20,), CaseState.REPAIRING),
    DemoFault("repaired crack", "centre", ACROSS, Severity.MEDIUM, (33,), CaseState.REPAIRED),
    DemoFault("northern hole", "north", HOLE, Severity.HIGH, (6, 1)),
    DemoFault("northern crack", "north", ACROSS, Severity.MEDIUM, (3,)),
    DemoFault("hole of an unknown street", "centre", HOLE, Severity.MEDIUM, (0.6,), is_placed=False),
)
STEPS = (CaseState.CONFIRMED, CaseState.PLANNED, CaseState.REPAIRING, CaseState.REPAIRED)
REQUESTS = (
    ("centre", PublicService.POTHOLE, "Глубокая яма у остановки, машины объезжают по встречной.", HOLE),
    ("centre", PublicService.OTHER, "Просел люк, ночью не видно.", None),
)


def fill(by: Principal, districts: Mapping[str, UUID], staff: Mapping[str, UUID]) -> None:
    """Add what of the roads is not there; needs streets and boundaries of districts. What is planned lies in the crew's hands."""
    places = _places(districts)
    for fault in FAULTS:
        if places[fault.district]:
            _report(by, fault, places[fault.district].pop(), districts[fault.district], staff[REPAIRER])
    with transaction(read_only=True):
        asked = citizens.list_requests(by, limit=PAGE).items
        known = {each.description for each in asked}
        wordless = {(each.district_id, each.service) for each in asked if not each.description}
    for district, service, text, kind in REQUESTS:
        if places[district] and text not in known and (districts[district], service) not in wordless:
            drawn = None if kind is None else DrawnFault(kind, Severity.HIGH, seed=_seed(text), view=0)
            entering.ask(text, service, drawn, places[district].pop().place)


def _places(districts: Mapping[str, UUID]) -> dict[str, list[Middle]]:
    """Middles of long pieces of street with a name, one of each street, and the street's heading, by district."""
    with transaction(read_only=True):
        network, areas = streets.network(), district_areas()
        found: dict[str, list[Middle]] = {code: [] for code in districts}
        codes = {district_id: code for code, district_id in districts.items()}
        names: set[tuple[str, str]] = set()
        for at in range(network.segments):
            name = network.name(at).ru
            if not name or not PIECE_LEAST_M <= network.length_m[at] <= PIECE_MOST_M:
                continue
            line = network.line(at)
            (west, south), (east, north) = line[(len(line) - 2) // 2], line[len(line) // 2]
            place = Point(lat=float(south + north) / 2, lon=float(west + east) / 2)
            inside = int(areas.find(np.array([place.lon]), np.array([place.lat]))[0])
            code = codes.get(areas.district_ids[inside]) if inside >= 0 else None
            if code is not None and (code, name) not in names:
                names.add((code, name))
                heading = float(np.degrees(np.arctan2((east - west) * NARROWER, north - south))) % 360
                found[code].append(Middle(place, heading))
    return found


def _report(by: Principal, fault: DemoFault, where: Middle, district_id: UUID, repairer_id: UUID) -> None:
    for number, days in enumerate(fault.days_ago):
        is_new = entering.report(
            _id_of(fault, number),
            DrawnFault(fault.kind, fault.severity, seed=_seed(fault.name), view=number),
            by,
            place=where.place if fault.is_placed else None,
            heading_deg=where.heading_deg if fault.is_placed else None,
            captured_at=now() - timedelta(days=days),
            district_id=district_id,
        )
        if not is_new:
            return
    _live(by, fault, _id_of(fault, 0), repairer_id)


def _id_of(fault: DemoFault, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"qala-demo-fault:{fault.name}:{number}")


def _live(by: Principal, fault: DemoFault, report_id: UUID, repairer_id: UUID) -> None:
    """Take a case as far as it has come."""
    if fault.state not in STEPS:
        return
    with transaction():
        labelling.label(report_id, uuid5(report_id, "label"), by, fault=True)
    for state in STEPS[1 : STEPS.index(fault.state) + 1]:
        with transaction():
            case_id = roads.get(report_id, by).case_id
            if case_id is None:
                return
            if state is CaseState.PLANNED:
                _plan(by, case_id, repairer_id)
                continue
            repair = _repair() if state is CaseState.REPAIRED else None
            moving.move(cases.get(case_id, by, "cases.move", lock=True), by, to=state, repair=repair)


def _plan(by: Principal, case_id: UUID, repairer_id: UUID) -> None:
    """Give the repair to the crew, which sees it on its phone."""
    begin = now().replace(minute=0, second=0, microsecond=0)
    case = planning.plan_repair(
        case_id,
        by,
        starts_at=begin,
        ends_at=begin + REPAIR_WINDOW,
        assignee_ids=[repairer_id],
        note=REPAIR_NOTE,
        alone=True,
    )
    if case.task_id is not None:
        tasks.move(tasks.to_move(case.task_id, by), by, to=TaskState.ASSIGNED)


def _repair() -> moving.Repair:
    done_at: datetime = now() - timedelta(days=2)
    return {"contractor": CONTRACTOR, "repaired_at": done_at, "warranty_months": None, "proof_id": None}


def _seed(name: str) -> int:
    return int(sha256_hex(name.encode())[:8], 16)
