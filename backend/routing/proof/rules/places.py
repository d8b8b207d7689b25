"""What a track says of a place: how near the vehicle came, how long it stayed, or that it may have been there unseen. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from backend.routing.proof.rules.tracks import Floats, Limits, Silence, Track, moment

SAME_STAY_S = 60.0  # an absence as short as this is noise, and the stay goes on


class Presence(StrEnum):
    """Whether the vehicle was at a stop, by its positions."""

    THERE = "there"
    NOT_SEEN = "not_seen"  # positions cover the time, and none is near
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The nearest that a track comes to a place."""

    distance_m: float
    at: datetime
    accuracy_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """One time in which the vehicle was within reach of a place; ``seconds`` of it are seen."""

    since: datetime
    until: datetime
    seconds: float


def nearest(track: Track, place: Floats) -> Near | None:
    """The nearest point of the track, on its legs too; None when it is empty."""
    if not len(track):
        return None
    distances = np.hypot(*(track.xy - place).T)
    best = int(distances.argmin())
    found = Near(
        distance_m=float(distances[best]),
        at=moment(float(track.seconds[best])),
        accuracy_m=float(track.accuracy_m[best]),
    )
    legs = np.flatnonzero(track.joined)
    if not len(legs):
        return found
    start, way = track.xy[legs], track.xy[legs + 1] - track.xy[legs]
    share = _foot(start, way, place)
    apart = np.hypot(*(start + way * share[:, None] - place).T)
    leg = int(apart.argmin())
    if apart[leg] >= found.distance_m:
        return found
    index = int(legs[leg])
    seconds = track.seconds[index] + share[leg] * (track.seconds[index + 1] - track.seconds[index])
    return Near(
        distance_m=float(apart[leg]),
        at=moment(float(seconds)),
        accuracy_m=float(max(track.accuracy_m[index], track.accuracy_m[index + 1])),
    )


def stays(track: Track, place: Floats, radius_m: float) -> list[Stay]:
    """When the vehicle was within a radius, by time; legs are cut where they cross it."""
    legs = np.flatnonzero(track.joined)
    if not len(legs):
        return []
    start = track.xy[legs] - place
    way = track.xy[legs + 1] - track.xy[legs]
    # |start + way * s| = radius
    a = (way**2).sum(axis=1)
    b = 2 * (start * way).sum(axis=1)
    c = (start**2).sum(axis=1) - radius_m**2
    still = a < 1e-9
    root = np.sqrt(np.maximum(b**2 - 4 * a * c, 0.0))
    safe = np.where(still, 1.0, 2 * a)
    enter = np.where(still, 0.0, np.clip((-b - root) / safe, 0.0, 1.0))
    leave = np.where(still, np.where(c <= 0, 1.0, 0.0), np.clip((-b + root) / safe, 0.0, 1.0))
    inside = np.flatnonzero((leave > enter) & (still | (b**2 - 4 * a * c > 0)))
    found: list[Stay] = []
    for leg in inside:
        begin, length = track.seconds[legs[leg]], track.seconds[legs[leg] + 1] - track.seconds[legs[leg]]
        since, until = float(begin + enter[leg] * length), float(begin + leave[leg] * length)
        if found and since - found[-1].until.timestamp() <= SAME_STAY_S:
            last = found.pop()
            seconds = last.seconds + until - since
            found.append(Stay(since=last.since, until=moment(until), seconds=seconds))
        else:
            found.append(Stay(since=moment(since), until=moment(until), seconds=until - since))
    return found


def place_at(track: Track, at: datetime) -> Floats | None:
    """Where the vehicle was at a moment; None in silence."""
    seconds = at.timestamp()
    after = int(np.searchsorted(track.seconds, seconds))
    if after < len(track) and track.seconds[after] == seconds:
        return np.asarray(track.xy[after])
    if after in (0, len(track)) or not track.joined[after - 1]:
        return None
    span = track.seconds[after] - track.seconds[after - 1]
    share = (seconds - track.seconds[after - 1]) / span
    return np.asarray(track.xy[after - 1] + share * (track.xy[after] - track.xy[after - 1]))


def reachable(place: Floats, gaps: Iterable[Silence], limits: Limits) -> Silence | None:
    """A gap in which the vehicle may have been at a place and back on its track: the straight way at the highest speed."""
    for gap in gaps:
        way_m = sum(
            max(0.0, math.dist(place, end) - limits.near_m)
            for end in (gap.before, gap.after)
            if end is not None
        )
        if way_m <= limits.speed_max_mps * (gap.until - gap.since).total_seconds():
            return gap
    return None


def _foot(start: Floats, way: Floats, place: Floats) -> Floats:
    """(legs) the share of each leg at which it is nearest to a place."""
    length2 = np.maximum((way**2).sum(axis=1), 1e-12)
    return np.asarray(np.clip(((place - start) * way).sum(axis=1) / length2, 0.0, 1.0))
