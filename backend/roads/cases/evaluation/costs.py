"""A database full of open cases, and what taking one more report in costs beside them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import sqlalchemy as sa

from backend.database import db, transaction
from backend.roads.cases.believing import believed_of, street_index, write_belief
from backend.roads.cases.intake import take_in
from backend.roads.cases.models import CaseView, RoadCase
from backend.roads.cases.rules.cells import cell_of
from backend.roads.models import Defect
from backend.streets.network import Network, StreetClass
from shared.geometry import Point
from shared.vocabulary import CaseState, DefectKind, DefectSource, DefectState, Severity

REPORTS = 300
CHUNK = 2000
KINDS = (
    DefectKind.POTHOLE,
    DefectKind.CRACK_LONGITUDINAL,
    DefectKind.CRACK_TRANSVERSE,
    DefectKind.CRACK_NETWORK,
)


def fill(network: Network, cases: int, district_id: UUID) -> None:
    """Write so many open cases, each with its report, at random along the streets."""
    draw = np.random.default_rng(1)
    done = 0
    for places in _places(network, cases, draw):
        moment = datetime(2026, 4, 1, tzinfo=UTC) + timedelta(seconds=done)
        with transaction():
            index = street_index()
            for place in places:
                defect = _defect(place, district_id, moment, draw)
                view = _view(defect)
                case = RoadCase(
                    id=uuid4(),
                    district_id=district_id,
                    state=CaseState.REPORTED,
                    is_open=True,
                    kind=view.kind,
                    severity=Severity.MEDIUM,
                    views=1,
                    witnesses=1,
                    first_seen_at=moment,
                    last_seen_at=moment,
                    priority=3,
                    due_at=moment + timedelta(days=14),
                    returns=0,
                    opened_at=moment,
                    changed_at=moment,
                    version=1,
                )
                belief = believed_of([view], index)
                write_belief(case, belief)
                case.cell = cell_of(belief.place)
                view.case_id = defect.case_id = case.id
                view.segment_id, view.along_m, view.right = case.segment_id, case.along_m, case.right
                db.session().add_all((defect, case))
                db.session().flush()
                db.session().add(view)
            done += len(places)
        db.session().expunge_all()
    with transaction():
        db.session().execute(sa.text("ANALYZE"))


def timed(network: Network, district_id: UUID) -> dict[str, list[float]]:
    """Milliseconds of taking in fresh reports, by the clock with the commit and of CPU, and of a page of cases in a box."""
    draw = np.random.default_rng(2)
    moment = datetime(2026, 6, 1, tzinfo=UTC)
    spent: dict[str, list[float]] = {"all": [], "cpu": [], "box": []}
    places = [place for chunk in _places(network, REPORTS, draw) for place in chunk]
    for number, place in enumerate(places):
        defect = _defect(place, district_id, moment + timedelta(minutes=number), draw)
        with transaction():
            db.session().add(defect)
        begun, used = time.perf_counter(), time.process_time()
        with transaction():
            take_in(db.session().get_one(Defect, defect.id))
        spent["all"].append(1000 * (time.perf_counter() - begun))
        spent["cpu"].append(1000 * (time.process_time() - used))
        begun = time.perf_counter()
        with transaction(read_only=True):
            box = sa.and_(
                RoadCase.lon.between(place.lon - 0.01, place.lon + 0.01),
                RoadCase.lat.between(place.lat - 0.006, place.lat + 0.006),
            )
            query = sa.select(RoadCase).where(box).order_by(RoadCase.opened_at.desc(), RoadCase.id.desc())
            list(db.session().scalars(query.limit(50)))
        spent["box"].append(1000 * (time.perf_counter() - begun))
        db.session().expunge_all()
    return spent


def _places(network: Network, count: int, draw: np.random.Generator) -> Iterator[list[Point]]:
    """Places along streets by their length, some metres off, in chunks."""
    driven = np.flatnonzero(network.street_class <= StreetClass.SERVICE)
    shares = network.length_m[driven] / network.length_m[driven].sum()
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        found = []
        for segment, share in zip(draw.choice(driven, size, p=shares), draw.random(size), strict=True):
            line = network.line(int(segment))
            lon, lat = line[0] + share * (line[-1] - line[0]) + draw.normal(0, 1e-4, 2)
            found.append(Point(lat=float(lat), lon=float(lon)))
        yield found


def _defect(place: Point, district_id: UUID, moment: datetime, draw: np.random.Generator) -> Defect:
    kind = KINDS[int(draw.integers(len(KINDS)))]
    return Defect(
        id=uuid4(),
        source=DefectSource.CITIZEN,
        held=False,
        state=DefectState.RECEIVED,
        district_id=district_id,
        captured_at=moment,
        time_sure=True,
        device_at=moment,
        received_at=moment,
        lat=place.lat,
        lon=place.lon,
        accuracy_m=float(draw.uniform(5, 30)),
        heading_deg=float(draw.uniform(0, 360)),
        note="",
        kind=kind,
        looked_at=moment,
        suggested=True,
        content_hash="0" * 64,
        salt=b"",
        photo_hashes=[],
        version=1,
    )


def _view(defect: Defect) -> CaseView:
    return CaseView(
        defect_id=defect.id,
        lat=defect.lat,
        lon=defect.lon,
        accuracy_m=defect.accuracy_m,
        heading_deg=defect.heading_deg,
        seen_at=defect.captured_at,
        kind=defect.kind,
        severity=Severity.MEDIUM,
        cannot=None,
        area_m2=None,
        length_m=None,
        faults=[],
        scale="none",
        look=None,
        is_witness=True,
        doubts=[],
        taken_in_at=defect.captured_at,
    )
