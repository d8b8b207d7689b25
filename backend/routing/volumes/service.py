"""Counts at the gates of dumps, and hauled volumes: plan, driver and gate side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.accounts.policy import districts_for
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Invalid, NotFound
from backend.fleet import service as fleet
from backend.ledger.service import record
from backend.routing.models import Route, RouteStop, StopReport
from backend.routing.volumes.models import GateCount
from backend.routing.volumes.rules import Count, Limits, Line, Sum, Trip, side_by_side, sums, told_m3
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, FacilityKind, RouteKind, StopAction, StopState

_ = Message
NOON = timedelta(hours=12)
FASTEST_SHARE = 0.5
"""Nobody drives a way in less than this share of the time that the streets say."""


@dataclass(frozen=True, kw_only=True)
class Volumes:
    """Truckloads in order of time, sums by contractor, and what dumps are called."""

    lines: Sequence[Line]
    sums: Sequence[Sum]
    dumps: dict[UUID, str]


def enter(
    facility_id: UUID,
    by: Principal,
    *,
    board_number: str,
    counted_at: datetime,
    volume_m3: float,
    weight_kg: float | None,
    ticket: str,
) -> GateCount:
    """Count a truck at the gate of a dump; Invalid for another kind of place or a time to come."""
    _dump(facility_id, by)
    if counted_at > now() + timedelta(seconds=settings().future_tolerance_s):
        message = _("must not lie in the future, was {value}: set the clock of the device")
        raise Invalid({"counted_at": [message.format(value=counted_at.isoformat())]})
    vehicle = fleet.known_as(board_number)
    row = GateCount(
        id=new_id(),
        facility_id=facility_id,
        vehicle_id=None if vehicle is None else vehicle.id,
        board_number=" ".join(board_number.split()),
        counted_at=counted_at,
        volume_m3=volume_m3,
        weight_kg=weight_kg,
        ticket=ticket.strip(),
        entered_by=by.user_id,
        entered_at=now(),
        withdrawn_by=None,
        withdrawn_at=None,
    )
    db.session().add(row)
    db.session().flush()
    _record("gate_count.entered", row, by, row.entered_at)
    return row


def withdraw(facility_id: UUID, count_id: UUID, by: Principal) -> None:
    """It was a mistake; it stays readable. Once more changes nothing."""
    _dump(facility_id, by)
    row = db.session().get(GateCount, count_id, with_for_update=True)
    if row is None or row.facility_id != facility_id:
        raise NotFound(_("gate count"), count_id)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = now(), by.user_id
        _record("gate_count.withdrawn", row, by, row.withdrawn_at)


def list_counts(
    facility_id: UUID, by: Principal, *, since: datetime | None = None, cursor: str | None = None, limit: int
) -> Page:
    """Counts at a dump's gate, the last entered first."""
    fleet.facility(facility_id, by)
    query = sa.select(GateCount).where(GateCount.facility_id == facility_id)
    if since is not None:
        query = query.where(GateCount.counted_at >= since)
    return paginate(query, GateCount.entered_at, GateCount.id, cursor=cursor, limit=limit)


def volumes(by: Principal, *, first: date, last: date, contractor: str | None = None) -> Volumes:
    """Every truckload of some nights, each from noon to noon, that the principal may see.

    Trips and counts of all districts are joined before anything is left out: a dump takes snow of several.
    """
    since, until = midnight(first) + NOON, midnight(last) + NOON + timedelta(days=1)
    trips, districts = _trips(since, until)
    counts, count_districts = _counts(since, until)
    given = settings()
    limits = Limits(gate_share=given.gate_difference_share, plan_share=given.haul_shortfall_share)
    lines = side_by_side(trips, counts, frozenset(each.dump_id for each in counts), limits)
    allowed = districts_for(by, "hauling.read")

    def seen(line: Line) -> bool:
        if contractor is not None and line.contractor != contractor:
            return False
        if allowed is None:
            return True
        if line.trip is not None:
            return districts[line.trip.route_id] in allowed
        return line.count is not None and count_districts[line.count.id] in allowed

    found = [line for line in lines if seen(line)]
    dump_ids = {line.trip.dump_id for line in found if line.trip and line.trip.dump_id}
    dump_ids |= {line.count.dump_id for line in found if line.count}
    return Volumes(lines=found, sums=sums(found), dumps=fleet.facility_names(dump_ids))


