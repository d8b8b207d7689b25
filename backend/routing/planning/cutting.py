"""Vehicles divided into neighbourhoods of a bounded number of stops: around the middle as with a clock's hand, or by lines across the map.

Each round cuts along other lines, so that tours on both sides of a border meet in the next one (Vidal et al. 2013; Santini et al. 2023,
«barycentre clustering»).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def cut(
    points: Points, weights: Sequence[int], most: int, rng: np.random.Generator, *, around: bool
) -> list[list[int]]:
    """Groups of numbers of points (n, 2) whose weights sum to about ``most``, or less; one that weighs more is a group of its own."""
    everyone = list(range(len(points)))
    if not everyone:
        return []
    if around:
        return _around(points, weights, most, rng)
    return _across(points, weights, most, rng, everyone)


def _around(points: Points, weights: Sequence[int], most: int, rng: np.random.Generator) -> list[list[int]]:
    """By the angle seen from the middle, from a random one on."""
    middle = np.average(points, axis=0, weights=np.maximum(1, weights))
    angles = np.arctan2(*(points - middle).T[::-1])
    turned = (angles - rng.uniform(0, 2 * np.pi)) % (2 * np.pi)
    return _chopped([int(each) for each in np.argsort(turned, kind="stable")], weights, most)


def _across(
    points: Points, weights: Sequence[int], most: int, rng: np.random.Generator, members: list[int]
) -> list[list[int]]:
    """Halved again and again, each time by a line that crosses the longer way, turned by up to 45 degrees."""
    if len(members) == 1 or sum(weights[each] for each in members) <= most:
        return [members]
    spread = points[members] - points[members].mean(axis=0)
    _values, directions = np.linalg.eigh(spread.T @ spread)
    turn = rng.uniform(-np.pi / 4, np.pi / 4)
    x, y = directions[:, -1]
    along = spread @ np.array([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)])
    ordered = [members[int(each)] for each in np.argsort(along, kind="stable")]
    reached = np.cumsum([max(1, weights[each]) for each in ordered])
    at = int(np.clip(np.searchsorted(reached, reached[-1] / 2) + 1, 1, len(ordered) - 1))
    return [
        *_across(points, weights, most, rng, ordered[:at]),
        *_across(points, weights, most, rng, ordered[at:]),
    ]


def _chopped(ordered: list[int], weights: Sequence[int], most: int) -> list[list[int]]:
    """In order, as many groups as are needed, of about the same weight."""
    total = sum(weights)
    groups: list[list[int]] = [[] for _group in range(max(1, -(-total // most)))]
    before = 0
    for each in ordered:
        middle = before + weights[each] / 2
        groups[min(len(groups) - 1, int(middle * len(groups) / max(1, total)))].append(each)
        before += weights[each]
    return [group for group in groups if group]
