"""A second process that searches along: other seed, same problem, exchanging best solutions and routes with the first."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe

from backend.routing.planning.model import Row, build, row_of
from backend.routing.planning.problem import Problem
from backend.routing.planning.search import Search

SLICE_S = 0.5
RUN = f"import sys; sys.path[:] = sys.argv[2:]; from {__name__} import search_along; search_along()"
"""A fresh interpreter runs this: multiprocessing would run the caller's main module again, which may be a server's."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a companion is to search: ``iterations`` a round makes it wait for an answer after each, so runs repeat exactly."""

    problem: Problem
    soft: bool
    seed: int
    iterations: int | None
    start: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a companion reports after a round: its best rows with their cost, and routes not reported before."""

    cost: float
    rows: tuple[Row, ...]
    pool: Mapping[Row, int]
    iterations: int


class Companion:
    """The first process's end: starts the second, asks what it found, tells it of better solutions."""

    def __init__(self, order: Order) -> None:
        self._pipe, other = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(other.fileno()), *sys.path],
            pass_fds=(other.fileno(),),
            stdin=subprocess.DEVNULL,
        )
        other.close()
        self._pipe.send(order)

    def found(self, *, wait: bool) -> list[Found]:
        """Reports that have come in; with ``wait`` exactly one more, however long it takes."""
        reports: list[Found] = []
        try:
            while self._pipe.poll(None if wait and not reports else 0):
                reports.append(self._pipe.recv())
                if wait:
                    break
        except (EOFError, OSError):
            pass
        return reports

    def tell(self, rows: list[Row] | None) -> None:
        """Hand on a better solution; None: go on with the next round."""
        try:
            self._pipe.send(rows)
        except (BrokenPipeError, OSError):
            pass

    def end(self) -> None:
        """Stop the second process."""
        self._pipe.close()
        self._process.terminate()
        self._process.wait()


def search_along() -> None:
    """The second process: search in rounds until the pipe to the first is closed."""
    pipe = Connection(int(sys.argv[1]))
    try:
        order: Order = pipe.recv()
        model = build(order.problem, soft=order.soft)
        search = Search(model, order.seed, model.solution(order.start) if order.start else None)
        reported = 0
        while True:
            _round(search, order.iterations)
            rows = () if search.best is None else tuple(row_of(route) for route in search.best.routes())
            fresh = dict(list(search.pool.items())[reported:])
            reported = len(search.pool)
            pipe.send(Found(search.best_cost, rows, fresh, search.iterations))
            while order.iterations is not None or pipe.poll(0):
                told: list[Row] | None = pipe.recv()
                if told is not None:
                    search.adopt(model.solution(told))
                if order.iterations is not None:
                    break
    except (EOFError, OSError, KeyboardInterrupt):
        pass


def _round(search: Search, iterations: int | None) -> None:
    ends = time.monotonic() + SLICE_S
    number = 0
    while number < iterations if iterations is not None else time.monotonic() < ends:
        search.step()
        number += 1
