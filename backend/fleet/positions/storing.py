"""Positions on their way into the database: many at once, each once, and the newest of each vehicle kept apart."""

from __future__ import annotations

from collections.abc import Iterable
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
    # Rows beside the statement, not in its VALUES: 7,000 parameters take longer to write down than to insert
    statement = _insert()(LocationFix).on_conflict_do_nothing().returning(LocationFix.id)
    new_ids = set(db.session().scalars(statement, rows))
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
    statement = _insert()(VehiclePosition)
    changed = {name: statement.excluded[name] for name in (*LATEST, "source") if name != "vehicle_id"}
    statement = statement.on_conflict_do_update(
        index_elements=[VehiclePosition.vehicle_id],
        set_=changed,
        where=VehiclePosition.at < statement.excluded.at,
    )
    values = [
        {name: row[name] for name in LATEST} | {"source": "phone" if row["device_id"] else "tracker"}
        for _vehicle_id, row in sorted(latest.items(), key=lambda item: str(item[0]))
    ]
    db.session().execute(statement, values)


def _insert() -> Any:
    return postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
