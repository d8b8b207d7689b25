"""How much of a segment's line a track drove along, and which way; by projection, so crossing it is not driving along it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from backend.routing.proof.rules.tracks import STANDING_M, Floats, Track, moment

SAMPLE_M = 5.0  # legs are looked at this finely
Run = tuple[float, float]  # from where to where along the line, in metres; falling: against it


@dataclass(frozen=True, slots=True, kw_only=True)
class Along:
    """Of a line: metres driven in its direction and against it, each piece once; when it was first and last driven."""

    length_m: float
    with_m: float
    against_m: float
    since: datetime | None
    until: datetime | None


def along(track: Track, line: Floats, reach_m: float) -> Along:
    """What a track says of a line of (points, 2) metres; positions within reach lie on it."""
    marks = np.concatenate(([0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()))
    runs: list[Run] = []
    times: list[float] = []
    for seconds, places in _passes(track, line, reach_m):
        on, where = _project(places, line, marks, reach_m)
        for piece in _pieces(on):
            part = _runs(where[piece])
            runs += part
            if part:
                times += [float(seconds[piece][0]), float(seconds[piece][-1])]
    return Along(
        length_m=float(marks[-1]),
        with_m=_covered([(a, b) for a, b in runs if b > a]),
        against_m=_covered([(b, a) for a, b in runs if b < a]),
        since=moment(min(times)) if times else None,
        until=moment(max(times)) if times else None,
    )


def _passes(track: Track, line: Floats, reach_m: float) -> list[tuple[Floats, Floats]]:
    """The stretches of a track near the line's box, finely sampled."""
    legs = np.flatnonzero(track.joined)
    if not len(legs):
        return []
    low, high = line.min(axis=0) - reach_m, line.max(axis=0) + reach_m
    start, end = track.xy[legs], track.xy[legs + 1]
    meets = ((np.maximum(start, end) >= low) & (np.minimum(start, end) <= high)).all(axis=1)
    near = legs[meets]
    if not len(near):
        return []
    found = []
    for group in np.split(near, np.flatnonzero(np.diff(near) > 1) + 1):
        seconds, places = [], []
        for leg in group:
            count = max(1, int(np.hypot(*(track.xy[leg + 1] - track.xy[leg])) // SAMPLE_M))
            share = np.arange(count) / count
            seconds.append(track.seconds[leg] + share * (track.seconds[leg + 1] - track.seconds[leg]))
            places.append(track.xy[leg] + share[:, None] * (track.xy[leg + 1] - track.xy[leg]))
        last = group[-1] + 1
        seconds.append(track.seconds[last : last + 1])
        places.append(track.xy[last : last + 1])
        found.append((np.concatenate(seconds), np.concatenate(places)))
    return found


def _project(
    places: Floats, line: Floats, marks: Floats, reach_m: float
) -> tuple[np.ndarray[tuple[int], np.dtype[np.bool_]], Floats]:
    """(places) whether each lies on the line, and how far along it."""
    start, way = line[:-1], np.diff(line, axis=0)
    length2 = np.maximum((way**2).sum(axis=1), 1e-12)
    offset = places[:, None, :] - start[None, :, :]
    share = np.clip((offset * way[None, :, :]).sum(axis=2) / length2, 0.0, 1.0)
    apart = np.hypot(*np.moveaxis(offset - share[:, :, None] * way[None, :, :], 2, 0))
    best = apart.argmin(axis=1)
    rows = np.arange(len(places))
    return apart[rows, best] <= reach_m, marks[best] + share[rows, best] * np.sqrt(length2[best])


def _pieces(on: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> list[slice]:
    """Unbroken pieces of True, of two or more."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], on, [False])).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 1]


def _runs(where: Floats) -> list[Run]:
    """Moves along the line between turning points; what is smaller than a receiver's noise turns nothing."""
    runs: list[Run] = []
    begin = high = low = float(where[0])
    rising: bool | None = None
    for place in map(float, where[1:]):
        high, low = max(high, place), min(low, place)
        if rising is None:
            if high - begin >= STANDING_M or begin - low >= STANDING_M:
                rising = high - begin >= STANDING_M
        elif rising and high - place >= STANDING_M:
            runs.append((begin, high))
            begin, low, rising = high, place, False
        elif not rising and place - low >= STANDING_M:
            runs.append((begin, low))
            begin, high, rising = low, place, True
    if rising is not None:
        runs.append((begin, high if rising else low))
    return runs


def _covered(pieces: list[Run]) -> float:
    """The length that pieces cover together."""
    total, reached = 0.0, float("-inf")
    for begin, end in sorted(pieces):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total
