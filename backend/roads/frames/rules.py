"""Where a driving camera was for each frame, and which frames are worth a look. Pure."""

from __future__ import annotations

import bisect
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.geometry import Point, distance_m

SILENCE_MOST = timedelta(
    seconds=15
)  # between two positions: whoever drove on meanwhile may be anywhere between
EVERY_M = 8.0  # a frame shows so much new road
TURN_LEAST_M = 2.0  # two positions nearer than that tell no direction


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """One fix of the vehicle's receiver."""

    at: datetime
    place: Point
    accuracy_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A frame with its time; placed once a position is known."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFrame:
    """A frame that shows road which no kept frame before it shows."""

    name: str
    at: datetime
    place: Point
    accuracy_m: float
    heading_deg: float | None


def placed(frame: Frame, positions: Sequence[Position]) -> PlacedFrame | None:
    """Where the camera was, between the two positions around a frame's time; None where there are none near in time.

    ``positions`` are in the order of their times. The accuracy is the worse of the two, and what was driven between them for half
    its time is no more certain than that.
    """
    after = bisect.bisect_left(positions, frame.at, key=lambda each: each.at)
    before = after - 1
    if after < len(positions) and positions[after].at == frame.at:
        before = after
    if before < 0 or after >= len(positions):
        nearest = positions[0] if before < 0 and positions else positions[-1] if positions else None
        if nearest is None or abs(nearest.at - frame.at) > timedelta(seconds=1):
            return None
        return PlacedFrame(
            name=frame.name, at=frame.at, place=nearest.place, accuracy_m=nearest.accuracy_m, heading_deg=None
        )
    first, second = positions[before], positions[after]
    span = second.at - first.at
    if span > SILENCE_MOST:
        return None
    share = 0.0 if not span else (frame.at - first.at) / span
    place = Point(
        lat=first.place.lat + share * (second.place.lat - first.place.lat),
        lon=first.place.lon + share * (second.place.lon - first.place.lon),
    )
    last = positions[max(before - 1, 0)] if before == after else first
    return PlacedFrame(
        name=frame.name,
        at=frame.at,
        place=place,
        accuracy_m=max(first.accuracy_m, second.accuracy_m),
        heading_deg=heading_deg(last.place, second.place),
    )


def heading_deg(start: Point, end: Point) -> float | None:
    """The direction of driving, clockwise from north; None for a vehicle that stands."""
    if distance_m(start, end) < TURN_LEAST_M:
        return None
    east = (end.lon - start.lon) * math.cos(math.radians(start.lat))
    return math.degrees(math.atan2(east, end.lat - start.lat)) % 360.0


def thinned(frames: Sequence[PlacedFrame], every_m: float = EVERY_M) -> list[PlacedFrame]:
    """The frames, in the order of their times, that lie at least so far from the one kept before: a vehicle that stands gives one."""
    kept: list[PlacedFrame] = []
    for frame in sorted(frames, key=lambda each: each.at):
        if not kept or distance_m(kept[-1].place, frame.place) >= every_m:
            kept.append(frame)
    return kept
