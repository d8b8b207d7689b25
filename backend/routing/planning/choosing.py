"""Which of many columns to choose so that their sums over rows keep their bounds at the least cost: solved exactly by HiGHS."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array


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


def solve_binary(
    matrix: csc_array,
    costs: NDArray[np.float64],
    lower: NDArray[np.float64],
    upper: NDArray[np.float64],
    start: NDArray[np.float64],
    time_limit_s: float,
    close_enough: float = 0.0,
) -> NDArray[np.float64] | None:
    """Minimise costs over 0/1 columns with row bounds; None if nothing was found in time.

    ``close_enough``: a solution that is dearer than the best by less is as good.
    """
    solver = _silent_solver()
    solver.clear()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", max(0.05, time_limit_s))
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", max(1e-6, close_enough))
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
    solution = highspy.HighsSolution()
    solution.col_value = start.tolist()
    solver.setSolution(solution)
    solver.run()
    if solver.getInfo().primal_solution_status != 2:
        return None
    return np.rint(np.array(solver.getSolution().col_value))
