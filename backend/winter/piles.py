"""Piles of snow as somebody measured them: sent once under the phone's id, in the place of what the model says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.adapters import settings
from backend.blobs import sha256_hex
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.geofences import service as geofences
from backend.ledger.service import record
from backend.streets import service as streets
from backend.web.paging import Page, paginate
from backend.web.places import place_errors
from backend.web.principal import Principal
from backend.winter.facts import street_facts
from backend.winter.models import SnowPileRow
from backend.winter.rules.nearest import distances_m
from backend.winter.rules.volume import pile_m3
from shared.encoding import canonical_json
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
BESIDE_M = 30.0  # of a pile from the middle line of its street


def measure(
    by: Principal,
    pile_id: UUID,
    *,
    segment_id: int | None,
    place: Point | None,
    volume_m3: float | None,
    shape: dict[str, float] | None,
    measured_at: datetime,
    note: str,
) -> SnowPileRow:
    """A pile of a piece of street, or at a place on none. The same again changes nothing; Conflict for other content."""
    said = {
        "segment_id": segment_id,
        "place": None if place is None else [place.lon, place.lat],
        "volume_m3": volume_m3,
        "shape": shape,
        "measured_at": measured_at.isoformat(),
        "note": note,
    }
    content_hash = sha256_hex(canonical_json(said))
    known = db.session().get(SnowPileRow, pile_id)
    if known is not None:
        if (known.measured_by, known.content_hash) != (by.user_id, content_hash):
            message = _(
                "There is a snow pile {id} with other content: what was received first stands; choose a new id."
            )
            raise Conflict(message.format(id=str(pile_id)))
        return known
    if measured_at > now() + timedelta(seconds=settings().future_tolerance_s):
        message = _("must not lie in the future, was {value}: set the clock of the device")
        raise Invalid({"measured_at": [message.format(value=measured_at.isoformat())]})
    where, district_id = _place(by, segment_id, place)
    row = SnowPileRow(
        id=pile_id,
        content_hash=content_hash,
        segment_id=segment_id,
        lat=where.lat,
        lon=where.lon,
        district_id=district_id,
        volume_m3=_volume(volume_m3, shape),
        shape_m=None if shape is None else dict(shape),
        note=note,
        measured_by=by.user_id,
        measured_at=measured_at,
        received_at=now(),
        gone_at=None,
        replaced_by=None,
    )
    db.session().add(row)
    _replace_older(row)
    record(
        "snow_pile.measured",
        actor=by.actor,
        subject=f"snow_pile:{row.id}",
        at=row.received_at,
        audience=Audience.OPERATIONS,
        district_id=row.district_id,
        piece=None if segment_id is None else str(segment_id),
        volume_m3=row.volume_m3,
        content_sha256=content_hash,
    )
    return row


def measure_seen(
    by: Principal, pile_id: UUID, *, place: Point, volume_m3: float, measured_at: datetime, note: str
) -> SnowPileRow:
    """A pile as somebody sized it up on the spot: beside the nearest piece of street, or where it was seen if none is near."""
    segment_id = None
    if streets.newest_import() is not None:
        network = streets.network()
        away = distances_m(network, place)
        if len(away) and float(away.min()) <= BESIDE_M:
            segment_id = int(network.segment_id[int(away.argmin())])
    return measure(
        by,
        pile_id,
        segment_id=segment_id,
        place=place,
        volume_m3=volume_m3,
        shape=None,
        measured_at=measured_at,
        note=note,
    )


def list_piles(by: Principal, *, gone: bool | None = None, cursor: str | None = None, limit: int) -> Page:
    """Measured piles of the principal's districts and of none, the newest first; without ``gone`` all of them."""
    query = sa.select(SnowPileRow)
    allowed = districts_for(by, "winter.read")
    if allowed is not None:
        query = query.where(sa.or_(SnowPileRow.district_id.is_(None), SnowPileRow.district_id.in_(allowed)))
    is_gone = sa.or_(SnowPileRow.gone_at.is_not(None), SnowPileRow.replaced_by.is_not(None))
    if gone is not None:
        query = query.where(is_gone if gone else sa.not_(is_gone))
    return paginate(query, SnowPileRow.received_at, SnowPileRow.id, cursor=cursor, limit=limit)


def _place(by: Principal, segment_id: int | None, place: Point | None) -> tuple[Point, UUID | None]:
    """Where the pile lies and whose it is; one of a street lies at its middle unless the phone says better."""
    if segment_id is None and place is None:
        raise Invalid(
            {"segment_id": [_("is missing: name the piece of street, or send the place of the pile")]}
        )
    if place is not None and (errors := place_errors(place)):
        raise Invalid(errors)
    if segment_id is not None:
        if streets.newest_import() is None:
            raise streets.no_streets()
        facts = street_facts()
        found = np.flatnonzero(facts.network.segment_id == segment_id)
        if not len(found):
            message = _("there is no piece of street {value}: see /street-segments for their ids")
            raise Invalid({"segment_id": [message.format(value=segment_id)]})
        at = int(found[0])
        lon, lat = facts.places
        where = place or Point(lat=float(lat[at]), lon=float(lon[at]))
        district_id = facts.district_of(at)
    else:
        assert place is not None
        where = place
        areas = geofences.district_areas()
        inside = int(areas.find(np.array([where.lon]), np.array([where.lat]))[0])
        district_id = None if inside < 0 else areas.district_ids[inside]
    allowed = districts_for(by, "snow_piles.measure")
    if allowed is not None and district_id is not None and district_id not in allowed:
        raise NotFound(
            _("piece of street"), segment_id if segment_id is not None else f"{where.lat}, {where.lon}"
        )
    return where, district_id


def _volume(volume_m3: float | None, shape: dict[str, float] | None) -> float:
    if volume_m3 is not None and shape is None:
        return round(volume_m3, 2)
    if volume_m3 is None and shape is not None:
        return round(pile_m3(**shape), 2)
    message = _("send either volume_m3 or shape (length, height, width in metres), not both and not neither")
    raise Invalid({"volume_m3": [message]})


def _replace_older(row: SnowPileRow) -> None:
    """A newer measurement of the same piece of street takes the place of the one before; a late one does not."""
    if row.segment_id is None:
        return
    query = sa.select(SnowPileRow).where(
        SnowPileRow.segment_id == row.segment_id,
        SnowPileRow.id != row.id,
        SnowPileRow.replaced_by.is_(None),
        SnowPileRow.gone_at.is_(None),
    )
    for other in db.session().scalars(query.with_for_update()):
        if other.measured_at <= row.measured_at:
            other.replaced_by = row.id
        else:
            row.replaced_by = other.id


def to_show(row: SnowPileRow) -> dict[str, Any]:
    """A pile as the wire shows it."""
    names = (
        "id",
        "segment_id",
        "district_id",
        "volume_m3",
        "note",
        "measured_by",
        "measured_at",
        "received_at",
        "gone_at",
        "replaced_by",
    )
    shown = {name: getattr(row, name) for name in names}
    return shown | {"place": Point(lat=row.lat, lon=row.lon), "shape": row.shape_m}
