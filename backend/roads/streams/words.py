"""Why a frame is not wanted, in words: value and remedy."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.geometry import Point
from shared.i18n import Message

_ = Message


def clock_unset(at: datetime, earliest: datetime) -> Message:
    """A clock that counts from 1970 or 1980."""
    message = _(
        "must be after {earliest}, was {value}: the clock was never set; let the camera take its time from the receiver"
    )
    return message.format(earliest=earliest.date().isoformat(), value=at.isoformat())


def future(at: datetime, now: datetime) -> Message:
    """A clock ahead of the server's."""
    message = _("lies ahead of the server's clock, {now}, was {value}: set the camera's clock")
    return message.format(now=now.isoformat(timespec="seconds"), value=at.isoformat())


def too_old(at: datetime, keep: timedelta) -> Message:
    """A drive that nobody remembers any more."""
    message = _(
        "must lie within the last {days} days, was {value}: bring older drives from the camera's card (`qala roads import-frames`)"
    )
    return message.format(days=keep.days, value=at.isoformat())


def inaccurate(accuracy_m: float, most_m: float) -> Message:
    """A fix that says little."""
    message = _("must be at most {most} m, was {value}: wait until the receiver sees the sky")
    return message.format(most=f"{most_m:g}", value=f"{accuracy_m:g}")


def no_place(place: Point) -> Message:
    """No degrees of the Earth."""
    message = _("no place on the Earth is lat {lat}, lon {lon}: send degrees, WGS 84")
    return message.format(lat=f"{place.lat:g}", lon=f"{place.lon:g}")


def jump(distance_m: float, span: timedelta) -> Message:
    """Where nobody can have driven to."""
    message = _(
        "lies {distance} m from the frame kept {seconds} s before or after it, and nobody drives so: wait for a better fix"
    )
    return message.format(distance=round(distance_m), seconds=f"{span.total_seconds():.1f}")


def standing(speed_mps: float) -> Message:
    """A vehicle at a red light."""
    message = _(
        "the vehicle stands ({value} m/s) where a kept frame was taken: send the next one when it drives"
    )
    return message.format(value=f"{speed_mps:g}")


def same_road(away_m: float, every_m: float) -> Message:
    """Road that another frame shows."""
    message = _(
        "is {value} m from a kept frame of this drive: the next one is wanted after {every} m of new road"
    )
    return message.format(value=f"{away_m:.1f}", every=f"{every_m:g}")


def other_camera(span: timedelta) -> Message:
    """Road that this vehicle has shown already."""
    message = _(
        "another camera of this vehicle, or a card, showed this place {seconds} s before or after: there is nothing to do"
    )
    return message.format(seconds=f"{span.total_seconds():.1f}")


def off_street(place: Point, reach_m: float) -> Message:
    """A yard, a field."""
    message = _("no street lies within {reach} m of lat {lat}, lon {lon}: there is nothing to do")
    return message.format(reach=round(reach_m), lat=f"{place.lat:.5f}", lon=f"{place.lon:.5f}")


def no_district(place: Point) -> Message:
    """Nobody would see the report."""
    message = _(
        "lies in no district (lat {lat}, lon {lon}), and the vehicle belongs to none: give the vehicle a district, or draw the boundary"
    )
    return message.format(lat=f"{place.lat:.5f}", lon=f"{place.lon:.5f}")
