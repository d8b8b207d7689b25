"""Compile the kernel once, into numba's cache: `make setup` runs this, so that no plan's first seconds go to a compiler."""

from __future__ import annotations

import numpy as np

from backend.routing.planning.problem import Depot, Matrix, Problem, Stop, Vehicle, Window
from backend.routing.planning.solving import solve


def warm() -> None:
    """Plan a day of two stops."""
    metres = np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]], dtype=np.int64)
    solve(
        Problem(
            depots=(Depot("depot", 0),),
            disposals=(),
            vehicles=(
                Vehicle(
                    id="v",
                    capacity=(2,),
                    start="depot",
                    end="depot",
                    shift=Window(0, 9),
                    unloads_before_end=False,
                ),
            ),
            stops=(Stop("a", 1, (1,)), Stop("b", 2, (1,))),
            matrices={"": Matrix(metres, metres)},
        ),
        iterations=2,
        processes=1,
    )


if __name__ == "__main__":
    warm()
