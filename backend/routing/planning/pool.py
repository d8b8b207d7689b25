"""The best set of pooled routes that serves every stop once: a set partitioning problem, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import coo_array

from backend.routing.planning.choosing import solve_binary
from backend.routing.planning.model import Model, Row

COLUMNS_MOST = 20_000


def best_routes(
    model: Model, pool: Mapping[Row, int], incumbent: list[Row], time_limit_s: float
) -> list[Row] | None:
    """The cheapest routes out of the pool, within each type's number of vehicles; None if none are cheaper than the incumbent.

    A stop may stay out at its price.
    """
    columns = _columns(pool, incumbent)
    if not columns:
        return None
    rows = list(columns)
    groups = model.alternatives
    group_of = {client: number for number, members in enumerate(groups) for client in members}
    types = model.data.num_vehicle_types
    entries: list[tuple[int, int]] = []
    for column, (acts, kind) in enumerate(rows):
        entries += [(group_of[act], column) for act in acts if act >= 0]
        entries.append((len(groups) + kind, column))
    entries += [(number, len(rows) + number) for number in range(len(groups))]
    width = len(rows) + len(groups)
    matrix = coo_array(
        (np.ones(len(entries)), tuple(zip(*entries, strict=True))), shape=(len(groups) + types, width)
    ).tocsc()
    available = [float(model.data.vehicle_type(kind).num_available) for kind in range(types)]
    prices = [float(model.prices[members[0]]) for members in groups]
    objective = np.array([*columns.values(), *prices], dtype=float)
    start = np.zeros(width)
    number_of = {row: number for number, row in enumerate(rows)}
    served = {group_of[act] for acts, _kind in incumbent for act in acts if act >= 0}
    for row in incumbent:
        start[number_of[row]] += 1
    start[[len(rows) + number for number in range(len(groups)) if number not in served]] = 1
    chosen = solve_binary(
        matrix,
        objective,
        np.array([1.0] * len(groups) + [0.0] * types),
        np.array([1.0] * len(groups) + available),
        start,
        time_limit_s,
    )
    if chosen is None or float(objective @ chosen) > float(objective @ start) - 0.5:
        return None
    return [rows[number] for number in np.flatnonzero(chosen[: len(rows)] > 0.5)]


def _columns(pool: Mapping[Row, int], incumbent: list[Row]) -> dict[Row, int]:
    """One column for each set of clients and type: the cheapest; the newest if there are too many."""
    cheapest: dict[tuple[frozenset[int], int], Row] = {}
    for row, cost in pool.items():
        key = (frozenset(each for each in row[0] if each >= 0), row[1])
        if key not in cheapest or cost < pool[cheapest[key]]:
            cheapest.pop(key, None)
            cheapest[key] = row
    columns = {row: pool[row] for row in list(cheapest.values())[-COLUMNS_MOST:]}
    columns.update((row, pool[row]) for row in incumbent)
    return columns
