"""Where a driving camera was for each frame, when its film began, and which frames are worth a look. Pure."""

from __future__ import annotations

import bisect
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from backend.roads.frames.bad_frames import BadFrames
from shared.geometry import Point, distance_m

SILENCE_MOST = timedelta(
    seconds=15
)  # between two positions: whoever drove on meanwhile may be anywhere between
SPEED_MOST_M_S = 70.0  # no vehicle of a city is faster: one of two positions is wrong
EVERY_M = 8.0  # a frame shows so much new road
TURN_LEAST_M = 2.0  # two positions nearer than that tell no direction
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)  # clocks that were never set count from 1904, 1970 or 1980
AHEAD_MOST = timedelta(days=1)
TOLD_WITHIN = timedelta(seconds=5)  # between two clocks in one vehicle


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From the first to the last moment of a film or a track."""

    begin: datetime
    end: datetime

    def meets(self, other: Span) -> bool:
        """Whether both have a moment in common."""
        return self.begin <= other.end and other.begin <= self.end

    def later(self, by: timedelta) -> Span:
        """The same length of time, moved."""
        return Span(begin=self.begin + by, end=self.end + by)

    def __str__(self) -> str:
        return f"{self.begin.isoformat(timespec='seconds')} to {self.end.isoformat(timespec='seconds')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A frame that was received already: when and where it was taken."""

    at: datetime
    place: Point


class Shows(StrEnum):
    """What a frame shows."""

    NEW = "new"
    SAME = "same"  # road that a frame kept before it shows
    TOLD = "told"  # road that was received of this very moment already


class NewRoad:
    """Tells, of frames in the order of their times, those that lie at least so far from the one it took before.

    ``told`` is what the vehicle sent while it drove: the same moment and place is the same road, whatever the bytes.
    """

    def __init__(self, every_m: float, told: Iterable[Told] = ()) -> None:
        self._every_m = every_m
        self._last: Point | None = None
        self._told = sorted(told, key=lambda each: each.at)

    def shows(self, frame: PlacedFrame) -> Shows:
        """What a frame shows beside those before it; a vehicle that stands gives one."""
        if self._last is not None and distance_m(self._last, frame.place) < self._every_m:
            return Shows.SAME
        told = told_near(frame.at, frame.place, self._told, self._every_m)
        self._last = frame.place if told is None else told.place
        return Shows.NEW if told is None else Shows.TOLD


def told_near(at: datetime, place: Point, told: Sequence[Told], within_m: float) -> Told | None:
    """The nearest of the frames, in the order of their times, that tell this moment and place already."""
    begin = bisect.bisect_left(told, at - TOLD_WITHIN, key=lambda each: each.at)
    end = bisect.bisect_right(told, at + TOLD_WITHIN, key=lambda each: each.at)
    near = [(distance_m(each.place, place), each) for each in told[begin:end]]
    found = min(near, key=lambda each: each[0], default=None)
    return found[1] if found is not None and found[0] < within_m else None


def placed(frame: Frame, positions: Sequence[Position]) -> PlacedFrame | None:
    """Where the camera was, between the two positions around a frame's time; None where there are none near in time, or none to believe.

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
    if span > SILENCE_MOST or jumps(first, second):
        return None
    share = 0.0 if not span else (frame.at - first.at) / span
    place = Point(
        lat=first.place.lat + share * (second.place.lat - first.place.lat),
        lon=first.place.lon + share * (second.place.lon - first.place.lon),
    )
    return PlacedFrame(
        name=frame.name,
        at=frame.at,
        place=place,
        accuracy_m=max(first.accuracy_m, second.accuracy_m),
        heading_deg=_heading_deg(positions, before, after),
    )


def _heading_deg(positions: Sequence[Position], before: int, after: int) -> float | None:
    """The direction between two neighbours; at a position itself, from the one before it or to the one after it, if near in time."""
    pairs = [(before, after)] if before != after else [(before - 1, after), (before, after + 1)]
    for one, other in pairs:
        if one < 0 or other >= len(positions):
            continue
        first, second = positions[one], positions[other]
        if second.at - first.at <= SILENCE_MOST and not jumps(first, second):
            return heading_deg(first.place, second.place)
    return None


def heading_deg(start: Point, end: Point) -> float | None:
    """The direction of driving, clockwise from north; None for a vehicle that stands."""
    if distance_m(start, end) < TURN_LEAST_M:
        return None
    east = (end.lon - start.lon) * math.cos(math.radians(start.lat))
    return math.degrees(math.atan2(east, end.lat - start.lat)) % 360.0


def thinned(frames: Sequence[PlacedFrame], every_m: float = EVERY_M) -> list[PlacedFrame]:
    """The frames, in the order of their times, that lie at least so far from the one kept before: a vehicle that stands gives one."""
    road = NewRoad(every_m)
    return [frame for frame in in_order(frames) if road.shows(frame) is Shows.NEW]


def in_order(frames: Iterable[PlacedFrame]) -> list[PlacedFrame]:
    """The frames in the order of their times."""
    return sorted(frames, key=lambda each: each.at)


def begun_at(name: str, *, told: datetime | None, written: datetime | None, now: datetime) -> datetime:
    """When a film's first picture was: as a person told it, else as the file says where that can be. Raises BadFrames."""
    example = f"give --begins with the time of its first picture, such as {now.date()}T09:00:00+05:00"
    if told is not None:
        if not EARLIEST <= told <= now:
            raise BadFrames(
                f"--begins must lie between {EARLIEST.date()} and now, was {told.isoformat()}: it is when the first picture was"
            )
        return told
    if written is None:
        raise BadFrames(f"{name} does not say when it began: {example}")
    if written < EARLIEST:
        raise BadFrames(
            f"{name} says that it began at {written.isoformat()}, so the camera's clock was not set: {example}, and set the clock"
        )
    if written > now + AHEAD_MOST:
        raise BadFrames(
            f"{name} says that it begins at {written.isoformat()}, which is to come: {example}, and set the camera's clock"
        )
    return written


def apart(name: str, film: Span, track: Span, city_offset: timedelta) -> str:
    """Why a film and a track have no moment in common, in words; many cameras write the city's time as if it were UTC."""
    words = f"{name} runs from {film}, the track from {track}: they have no moment in common."
    as_local = film.later(-city_offset)
    if city_offset and as_local.meets(track):
        begin = film.begin.replace(tzinfo=None).isoformat(timespec="seconds")
        return f"{words} They fit if the camera writes the city's time as UTC: give --begins {begin}{_offset(city_offset)}"
    return f"{words} Give the track of this drive, or --begins with the time of the first picture"


def jumps(first: Position, second: Position) -> bool:
    """Whether nobody can have driven from one to the other, be both as inaccurate as they say."""
    way_m = distance_m(first.place, second.place) - first.accuracy_m - second.accuracy_m
    return way_m > SPEED_MOST_M_S * max((second.at - first.at).total_seconds(), 1.0)


def _offset(by: timedelta) -> str:
    minutes = int(by.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
