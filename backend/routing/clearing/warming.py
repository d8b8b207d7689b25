"""Compile the kernel once, into numba's cache: `make setup` runs this, so that no night's first seconds go to a compiler."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from backend.routing.clearing.problem import Machine, Matrix, Mode, Prices, Problem, Store, Task, Window
from backend.routing.clearing.solving import solve
from backend.routing.planning.problem import Break

Int = NDArray[np.int64]


def warm() -> None:
    """Plan a night of two streets, with a deadline, a rest and a store."""

    def travel(profile: str, leaving: Int, entering: Int) -> Matrix:
        metres = np.abs(leaving[:, None] - entering[None, :]).astype(np.int64)
        return Matrix(metres, metres)

    solve(
        Problem(
            tasks=(
                Task("a", "grit", (Mode(0, 1, 10), Mode(1, 0, 10)), demand_kg=1, due_s=5),
                Task("b", "grit", (Mode(2, 3, 10),), demand_kg=1),
            ),
            machines=(
                Machine(
                    id="m",
                    speeds={"grit": 1.0},
                    start=0,
                    end=0,
                    shift=Window(0, 1_000),
                    capacity_kg=1,
                    cost_per_km=1.0,
                    rest=Break(Window(5, 50), 5),
                ),
            ),
            travel=travel,
            stores=(Store("s", 0, 1),),
            prices=Prices(late_per_hour=1.0),
        ),
        iterations=2,
        processes=1,
    )


if __name__ == "__main__":
    warm()
