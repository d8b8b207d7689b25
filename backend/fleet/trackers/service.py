"""Trackers: registering and revoking them, and taking in what they send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts import tokens
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Invalid, NotFound
from backend.fleet.positions.service import Taken, TrackerFix, receive_of_vehicle
from backend.fleet.reach import within_reach
from backend.fleet.trackers.models import Tracker
from backend.fleet.trackers.osmand import Report
from backend.fleet.trackers.rules import Flaw, flaw_of
from backend.fleet.vehicles import service as vehicles
from backend.ledger.service import record
from backend.web.paging import Page, paginate
from backend.web.places import city
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message


@dataclass(frozen=True, kw_only=True)
class TrackerPrincipal:
    """The tracker behind a request."""

    tracker_id: UUID
    vehicle_id: UUID
    district_id: UUID | None  # of its vehicle; None: the whole city's
    sends_frames: bool

    @property
    def actor(self) -> str:
        """The opaque name that the ledger knows."""
        return f"tracker:{self.tracker_id}"


def register(
    by: Principal, *, vehicle_id: UUID, name: str, sends_frames: bool = False
) -> tuple[Tracker, str]:
    """Register a tracker in a vehicle; returns it and its secret id, which is kept hashed and told this once."""
    try:
        vehicle = vehicles.to_change(vehicle_id, by, "trackers.change")
    except NotFound:
        vehicle = None
    if vehicle is None or vehicle.archived_at is not None:
        message = _("must be a vehicle in the fleet, was {value}; see /vehicles")
        raise Invalid({"vehicle_id": [message.format(value=str(vehicle_id))]})
    secret = tokens.new_secret()
    tracker = Tracker(
        id=new_id(),
        vehicle_id=vehicle.id,
        name=name.strip(),
        secret_hash=tokens.secret_hash(secret),
        sends_frames=sends_frames,
        created_by=by.user_id,
        created_at=now(),
    )
    db.session().add(tracker)
    db.session().flush()
    _record("tracker.registered", tracker, vehicle.district_id, by, sends_frames=sends_frames)
    return tracker, secret


def revoke(tracker_id: UUID, by: Principal) -> None:
    """Take nothing more from a tracker; its positions stay. Once more changes nothing."""
    tracker = get(tracker_id, by, "trackers.change")
    vehicle = vehicles.to_change(tracker.vehicle_id, by, "trackers.change")
    if tracker.revoked_at is None:
        tracker.revoked_at = now()
        _record("tracker.revoked", tracker, vehicle.district_id, by)


def get(tracker_id: UUID, by: Principal, action: str = "trackers.read") -> Tracker:
    """A tracker in a vehicle of the principal's districts or of the whole city."""
    tracker = db.session().scalar(_in_scope(by, action).where(Tracker.id == tracker_id))
    if tracker is None:
        raise NotFound(_("tracker"), tracker_id)
    return tracker


def list_trackers(
    by: Principal, *, vehicle_id: UUID | None = None, cursor: str | None = None, limit: int
) -> Page:
    """Trackers, newest first, the revoked among them."""
    query = _in_scope(by, "trackers.read")
    if vehicle_id is not None:
        query = query.where(Tracker.vehicle_id == vehicle_id)
    return paginate(query, Tracker.created_at, Tracker.id, cursor=cursor, limit=limit)


def by_secret(secret: str) -> TrackerPrincipal | None:
    """The tracker that knows a secret id, and its vehicle; None for one that is not known, revoked, or in a vehicle out of the fleet."""
    query = (
        sa.select(Tracker.id, Tracker.vehicle_id, Tracker.sends_frames, vehicles.Vehicle.district_id)
        .join(vehicles.Vehicle, vehicles.Vehicle.id == Tracker.vehicle_id)
        .where(
            Tracker.secret_hash == tokens.secret_hash(secret),
            Tracker.revoked_at.is_(None),
            vehicles.Vehicle.archived_at.is_(None),
        )
    )
    row = db.session().execute(query).one_or_none()
    if row is None:
        return None
    return TrackerPrincipal(
        tracker_id=row.id,
        vehicle_id=row.vehicle_id,
        district_id=row.district_id,
        sends_frames=row.sends_frames,
    )


def heard(tracker_id: UUID) -> None:
    """Note that a tracker is alive."""
    db.session().execute(sa.update(Tracker).where(Tracker.id == tracker_id).values(heard_at=now()))


def receive(report: Report) -> bool:
    """Take in what a tracker said; False when nobody is known by that id, revoked or never registered alike.

    A camera's id is none here: the protocol sends it in the clear, and it opens more than a place on the map. What cannot be used, or lies outside every shift, is counted with the tracker and taken for received.
    """
    tracker = db.session().scalar(
        sa.select(Tracker)
        .where(
            Tracker.secret_hash == tokens.secret_hash(report.secret),
            Tracker.revoked_at.is_(None),
            Tracker.sends_frames.is_(False),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if tracker is None:
        return False
    fixes, flaws = _sorted_out(report)
    taken = receive_of_vehicle(tracker.vehicle_id, tracker.id, fixes) if fixes else Taken(0, 0, 0)
    tracker.heard_at = now()
    tracker.kept += taken.kept
    tracker.doubles += taken.doubles
    tracker.outside_shift += taken.outside_shift
    tracker.refused += len(flaws)
    if report.battery is not None:
        tracker.battery = report.battery
    if flaws:
        tracker.flaw, tracker.flaw_at = flaws[-1], now()
    return True


def _sorted_out(report: Report) -> tuple[list[TrackerFix], list[Flaw]]:
    """What can be used, and what is wrong with the rest."""
    moment, (centre, radius_km) = now(), city()
    keep = timedelta(days=settings().location_keep_days)
    ahead = timedelta(seconds=settings().future_tolerance_s)
    fixes: list[TrackerFix] = []
    flaws: list[Flaw] = []
    for heard in report.heard:
        at = heard.at or moment
        flaw = flaw_of(heard, at, now=moment, keep=keep, ahead=ahead, city=centre, radius_km=radius_km)
        if flaw is not None:
            flaws.append(flaw)
        elif heard.lat is not None and heard.lon is not None:
            fixes.append(
                TrackerFix(
                    at=at,
                    lat=heard.lat,
                    lon=heard.lon,
                    accuracy_m=heard.accuracy_m,
                    speed_mps=heard.speed_mps,
                    heading_deg=heard.heading_deg,
                    mock=heard.mock,
                )
            )
    return fixes, flaws


def _in_scope(by: Principal, action: str) -> sa.Select[Tracker]:
    query = sa.select(Tracker).join(vehicles.Vehicle, vehicles.Vehicle.id == Tracker.vehicle_id)
    return within_reach(query, vehicles.Vehicle.district_id, by, action)


def _record(kind: str, tracker: Tracker, district_id: UUID | None, by: Principal, **facts: Any) -> None:
    record(
        kind,
        actor=by.actor,
        subject=f"tracker:{tracker.id}",
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=district_id,
        vehicle=f"vehicle:{tracker.vehicle_id}",
        **facts,
    )