def _dump(facility_id: UUID, by: Principal) -> None:
    facility = fleet.facility(facility_id, by)
    if facility.kind is not FacilityKind.SNOW_DUMP:
        message = _("must be a snow dump, was a {kind}; see /facilities?kind=snow_dump")
        raise Invalid({"facility_id": [message.format(kind=facility.kind.value)]})


def _trips(since: datetime, until: datetime) -> tuple[list[Trip], dict[UUID, UUID]]:
    """Truckloads that drivers reported, and the district of each route."""
    query = (
        sa.select(RouteStop, Route, StopReport)
        .join(Route, Route.id == RouteStop.route_id)
        .join(StopReport, StopReport.id == RouteStop.report_id)
        .where(
            Route.kind == RouteKind.SNOW_HAULING,
            RouteStop.action == StopAction.UNLOAD,
            RouteStop.state == StopState.DONE,
            StopReport.captured_at >= since,
            StopReport.captured_at < until,
        )
    )
    found, districts = [], {}
    for stop, route, report in db.session().execute(query):
        districts[route.id] = route.district_id
        found.append(_trip(stop, route, report))
    return found, districts


def _trip(stop: RouteStop, route: Route, report: StopReport) -> Trip:
    haul = stop.haul or {}
    way_s = haul.get("way_s")
    dump_id = haul.get("dump_id")
    return Trip(
        route_id=route.id,
        stop_id=stop.id,
        vehicle_id=route.vehicle_id,
        board=route.vehicle,
        contractor=haul.get("contractor", ""),
        dump_id=None if dump_id is None else UUID(dump_id),
        number=haul.get("trip") or 0,
        planned_m3=haul.get("m3", 0.0),
        body_m3=haul.get("body_m3") or 0.0,
        told_m3=_rounded(told_m3(report.volume_m3, report.weight_kg, settings().snow_density_kg_m3)),
        weight_kg=report.weight_kg,
        ticket=report.ticket,
        photos=len(report.photo_hashes),
        done_at=report.captured_at,
        least_s=None if way_s is None else way_s * FASTEST_SHARE,
    )


def _counts(since: datetime, until: datetime) -> tuple[list[Count], dict[UUID, UUID | None]]:
    """Counts that stand, and the district of each truck."""
    query = sa.select(GateCount).where(
        GateCount.withdrawn_at.is_(None), GateCount.counted_at >= since, GateCount.counted_at < until
    )
    rows = list(db.session().scalars(query))
    owners = fleet.contractors_of({row.vehicle_id for row in rows if row.vehicle_id is not None})
    nobody: tuple[str, UUID | None] = ("", None)
    found, districts = [], {}
    for row in rows:
        contractor, district_id = owners.get(row.vehicle_id, nobody) if row.vehicle_id else nobody
        districts[row.id] = district_id
        found.append(
            Count(
                id=row.id,
                dump_id=row.facility_id,
                vehicle_id=row.vehicle_id,
                board=row.board_number,
                contractor=contractor,
                counted_at=row.counted_at,
                m3=row.volume_m3,
                ticket=row.ticket,
            )
        )
    return found, districts


def _rounded(m3: float | None) -> float | None:
    return None if m3 is None else round(m3, 1)


def _record(kind: str, row: GateCount, by: Principal, at: datetime, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"gate_count:{row.id}",
        at=at,
        audience=Audience.OPERATIONS,
        facility=f"facility:{row.facility_id}",
        vehicle=None if row.vehicle_id is None else f"vehicle:{row.vehicle_id}",
        volume_m3=row.volume_m3,
        weight_kg=row.weight_kg,
        counted_at=row.counted_at.isoformat(),
        **facts,
    )
