"""Rows of cases and what the rules believe of them: streets as an index, views and beliefs in and out of rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import current_app

from backend.database import READ_ONLY, after_commit, db, transaction
from backend.roads.cases.models import CaseView, RoadCase
from backend.roads.cases.rules.beliefs import Belief, Lane, Look, View, believed
from backend.roads.cases.rules.streets import StreetIndex
from backend.streets import service as streets
from shared.geometry import Point
from shared.vocabulary import CaseState

CACHE = "qala_road_index"
MENDED = frozenset({CaseState.REPAIRING, CaseState.REPAIRED, CaseState.CLOSED})
VIEWS_COUNTED = 60  # the latest of a case: more tell nothing new


def street_index() -> StreetIndex:
    """The streets in force, ready to be asked; none where no network was imported yet. Asked of the database once a transaction."""
    session = db.session()
    asked_in, index = session.info.get(CACHE, (None, None))
    if index is None or asked_in is not session.get_transaction():
        index = _in_force()
        session.info[CACHE] = (session.get_transaction(), index)
    found: StreetIndex = index
    return found


def _in_force() -> StreetIndex:
    if streets.newest_import() is None:
        return StreetIndex(None)
    network = streets.network()
    kept: StreetIndex | None = current_app.extensions.get(CACHE)
    if kept is not None and kept.network is network:
        return kept
    index = StreetIndex(network)
    if db.session().connection().get_execution_options().get(READ_ONLY, False):
        current_app.extensions[CACHE] = index
    else:  # a transaction that writes may have seen streets that are rolled back
        after_commit(_warm)
    return index


def _warm() -> None:
    """Keep the index for the next report."""
    with transaction(read_only=True):
        street_index()


def view_of(row: CaseView) -> View:
    """A view out of its row."""
    look = None
    if row.look:
        look = np.frombuffer(row.look, dtype=np.float16).astype(np.float32)
    return View(
        place=Point(lat=row.lat, lon=row.lon),
        accuracy_m=row.accuracy_m,
        at=row.seen_at,
        heading_deg=row.heading_deg,
        kind=row.kind,
        look=look,
        looker=row.looker,
    )


def views_of(case: RoadCase) -> list[CaseView]:
    """The views of a case, the earliest first."""
    query = (
        sa.select(CaseView).where(CaseView.case_id == case.id).order_by(CaseView.seen_at, CaseView.defect_id)
    )
    return list(db.session().scalars(query))


def believed_of(rows: Sequence[CaseView], index: StreetIndex) -> Belief:
    """What views say together: witnesses count, copies of their photos do not, unless nothing else is there."""
    witnesses = [row for row in rows if row.is_witness] or list(rows)
    return believed([view_of(row) for row in witnesses[-VIEWS_COUNTED:]], index)


def belief_of(case: RoadCase) -> Belief:
    """What is believed of a case, out of its row; of a place in repair or repaired no look, for new asphalt looks like another place."""
    said = case.belief
    is_mended = case.state in MENDED
    return Belief(
        place=Point(lat=said["lat"], lon=said["lon"]),
        variance_m2=said["variance_m2"],
        lanes=tuple(
            Lane(**{**each, "place": Point(lat=each["place"][0], lon=each["place"][1])})
            for each in said["lanes"]
        ),
        street_evidence=said["street_evidence"],
        headings=tuple(said["headings"]),
        kinds=tuple(said["kinds"]),
        look_sum=None if is_mended else _look(case.look_sum),
        looks=0 if is_mended else said["looks"],
        looker=said.get("looker"),
        first_at=datetime.fromisoformat(said["first_at"]),
        last_at=datetime.fromisoformat(said["last_at"]),
    )


def write_belief(case: RoadCase, belief: Belief) -> None:
    """Put a belief, and what follows of it for maps and lists, into a row."""
    best = belief.lanes[0] if belief.lanes else None
    case.belief = {
        "lat": belief.place.lat,
        "lon": belief.place.lon,
        "variance_m2": belief.variance_m2,
        "lanes": [_lane(each) for each in belief.lanes],
        "street_evidence": belief.street_evidence,
        "headings": list(belief.headings),
        "kinds": list(belief.kinds),
        "looks": belief.looks,
        "looker": belief.looker,
        "first_at": belief.first_at.isoformat(),
        "last_at": belief.last_at.isoformat(),
    }
    case.look_sum = None if belief.look_sum is None else belief.look_sum.astype(np.float32).tobytes()
    where = belief.place if best is None else best.place
    case.lat, case.lon = where.lat, where.lon
    case.accuracy_m = round(math.sqrt(belief.variance_m2), 2)
    case.segment_id = None if best is None else best.segment_id
    case.along_m = None if best is None else round(best.along_m, 1)
    case.right = None if best is None else round(best.right, 3)


def _lane(lane: Lane) -> dict[str, Any]:
    return {
        "segment_id": lane.segment_id,
        "along_m": lane.along_m,
        "place": [lane.place.lat, lane.place.lon],
        "bearing_rad": lane.bearing_rad,
        "width_m": lane.width_m,
        "weight": lane.weight,
        "right": lane.right,
    }


def _look(kept: bytes | None) -> Look | None:
    return None if kept is None else np.frombuffer(kept, dtype=np.float32)
