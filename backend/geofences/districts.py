"""Districts' boundaries: an administrator draws them, and whoever holds places asks which district each lies in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
import shapely
import shapely.geometry
import sqlalchemy as sa
from flask import current_app

from backend.accounts.service import list_districts
from backend.clock import now
from backend.database import READ_ONLY, db
from backend.errors import NotFound
from backend.geofences.boundaries import checked_boundary
from backend.geofences.models import DistrictBoundary
from backend.ledger.service import record
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
CACHE = "qala_district_areas"
OUTSIDE = -1


@dataclass(frozen=True, eq=False)
class DistrictAreas:
    """Every district that has a boundary; ``state`` grows with each change of any."""

    state: int
    district_ids: tuple[UUID, ...]
    areas: npt.NDArray[np.object_]

    def find(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.int32]:
        """For each of N places the place of its district in ``district_ids``, or OUTSIDE; where two overlap the first counts."""
        found = np.full(len(lon), OUTSIDE, dtype=np.int32)
        for at, area in enumerate(self.areas):
            left = np.flatnonzero(found == OUTSIDE)
            found[left[shapely.contains_xy(area, lon[left], lat[left])]] = at
        return found

    def at(self, place: Point) -> UUID | None:
        """The district that holds a place; None where none is drawn there."""
        found = int(self.find(np.array([place.lon]), np.array([place.lat]))[0])
        return None if found == OUTSIDE else self.district_ids[found]


def set_boundary(district_id: UUID, by: Principal, *, boundary: object) -> DistrictBoundary:
    """Draw a district's boundary, or take it away (None); Invalid says what is wrong with it. The same again changes nothing."""
    if district_id not in {each.id for each in list_districts(by)}:
        raise NotFound(_("district"), district_id)
    plain = {} if boundary is None else checked_boundary(boundary)
    row = db.session().get(DistrictBoundary, district_id, with_for_update=True)
    if row is not None and row.boundary == plain:
        return row
    if row is None:
        row = DistrictBoundary(district_id=district_id, version=0)
        db.session().add(row)
    row.version += 1
    row.boundary, row.is_drawn = plain, bool(plain)
    row.set_by, row.set_at = by.user_id, now()
    record(
        "district.boundary_set",
        actor=by.actor,
        subject=f"district:{district_id}",
        at=row.set_at,
        audience=Audience.OPERATIONS,
        district_id=district_id,
        boundary_sha256=hashlib.sha256(canonical_json(plain)).hexdigest() if plain else None,
    )
    return row


def boundary_of_district(district_id: UUID) -> DistrictBoundary:
    """The boundary of a district, which is no secret; NotFound where none is drawn."""
    row = db.session().get(DistrictBoundary, district_id)
    if row is None or not row.is_drawn:
        raise NotFound(_("boundary of district"), district_id)
    return row


def district_areas() -> DistrictAreas:
    """The boundaries in force, prepared once a process and change."""
    state = _state()
    kept: DistrictAreas | None = current_app.extensions.get(CACHE)
    if kept is not None and kept.state == state:
        return kept
    query = (
        sa.select(DistrictBoundary).where(DistrictBoundary.is_drawn).order_by(DistrictBoundary.district_id)
    )
    rows = list(db.session().scalars(query))
    areas = np.array([shapely.geometry.shape(row.boundary) for row in rows], dtype=object)
    shapely.prepare(areas)
    made = DistrictAreas(state, tuple(row.district_id for row in rows), areas)
    # A transaction that writes may see a boundary that is rolled back
    if db.session().connection().get_execution_options().get(READ_ONLY, False):
        current_app.extensions[CACHE] = made
    return made


def district_at(lat: float, lon: float) -> UUID | None:
    """The district whose boundary holds a place; None where none is drawn there."""
    return district_areas().at(Point(lat=lat, lon=lon))


def _state() -> int:
    """Rows stay and each change makes a version larger, so the sum grows with every change."""
    return int(db.session().scalar(sa.select(sa.func.sum(DistrictBoundary.version))) or 0)
