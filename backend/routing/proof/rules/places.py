"""What a track says of a place: how near the vehicle came, how long it stayed, or that it may have been there unseen. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from backend.routing.proof.rules.tracks import Flags, Floats, Limits, Silence, Track, moment

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


def nearest(track: Track, marks: Floats) -> Near | None:
    """The nearest that a track, on its legs too, comes to any of (marks, 2) points; None when it is empty.

    Only what lies near the marks' box is looked at closely: a night's track is long, and most of it is elsewhere.
    """
    if not len(track):
        return None
    some = marks[[0, len(marks) // 2, -1]]
    within_m = 1.0 + min(float(np.hypot(*(track.xy - mark).T).min()) for mark in some)
    spots = np.flatnonzero(_meets(track.xy, track.xy, marks, within_m))
    distances = np.hypot(*np.moveaxis(track.xy[spots] - marks[:, None], 2, 0))
    mark, spot = np.unravel_index(int(distances.argmin()), distances.shape)
    best = int(spots[spot])
    found = Near(
        distance_m=float(distances[mark, spot]),
        at=moment(float(track.seconds[best])),
        accuracy_m=float(track.accuracy_m[best]),
    )
    legs = np.flatnonzero(track.joined)
    legs = legs[_meets(track.xy[legs], track.xy[legs + 1], marks, found.distance_m + 1.0)]
    if not len(legs):
        return found
    start, way = track.xy[legs], track.xy[legs + 1] - track.xy[legs]
    share = _foot(start, way, marks[:, None])
    apart = np.hypot(*np.moveaxis(start + way * share[..., None] - marks[:, None], 2, 0))
    mark, leg = np.unravel_index(int(apart.argmin()), apart.shape)
    if apart[mark, leg] >= found.distance_m:
        return found
    index = int(legs[leg])
    seconds = track.seconds[index] + share[mark, leg] * (track.seconds[index + 1] - track.seconds[index])
    return Near(
        distance_m=float(apart[mark, leg]),
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


def _meets(start: Floats, end: Floats, marks: Floats, within_m: float) -> Flags:
    """(legs) whether a leg's box comes so near to the box of (marks, 2) points."""
    low, high = marks.min(axis=0) - within_m, marks.max(axis=0) + within_m
    return np.asarray(((np.maximum(start, end) >= low) & (np.minimum(start, end) <= high)).all(axis=1))


def _foot(start: Floats, way: Floats, marks: Floats) -> Floats:
    """(marks, legs) the share of each leg at which it is nearest to each of (marks, 1, 2) points."""
    length2 = np.maximum((way**2).sum(axis=1), 1e-12)
    return np.asarray(np.clip(((marks - start) * way).sum(axis=2) / length2, 0.0, 1.0))
