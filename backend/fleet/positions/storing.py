"""Positions on their way into the database: many at once, each once, and the newest of each vehicle kept apart."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from backend.database import db
from backend.fleet.positions.models import LocationFix, VehiclePosition

LATEST = tuple(column.name for column in VehiclePosition.__table__.columns if column.name != "source")


def store(rows: list[dict[str, Any]]) -> int:
    """Write positions; those that are there already, or twice among them, stay as they are. Returns how many are new."""
    if not rows:
        return 0
    # In one order: two batches never wait for each other
    rows = sorted(rows, key=lambda row: row["taken_at"])
    new, _latest = _statements(db.engine.dialect.name)
    # Rows beside the statement, not in its VALUES: 7,000 parameters take longer to write down than to insert
    new_ids = set(db.session().scalars(new, rows))
    _keep_latest(row for row in rows if row["id"] in new_ids)
    return len(new_ids)


def _keep_latest(rows: Iterable[dict[str, Any]]) -> None:
    """Keep the newest position of each vehicle; one that comes late changes nothing."""
    latest: dict[Any, dict[str, Any]] = {}
    for row in rows:
        known = latest.get(row["vehicle_id"])
        if row["vehicle_id"] is not None and (known is None or row["at"] > known["at"]):
            latest[row["vehicle_id"]] = row
    if not latest:
        return
    values = [
        {name: row[name] for name in LATEST} | {"source": "phone" if row["device_id"] else "tracker"}
        for _vehicle_id, row in sorted(latest.items(), key=lambda item: str(item[0]))
    ]
    _new, newer = _statements(db.engine.dialect.name)
    db.session().execute(newer, values)


@cache
def _statements(dialect: str) -> tuple[Any, Any]:
    """What writes positions, and what keeps the newest; made once, for making them takes as long as running them."""
    insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    new = insert(LocationFix).on_conflict_do_nothing().returning(LocationFix.id)
    newer = insert(VehiclePosition)
    changed = {name: newer.excluded[name] for name in (*LATEST, "source") if name != "vehicle_id"}
    newer = newer.on_conflict_do_update(
        index_elements=[VehiclePosition.vehicle_id],
        set_=changed,
        where=VehiclePosition.at < newer.excluded.at,
    )
    return new, newer
