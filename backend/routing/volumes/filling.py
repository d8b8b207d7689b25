"""How full the snow dumps are tonight: by the counts at their gates, by what drivers told where nobody counts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.database import db
from backend.routing.models import Route, RouteStop, StopReport
from backend.routing.volumes.models import GateCount
from backend.routing.volumes.rules import told_m3
from shared.vocabulary import RouteKind, StopAction, StopState

NOON = timedelta(hours=12)


def filled_m3(dump_ids: Collection[UUID], night: date) -> dict[UUID, float]:
    """Cubic metres that each dump took from noon to noon; of one with any count at its gate, what was counted."""
    since = midnight(night) + NOON
    until = since + timedelta(days=1)
    counted = _counted(since, until)
    told = _told(since, until) if set(dump_ids) - set(counted) else {}
    return {each: counted.get(each, told.get(str(each), 0.0)) for each in dump_ids}


def _counted(since: datetime, until: datetime) -> dict[UUID, float]:
    query = sa.select(GateCount.facility_id, sa.func.sum(GateCount.volume_m3)).where(
        GateCount.withdrawn_at.is_(None), GateCount.counted_at >= since, GateCount.counted_at < until
    )
    return {row[0]: float(row[1]) for row in db.session().execute(query.group_by(GateCount.facility_id))}


def _told(since: datetime, until: datetime) -> dict[str, float]:
    """By the id of a dump, what the reports that count say of the truckloads that went there."""
    query = (
        sa.select(RouteStop.haul, StopReport.volume_m3, StopReport.weight_kg)
        .join(Route, Route.id == RouteStop.route_id)
        .join(StopReport, StopReport.id == RouteStop.report_id)
        .where(
            Route.kind == RouteKind.SNOW_HAULING,
            RouteStop.action == StopAction.UNLOAD,
            RouteStop.state == StopState.DONE,
            RouteStop.haul.is_not(None),
            StopReport.captured_at >= since,
            StopReport.captured_at < until,
        )
    )
    found: dict[str, float] = {}
    for haul, volume_m3, weight_kg in db.session().execute(query):
        told = told_m3(volume_m3, weight_kg, settings().snow_density_kg_m3)
        found[haul["dump_id"]] = found.get(haul["dump_id"], 0.0) + (haul["m3"] if told is None else told)
    return found
