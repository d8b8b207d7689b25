"""A second process that searches along: other seed, same problem, exchanging best solutions and routes with the first."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe

from backend.routing.planning.annealing import Annealing
from backend.routing.planning.model import Row, build
from backend.routing.planning.problem import Problem
from backend.routing.planning.search import LocalSearch

SLICE_S = 0.5
PIECE: dict[type, int] = {Annealing: 500, LocalSearch: 5}
"""Iterations between looks at the clock."""
RUN = f"import sys; sys.path[:] = sys.argv[2:]; from {__name__} import search_along; search_along()"
"""A fresh interpreter runs this: multiprocessing would run the caller's main module again, which may be a server's."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a companion is to search: for ``seconds``, or in rounds of ``iterations``, waiting for an answer after each.

    ``way`` names one of `WAYS`.
    """

    problem: Problem
    way: str
    seed: int
    seconds: float
    iterations: int | None
    rounds: int
    start: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What a companion reports after a round: its best rows with their cost, and routes not reported before."""

    cost: float
    rows: tuple[Row, ...]
    pool: Mapping[Row, int]
    iterations: int


def begin(way: str, problem: Problem, seed: int, start: list[Row]) -> Annealing | LocalSearch:
    """A search of one of the two ways: «annealing», in which stops may always stay out, or «local»."""
    if way == "annealing":
        return Annealing(build(problem, soft=True), seed, start)
    return LocalSearch(build(problem, soft=False), seed, start)


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
        search = begin(order.way, order.problem, order.seed, list(order.start))
        begun = time.monotonic()
        reported = number = 0
        while True:
            number += 1
            if order.iterations is not None:
                search.run(order.iterations, number / order.rounds)
            else:
                run_for(search, SLICE_S, begun, order.seconds)
            fresh = dict(list(search.pool.items())[reported:])
            reported = len(search.pool)
            pipe.send(Found(search.best_cost, tuple(search.rows()), fresh, search.iterations))
            while order.iterations is not None or pipe.poll(0):
                told: list[Row] | None = pipe.recv()
                if told is not None:
                    search.adopt(told)
                if order.iterations is not None:
                    break
    except (EOFError, OSError, KeyboardInterrupt):
        pass


def run_for(search: Annealing | LocalSearch, seconds: float, begun: float, whole_s: float) -> None:
    """Search for some seconds of a run of ``whole_s``, in pieces short enough to cool evenly."""
    ends = time.monotonic() + seconds
    while (now := time.monotonic()) < ends:
        search.run(PIECE[type(search)], (now - begun) / whole_s)
