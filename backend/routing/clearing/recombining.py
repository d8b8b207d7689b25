"""The best set of tours seen that does every task once: a set partitioning problem, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.sparse import coo_array

from backend.routing.clearing.model import SCALE, Model, Row
from backend.routing.planning.choosing import solve_binary

Pool = Mapping[Row, tuple[int, int]]
"""Tours seen, with their cost and that of the cheapest plan that held them."""


def best_tours(
    model: Model, pool: Pool, incumbent: Sequence[Row], costs: Sequence[int], time_limit_s: float
) -> list[Row] | None:
    """The cheapest tours out of the pool, within each group's number of tours; None if none are cheaper than the incumbent's.

    ``costs``: of the incumbent's tours. A task may stay out at its price.
    """
    n, kinds = model.tasks, len(model.kind)
    columns: dict[tuple[frozenset[int], int], tuple[Row, int]] = {}
    for row, (cost, _plan) in [*pool.items(), *((a, (b, 0)) for a, b in zip(incumbent, costs, strict=True))]:
        key = (frozenset(each for each in row[0] if each < n), row[1])
        if key not in columns or cost < columns[key][1]:
            columns[key] = row, cost
    rows = [row for row, _cost in columns.values()]
    numbers = {key: at for at, key in enumerate(columns)}
    entries = [(task, at) for (tasks, _kind), at in numbers.items() for task in tasks]
    entries += [(n + row[1], at) for at, row in enumerate(rows)]
    entries += [(task, len(rows) + task) for task in range(n)]
    matrix = coo_array(
        (np.ones(len(entries)), tuple(zip(*entries, strict=True))), shape=(n + kinds, len(rows) + n)
    ).tocsc()
    objective = np.array([*(cost for _row, cost in columns.values()), *model.price.tolist()], dtype=float)
    start = np.zeros(len(rows) + n)
    done: set[int] = set()
    for row in incumbent:
        tasks = frozenset(each for each in row[0] if each < n)
        start[numbers[tasks, row[1]]] += 1
        done |= tasks
    start[[len(rows) + task for task in range(n) if task not in done]] = 1
    available = np.bincount(model.type_of, minlength=kinds).astype(float)
    chosen = solve_binary(
        matrix,
        objective,
        np.array([1.0] * n + [0.0] * kinds),
        np.array([1.0] * n + available.tolist()),
        start,
        time_limit_s,
        0.99 * SCALE,
    )
    if chosen is None or float(objective @ chosen) > float(objective @ start) - 0.5:
        return None
    return [rows[number] for number in np.flatnonzero(chosen[: len(rows)] > 0.5)]
