"""Tasks laid into a plane, so that close ones lie together: landmark multidimensional scaling (de Silva and Tenenbaum 2004) of travel.

Ways know seconds and metres between posts and no coordinates; «around» and «across» need some.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.routing.clearing.problem import Problem, Task

LANDMARKS = 60
FAR_S = 10**7

Points = NDArray[np.float64]


def lay_out(problem: Problem, profile: str, tasks: list[Task], further: list[int]) -> tuple[Points, Points]:
    """Points of tasks (where they begin) and of further posts, in seconds of travel on a profile; islands lie far out."""
    enters = np.array([task.modes[0].enters for task in tasks], dtype=np.int64)
    posts = np.concatenate([enters, np.array(further, dtype=np.int64)])
    chosen = np.unique(np.linspace(0, len(tasks) - 1, min(LANDMARKS, len(tasks))).astype(int))
    leaving = np.array([tasks[each].modes[0].leaves for each in chosen], dtype=np.int64)
    table = problem.travel(profile, leaving, posts)
    ways = table.seconds if table.seconds.any() else table.metres
    apart = ways.astype(np.float64)
    apart[apart < 0] = np.nan
    most = np.nanmax(apart) if np.isfinite(apart).any() else 1.0
    apart = np.where(np.isnan(apart), 2 * most, apart)
    between = apart[:, chosen]
    between = (between + between.T) / 2
    squared = between**2
    means = squared.mean(axis=1)
    centred = -(squared - means[:, None] - means[None, :] + means.mean()) / 2
    values, vectors = np.linalg.eigh(centred)
    values, vectors = np.maximum(values[-2:], 1e-9), vectors[:, -2:]
    points = np.asarray(-((apart**2 - means[:, None]).T @ (vectors / np.sqrt(values))) / 2)
    return points[: len(tasks)], points[len(tasks) :]
