"""Which frames of a driving vehicle are wanted: those that show road which none kept of the drive shows, whatever their order. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from backend.places import far_off
from backend.roads.frames.rules import (
    EARLIEST,
    EVERY_M,
    SILENCE_MOST,
    Position,
    Told,
    heading_deg,
    jumps,
    told_near,
)
from backend.roads.streams import words
from shared.geometry import Point, distance_m
from shared.i18n import Message

STANDING_BELOW_MPS = 0.5
STREET_WITHIN_M = 60.0  # beyond it, and the fix's own accuracy, a frame shows no street


class Reason(StrEnum):
    """Why a frame is not wanted."""

    STANDING = "standing"
    SAME_ROAD = "same_road"
    OTHER_CAMERA = "other_camera"
    JUMP = "jump"
    INACCURATE = "inaccurate"
    CLOCK_UNSET = "clock_unset"
    TOO_OLD = "too_old"
    FUTURE = "future"
    FAR_OFF = "far_off"
    OFF_STREET = "off_street"
    NO_DISTRICT = "no_district"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why a frame is not wanted: which field says so, and what to do, in words."""

    reason: Reason
    field: str
    words: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A frame that a camera has: when and where it was taken."""

    at: datetime
    place: Point
    accuracy_m: float
    speed_mps: float | None = None
    heading_deg: float | None = None
    sha256: str | None = None

    @property
    def position(self) -> Position:
        """As a fix of the drive."""
        return Position(at=self.at, place=self.place, accuracy_m=self.accuracy_m)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept(Position):
    """A frame of the drive that is a report, or is wanted."""

    report_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a fix may be."""

    now: datetime
    keep: timedelta
    ahead: timedelta
    accuracy_max_m: float
    city: Point
    radius_km: float


def flaw_of(offer: Offer, limits: Limits) -> Refusal | None:
    """What is wrong with a fix by itself."""
    at = offer.at
    if at < EARLIEST:
        return Refusal(reason=Reason.CLOCK_UNSET, field="taken_at", words=words.clock_unset(at, EARLIEST))
    if at > limits.now + limits.ahead:
        return Refusal(reason=Reason.FUTURE, field="taken_at", words=words.future(at, limits.now))
    if at < limits.now - limits.keep:
        return Refusal(reason=Reason.TOO_OLD, field="taken_at", words=words.too_old(at, limits.keep))
    away = _off_the_city(offer.place, limits)
    if away is not None:
        return Refusal(reason=Reason.FAR_OFF, field="lat", words=away)
    if offer.accuracy_m > limits.accuracy_max_m:
        told = words.inaccurate(offer.accuracy_m, limits.accuracy_max_m)
        return Refusal(reason=Reason.INACCURATE, field="accuracy_m", words=told)
    return None


class DriveRoad:
    """The road that a drive has shown, by its kept frames in the order of their times; a late frame is held against both neighbours.

    Frames in their order are so chosen as ``frames.rules.NewRoad`` chooses a folder's. ``others`` is what other cameras of the
    vehicle showed, or a card that nobody named a vehicle of.
    """

    def __init__(self, own: Sequence[Kept], others: Sequence[Told]) -> None:
        self._own = sorted(own, key=lambda each: each.at)
        self._others = sorted(others, key=lambda each: each.at)

    def known(self, offer: Offer) -> Kept | None:
        """The kept frame of that very moment and place: the same frame, where nothing else tells."""
        at = bisect.bisect_left(self._own, offer.at, key=lambda each: each.at)
        if at == len(self._own) or self._own[at].at != offer.at:
            return None
        return self._own[at] if distance_m(self._own[at].place, offer.place) < 1.0 else None

    def why_not(self, offer: Offer) -> Refusal | None:
        """Why a frame shows no new road."""
        near = self._neighbours(offer.at)
        for each in near:
            first, second = sorted((each, offer.position), key=lambda one: one.at)
            if jumps(first, second):
                told = words.jump(distance_m(each.place, offer.place), second.at - first.at)
                return Refusal(reason=Reason.JUMP, field="lat", words=told)
        away_m = min((distance_m(each.place, offer.place) for each in near), default=EVERY_M)
        if away_m < EVERY_M:
            if offer.speed_mps is not None and offer.speed_mps < STANDING_BELOW_MPS:
                told = words.standing(offer.speed_mps)
                return Refusal(reason=Reason.STANDING, field="speed_mps", words=told)
            return Refusal(reason=Reason.SAME_ROAD, field="lat", words=words.same_road(away_m, EVERY_M))
        other = told_near(offer.at, offer.place, self._others, EVERY_M)
        if other is not None:
            told = words.other_camera(abs(other.at - offer.at))
            return Refusal(reason=Reason.OTHER_CAMERA, field="taken_at", words=told)
        return None

    def heading_deg(self, offer: Offer) -> float | None:
        """The direction of driving: as the receiver says, else from the kept frame shortly before."""
        if offer.heading_deg is not None:
            return offer.heading_deg
        at = bisect.bisect_left(self._own, offer.at, key=lambda each: each.at)
        before = self._own[at - 1] if at else None
        if before is None or offer.at - before.at > SILENCE_MOST:
            return None
        return heading_deg(before.place, offer.place)

    def keep(self, offer: Offer) -> None:
        """Hold later frames against this one too."""
        kept = Kept(at=offer.at, place=offer.place, accuracy_m=offer.accuracy_m)
        bisect.insort(self._own, kept, key=lambda each: each.at)

    def _neighbours(self, at: datetime) -> Sequence[Kept]:
        after = bisect.bisect_left(self._own, at, key=lambda each: each.at)
        return self._own[max(after - 1, 0) : after + 1]


def _off_the_city(place: Point, limits: Limits) -> Message | None:
    if abs(place.lat) > 90 or abs(place.lon) > 180:
        return words.no_place(place)
    return far_off(place, city=limits.city, radius_km=limits.radius_km)
