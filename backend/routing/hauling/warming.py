"""Compile the kernel of hauling once, into numba's cache: `make setup` runs this, so that no plan's first seconds go to a compiler."""

from __future__ import annotations

import numpy as np

from backend.routing.hauling.problem import Dump, Loader, Matrix, Pile, Problem, Truck, Window
from backend.routing.hauling.solving import first_come, solve


def warm() -> None:
    """Plan a night of one pile."""
    ways = Matrix(np.ones((3, 3), dtype=np.int64), np.ones((3, 3), dtype=np.int64))
    night = Window(0, 9_000)
    problem = Problem(
        piles=(Pile("pile", 0, 5.0),),
        loaders=(Loader(id="loader", start=2, end=2, shift=night, rate_m3_per_h=100.0),),
        trucks=(Truck(id="truck", start=2, end=2, shift=night, body_m3=10.0),),
        dumps=(Dump(id="dump", place=1),),
        matrices={"": ways},
    )
    solve(problem, rounds=2)
    first_come(problem)


if __name__ == "__main__":
    warm()
