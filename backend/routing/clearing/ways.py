"""Ways between posts asked in blocks and remembered leg by leg, so that timing a tour twice asks once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from backend.routing.clearing.problem import Problem

BLOCK = 256
"""Legs asked together: their posts make one table."""

Leg = tuple[int, int]
"""From the post that is left to the one that is entered."""


class Ways:
    """Seconds and metres of single legs; unreachable ones have −1 of both."""

    def __init__(self, problem: Problem) -> None:
        self._travel = problem.travel
        self._known: dict[str, dict[Leg, tuple[int, int]]] = {}

    def of(self, profile: str, legs: Sequence[Leg]) -> list[tuple[int, int]]:
        """Seconds and metres of each leg."""
        self.learn(profile, legs)
        known = self._known[profile]
        return [known[leg] for leg in legs]

    def learn(self, profile: str, legs: Iterable[Leg]) -> None:
        """Ask what is not known yet, in blocks."""
        known = self._known.setdefault(profile, {})
        missing = sorted({leg for leg in legs if leg not in known})
        for at in range(0, len(missing), BLOCK):
            block = missing[at : at + BLOCK]
            leaving, rows = np.unique([leg[0] for leg in block], return_inverse=True)
            entering, columns = np.unique([leg[1] for leg in block], return_inverse=True)
            table = self._travel(profile, leaving.astype(np.int64), entering.astype(np.int64))
            seconds, metres = table.seconds[rows, columns], table.metres[rows, columns]
            known.update(zip(block, zip(seconds.tolist(), metres.tolist(), strict=True), strict=True))
