"""Frames of a driving vehicle: asked before their bytes travel, received once, thinned by drive; other cameras' road is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from backend.adapters import settings
from backend.clock import now
from backend.database import db, transaction
from backend.errors import Busy
from backend.fleet.trackers import service as trackers
from backend.fleet.trackers.service import TrackerPrincipal
from backend.geofences import service as geofences
from backend.roads.cases.believing import street_index
from backend.roads.frames import streamed
from backend.roads.frames.entering import SealedFrame, enter, report_id_of, seal, there
from backend.roads.frames.models import StreamedFrame
from backend.roads.frames.rules import TOLD_WITHIN, PlacedFrame, Told
from backend.roads.looking import holding as looking
from backend.roads.streams import words
from backend.roads.streams.rules import (
    STREET_WITHIN_M,
    DriveRoad,
    Kept,
    Limits,
    Offer,
    Reason,
    Refusal,
    flaw_of,
)
from backend.uploads import evidence
from backend.web.places import city
from shared.geometry import Point
from shared.i18n import Message

_ = Message
RETRY_AFTER_S = 600


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What becomes of a frame: it is a report, or it is not wanted, or neither: it is wanted."""

    report_id: UUID | None = None
    refusal: Refusal | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether its bytes should come."""
        return self.report_id is None and self.refusal is None


def offered(drive_id: UUID, offers: Sequence[Offer], by: TrackerPrincipal) -> list[Answer]:
    """What to do with each of some frames, as if those that are wanted came; nothing is written.

    Raises Busy where too many photos wait to be looked at.
    """
    require_room()
    limits = _limits()
    flaws = [flaw_of(offer, limits) for offer in offers]
    sound = [_in_utc(offer) for offer, flaw in zip(offers, flaws, strict=True) if flaw is None]
    road = _road(drive_id, [offer.at for offer in sound], by)
    areas = geofences.district_areas()
    known = _known(offers)
    answers: dict[int, Answer] = {}
    for place in sorted(range(len(offers)), key=lambda each: offers[each].at):
        report_id, flaw = known.get(offers[place].sha256), flaws[place]
        if report_id is not None:
            answers[place] = Answer(report_id=report_id)
        elif flaw is not None:
            answers[place] = Answer(refusal=flaw)
        else:
            offer = _in_utc(offers[place])
            answers[place] = _judged(offer, road, areas, by)
            if answers[place].is_wanted:
                road.keep(offer)
    return [answers[place] for place in range(len(offers))]


def receive(drive_id: UUID, offer: Offer, photo: bytes, by: TrackerPrincipal) -> Answer:
    """Make a report of a frame that is wanted; the same bytes again get the same report. Opens transactions of its own.

    ``offer`` has the SHA-256 of ``photo``. Raises Busy as ``offered`` does.
    """
    with transaction(read_only=True):
        (answer,) = offered(drive_id, [offer], by)
    if not answer.is_wanted:
        return answer
    assert offer.sha256 is not None
    report_id = report_id_of(offer.sha256)
    sealed = seal(report_id, photo)
    try:
        answer, entered = _write(drive_id, _in_utc(offer), sealed, by)
    except IntegrityError:  # another vehicle brought the very bytes
        answer, entered = _write(drive_id, _in_utc(offer), sealed, by)
    if not entered:  # where writing failed nobody knows whether a row names the bytes: they stay
        evidence.drop(sealed.photos)
    return answer


def require_room() -> None:
    """Raise Busy where so many photos wait that a drive's would only lie about."""
    most = settings().frames_waiting_max
    if looking.are_waiting(most):
        message = _(
            "{count} photos wait to be looked at: keep your frames and send them later, none is lost."
        )
        raise Busy(message.format(count=most), retry_after_s=RETRY_AFTER_S)


