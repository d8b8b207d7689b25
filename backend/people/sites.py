"""Where an order may be served: what an order checks of a geofence before it names it.

People and geofences stand on one floor and do not import each other, so the row is read by the table's name, which the
order's foreign key says anyway.
"""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from backend.database import db

GEOFENCES = sa.table(
    "geofences", sa.column("id", sa.Uuid()), sa.column("district_id", sa.Uuid()), sa.column("archived_at")
)


def usable_site(geofence_id: UUID, district_id: UUID) -> bool:
    """Whether a geofence is in use and of a district."""
    query = sa.select(GEOFENCES.c.id).where(
        GEOFENCES.c.id == geofence_id,
        GEOFENCES.c.district_id == district_id,
        GEOFENCES.c.archived_at.is_(None),
    )
    return db.session().scalar(query) is not None
