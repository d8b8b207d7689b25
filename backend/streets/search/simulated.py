"""Drives that never were: a vehicle along real streets, seen through a noisy receiver. For measurements and demonstrations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.streets.network import Floats, Ints
from backend.streets.search.graph import Graph, arc_seconds
from backend.streets.search.places import Places, positions
from backend.streets.search.tracks import Track
from backend.streets.search.ways import Way, ways
from shared.geometry import EARTH_RADIUS_M

WILD_M = 200.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Drive:
    """The truth: D stretches in order, with their times; standing is a stretch without length."""

    arc: Ints  # (D)
    enters: Floats  # (D) fraction in driving direction
    leaves: Floats  # (D)
    entered_at_s: Floats  # (D)
    left_at_s: Floats  # (D)


def drive_along(graph: Graph, places: Places, rng: np.random.Generator, *, stands_s: float = 40.0) -> Drive:
    """Along the fastest ways through the places, a bit slower or faster than the book, standing a while at each place."""
    rows: list[tuple[int, float, float, float, float]] = []
    now_s = 0.0
    seconds = arc_seconds(graph.network, graph.profile)
    for leg in ways(graph, places):
        pace = rng.uniform(0.8, 1.4)
        for arc, low, high in stretches(leg):
            lasts_s = seconds[arc] * (high - low) * pace
            rows.append((arc, low, high, now_s, now_s + lasts_s))
            now_s += lasts_s
            if high == 1.0 and rng.random() < 0.1:  # a light, a crossing
                waits_s = float(rng.exponential(8.0))
                rows.append((arc, 1.0, 1.0, now_s, now_s + waits_s))
                now_s += waits_s
        waits_s = float(rng.exponential(stands_s))
        rows.append((rows[-1][0], rows[-1][2], rows[-1][2], now_s, now_s + waits_s))
        now_s += waits_s
    table = np.array(rows, dtype=float).reshape(-1, 5)
    return Drive(
        arc=table[:, 0].astype(np.int32),
        enters=table[:, 1],
        leaves=table[:, 2],
        entered_at_s=table[:, 3],
        left_at_s=table[:, 4],
    )


def stretches(way: Way) -> list[tuple[int, float, float]]:
    """Arc, from fraction, to fraction of each part of a way."""
    last = len(way.arcs) - 1
    return [
        (int(arc), way.start_fraction if index == 0 else 0.0, way.end_fraction if index == last else 1.0)
        for index, arc in enumerate(way.arcs)
    ]


def seen(
    graph: Graph,
    drive: Drive,
    rng: np.random.Generator,
    *,
    every_s: float,
    noise_m: float,
    lasts_s: float = 0.0,
    wild_share: float = 0.0,
) -> Track:
    """Fixes of a drive: every so many seconds, each axis off by normal noise, some of them wild (200 m).

    Noise that lasts so many seconds is like a receiver's between houses; 0: independent from fix to fix.
    """
    time_s = np.arange(drive.entered_at_s[0], drive.left_at_s[-1], every_s)
    at = np.clip(np.searchsorted(drive.entered_at_s, time_s, side="right") - 1, 0, len(drive.arc) - 1)
    lasted_s = np.maximum(drive.left_at_s[at] - drive.entered_at_s[at], 1e-9)
    share = np.clip((time_s - drive.entered_at_s[at]) / lasted_s, 0.0, 1.0)
    fraction = drive.enters[at] + share * (drive.leaves[at] - drive.enters[at])
    arc = drive.arc[at]
    lon, lat = positions(graph.skeleton, arc // 2, np.where(arc % 2 == 0, fraction, 1 - fraction))
    off = rng.normal(0.0, 1.0, (len(time_s), 2))
    kept = np.exp(-every_s / lasts_s) if lasts_s > 0 else 0.0
    for index in range(1, len(off)):
        off[index] = kept * off[index - 1] + np.sqrt(1 - kept**2) * off[index]
    off_m = off * noise_m
    wild = rng.random(len(time_s)) < wild_share
    off_m[wild] = rng.normal(0.0, WILD_M, (int(wild.sum()), 2))
    metre = np.degrees(1 / EARTH_RADIUS_M)
    return Track(
        lon=lon + off_m[:, 0] * metre / np.cos(np.radians(lat)), lat=lat + off_m[:, 1] * metre, time_s=time_s
    )


def metres_right(
    graph: Graph, drive: Drive, arc: Ints, enters: Floats, leaves: Floats
) -> tuple[float, float, float]:
    """Metres driven, those of them that the stretches found have too (same arc, same direction), and those found in vain."""
    arcs = 2 * graph.network.segments
    length_m = np.repeat(graph.network.length_m, 2)
    true_m = np.bincount(
        drive.arc, weights=(drive.leaves - drive.enters) * length_m[drive.arc], minlength=arcs
    )
    found_m = np.bincount(arc, weights=(leaves - enters) * length_m[arc], minlength=arcs)
    right_m = np.minimum(true_m, found_m).sum()
    return float(true_m.sum()), float(right_m), float(found_m.sum() - right_m)
