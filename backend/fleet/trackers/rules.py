"""Which positions of a tracker cannot be used, whatever they belong to. Pure.

Such a position is taken for received: a client that keeps what was not received would send it for ever, and nothing after it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from backend.fleet.trackers.osmand import Heard
from backend.places import far_off
from shared.geometry import Point

NULL_ISLAND_DEG = 0.001  # a receiver without satellites says 0, 0


class Flaw(StrEnum):
    """Why a position cannot be used."""

    NO_PLACE = "no_place"
    NULL_ISLAND = "null_island"
    FAR_OFF = "far_off"
    TOO_OLD = "too_old"
    FUTURE = "future"


def flaw_of(
    heard: Heard,
    at: datetime,
    *,
    now: datetime,
    keep: timedelta,
    ahead: timedelta,
    city: Point,
    radius_km: float,
) -> Flaw | None:
    """What is wrong with a position of a time, None when it can be used.

    Too old is what would be purged at once: of 1970, or after a receiver's week counter rolled over.
    """
    if heard.lat is None or heard.lon is None:
        return Flaw.NO_PLACE
    if abs(heard.lat) < NULL_ISLAND_DEG and abs(heard.lon) < NULL_ISLAND_DEG:
        return Flaw.NULL_ISLAND
    if abs(heard.lat) > 90 or abs(heard.lon) > 180:
        return Flaw.FAR_OFF
    if far_off(Point(lat=heard.lat, lon=heard.lon), city=city, radius_km=radius_km) is not None:
        return Flaw.FAR_OFF
    if at > now + ahead:
        return Flaw.FUTURE
    if at < now - keep:
        return Flaw.TOO_OLD
    return None
