"""The best set of pooled routes that serves every stop once: a set partitioning problem, solved by HiGHS."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import highspy
import numpy as np
import pyvrp
from numpy.typing import NDArray
from scipy.sparse import coo_array, csc_array

from backend.routing.planning.model import Model, Row

COLUMNS_MOST = 20_000


def best_routes(
    model: Model, pool: Mapping[Row, int], incumbent: list[Row], time_limit_s: float
) -> list[Row] | None:
    """The cheapest routes out of the pool, within each type's number of vehicles; None if none are cheaper than the incumbent.

    A soft or optional stop may stay out at its prize.
    """
    columns = _columns(model, pool, incumbent)
    if not columns:
        return None
    rows, costs = list(columns), np.array(list(columns.values()), dtype=float)
    groups, prizes, required = _rows(model)
    number_of_group = {client: number for number, group in enumerate(groups) for client in group}
    types = model.data.num_vehicle_types
    entries_row, entries_column = [], []
    for column, (acts, kind) in enumerate(rows):
        for act in acts:
            if act >= 0:
                entries_row.append(number_of_group[act])
                entries_column.append(column)
        entries_row.append(len(groups) + kind)
        entries_column.append(column)
    optional = [number for number in range(len(groups)) if not required[number]]
    for extra, number in enumerate(optional):
        entries_row.append(number)
        entries_column.append(len(rows) + extra)
    width = len(rows) + len(optional)
    matrix = coo_array(
        (np.ones(len(entries_row)), (entries_row, entries_column)), shape=(len(groups) + types, width)
    ).tocsc()
    available = [float(model.data.vehicle_type(kind).num_available) for kind in range(types)]
    objective = np.concatenate([costs, [prizes[number] for number in optional]])
    chosen = _solve(
        matrix,
        objective,
        np.array([1.0] * len(groups) + [0.0] * types),
        np.array([1.0] * len(groups) + available),
        _start(rows, incumbent, optional, groups, width),
        time_limit_s,
    )
    if chosen is None:
        return None
    before = _objective_of(model, incumbent, pool, groups, prizes)
    if float(objective @ chosen) > before - 0.5:
        return None
    return [rows[number] for number in np.flatnonzero(chosen[: len(rows)] > 0.5)]


def _columns(model: Model, pool: Mapping[Row, int], incumbent: list[Row]) -> dict[Row, int]:
    """One column for each set of clients and type: the cheapest; the newest if there are too many."""
    cheapest: dict[tuple[frozenset[int], int], Row] = {}
    for row, cost in pool.items():
        key = (frozenset(each for each in row[0] if each >= 0), row[1])
        if key not in cheapest or cost < pool[cheapest[key]]:
            cheapest.pop(key, None)
            cheapest[key] = row
    kept = list(cheapest.values())[-COLUMNS_MOST:]
    columns = {row: pool[row] for row in kept}
    columns.update((row, pool[row]) for row in incumbent if row in pool)
    return columns


def _rows(model: Model) -> tuple[list[list[int]], list[float], list[bool]]:
    """Clients that stand for one stop together, what leaving it out costs, and whether it must be served."""
    grouped: dict[object, list[int]] = {}
    for number, client in enumerate(model.data.clients()):
        key = ("alone", number) if client.group is None else ("group", client.group)
        grouped.setdefault(key, []).append(number)
    clients = model.data.clients()
    groups = list(grouped.values())
    prizes = [float(clients[members[0]].prize) for members in groups]
    required = [_is_required(model, clients[members[0]]) for members in groups]
    return groups, prizes, required


def _is_required(model: Model, client: pyvrp.Client) -> bool:
    return client.required if client.group is None else model.data.group(client.group).required


def _objective_of(
    model: Model, incumbent: list[Row], pool: Mapping[Row, int], groups: list[list[int]], prizes: list[float]
) -> float:
    served = {act for row in incumbent for act in row[0] if act >= 0}
    lost = sum(
        prize for members, prize in zip(groups, prizes, strict=True) if not served.intersection(members)
    )
    return float(sum(pool[row] for row in incumbent)) + lost


def _start(
    rows: list[Row], incumbent: list[Row], optional: list[int], groups: list[list[int]], width: int
) -> NDArray[np.float64] | None:
    number = {row: column for column, row in enumerate(rows)}
    if not incumbent or any(row not in number for row in incumbent):
        return None
    values = np.zeros(width)
    for row in incumbent:
        values[number[row]] += 1
    served = {act for row in incumbent for act in row[0] if act >= 0}
    for extra, group in enumerate(optional):
        if not served.intersection(groups[group]):
            values[len(rows) + extra] = 1
    return values


@cache
def _silent_solver() -> highspy.Highs:
    """HiGHS greets on standard output when it is made, whatever its options say; answers there must stay JSON."""
    kept = os.dup(1)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            return highspy.Highs()
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _solve(
    matrix: csc_array,
    costs: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    start: NDArray[np.float64] | None,
    time_limit_s: float,
) -> NDArray[np.float64] | None:
    """Minimise costs over 0/1 columns with row bounds; None if nothing was found in time."""
    solver = _silent_solver()
    solver.clear()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", max(0.05, time_limit_s))
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = matrix.shape[1], matrix.shape[0]
    model.col_cost_ = costs
    model.col_lower_ = np.zeros(matrix.shape[1])
    model.col_upper_ = np.full(matrix.shape[1], solver.inf)
    model.row_lower_, model.row_upper_ = lower, upper
    model.integrality_ = [highspy.HighsVarType.kInteger] * matrix.shape[1]
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = matrix.indptr
    model.a_matrix_.index_ = matrix.indices
    model.a_matrix_.value_ = matrix.data
    solver.passModel(model)
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.run()
    if solver.getInfo().primal_solution_status != 2:
        return None
    return np.rint(np.array(solver.getSolution().col_value))