def _write(drive_id: UUID, offer: Offer, sealed: SealedFrame, by: TrackerPrincipal) -> tuple[Answer, bool]:
    """Judge a frame again with the vehicle's others held off, and write its report; tells whether it was this call that did."""
    with transaction():
        _hold(by.vehicle_id)
        if there([sealed.report_id]):
            return Answer(report_id=sealed.report_id), False
        road = _road(drive_id, [offer.at], by)
        areas = geofences.district_areas()
        answer = _judged(offer, road, areas, by)
        if not answer.is_wanted:
            return answer, False
        frame = PlacedFrame(
            name=sealed.sha256,
            at=offer.at,
            place=offer.place,
            accuracy_m=offer.accuracy_m,
            heading_deg=road.heading_deg(offer),
        )
        district_id = areas.at(offer.place) or by.district_id
        assert district_id is not None
        enter(sealed, frame, district_id=district_id, actor=by.actor)
        db.session().flush()
        db.session().add(
            StreamedFrame(
                report_id=sealed.report_id,
                tracker_id=by.tracker_id,
                vehicle_id=by.vehicle_id,
                drive_id=drive_id,
                at=offer.at,
                lat=offer.place.lat,
                lon=offer.place.lon,
                accuracy_m=offer.accuracy_m,
            )
        )
        trackers.heard(by.tracker_id)
    return Answer(report_id=sealed.report_id), True


def _judged(offer: Offer, road: DriveRoad, areas: geofences.DistrictAreas, by: TrackerPrincipal) -> Answer:
    """What becomes of a frame with a sound fix."""
    same = road.known(offer)
    if same is not None and same.report_id is not None and offer.sha256 is None:
        return Answer(report_id=same.report_id)
    refusal = road.why_not(offer)
    if refusal is not None:
        return Answer(refusal=refusal)
    index, reach_m = street_index(), STREET_WITHIN_M + offer.accuracy_m
    if index.network is not None and not index.near(offer.place, reach_m, most=1):
        told = words.off_street(offer.place, reach_m)
        return Answer(refusal=Refusal(reason=Reason.OFF_STREET, field="lat", words=told))
    if by.district_id is None and areas.at(offer.place) is None:
        told = words.no_district(offer.place)
        return Answer(refusal=Refusal(reason=Reason.NO_DISTRICT, field="lat", words=told))
    return Answer()


def _known(offers: Sequence[Offer]) -> dict[str | None, UUID]:
    """The reports of frames that were received before, by SHA-256."""
    ids = {offer.sha256: report_id_of(offer.sha256) for offer in offers if offer.sha256 is not None}
    found = there(list(ids.values())) if ids else set()
    return {sha256: report_id for sha256, report_id in ids.items() if report_id in found}


def _road(drive_id: UUID, times: Sequence[datetime], by: TrackerPrincipal) -> DriveRoad:
    """What is kept of a drive around some times, and what other cameras of the vehicle, or somebody's card, showed."""
    if not times:
        return DriveRoad((), ())
    first_at, last_at = min(times), max(times)
    row = StreamedFrame
    of_drive = sa.and_(row.tracker_id == by.tracker_id, row.drive_id == drive_id)
    own = sa.select(row.at, row.lat, row.lon, row.accuracy_m, row.report_id).where(of_drive)
    before = own.where(row.at < first_at).order_by(row.at.desc()).limit(1)
    after = own.where(row.at > last_at).order_by(row.at).limit(1)
    session = db.session()
    rows: list[Any] = [
        *session.execute(own.where(row.at.between(first_at, last_at))),
        *session.execute(before),
        *session.execute(after),
    ]
    begin, end = first_at - TOLD_WITHIN, last_at + TOLD_WITHIN
    others = sa.select(row.at, row.lat, row.lon).where(
        row.vehicle_id == by.vehicle_id, row.at.between(begin, end), sa.not_(of_drive)
    )
    return DriveRoad(
        [
            Kept(at=at, place=Point(lat=lat, lon=lon), accuracy_m=accuracy_m, report_id=report_id)
            for at, lat, lon, accuracy_m, report_id in rows
        ],
        [
            *(Told(at=at, place=Point(lat=lat, lon=lon)) for at, lat, lon in session.execute(others)),
            *streamed.imported_between(begin, end),
        ],
    )


def _hold(vehicle_id: UUID) -> None:
    """Take a vehicle's frames one after the other, or two would show the same road; SQLite lets one write anyway."""
    if db.engine.dialect.name == "postgresql":
        key = int.from_bytes(vehicle_id.bytes[:8], signed=True)
        db.session().execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _limits() -> Limits:
    limits, (centre, radius_km) = settings(), city()
    return Limits(
        now=now(),
        keep=timedelta(days=limits.location_keep_days),
        ahead=timedelta(seconds=limits.future_tolerance_s),
        accuracy_max_m=limits.gps_accuracy_max_m,
        city=centre,
        radius_km=radius_km,
    )


def _in_utc(offer: Offer) -> Offer:
    return replace(offer, at=offer.at.astimezone(UTC))
