"""A measured figure with its spread and its goal, in the one form of every measurement of the house."""

from __future__ import annotations

import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """``value`` is the median; ``low`` and ``high`` are the least and the most that was measured."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    goal: float | None = None
    samples: int = 1

    def row(self) -> dict[str, Any]:
        """As `qala evaluate` shows it; the goal is met when the worst of the samples meets it."""
        worst = self.high if self.high is not None else self.value
        return {
            "name": self.name,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "goal": self.goal,
            "direction": "at_most",
            "met": None if self.goal is None or worst is None else worst <= self.goal,
        }


def spread(name: str, values: Sequence[float], goal: float | None = None, digits: int = 2) -> Figure:
    """A figure of several samples; without any it says that nothing was measured."""
    if not values:
        return Figure(name=name, value=None, goal=goal, samples=0)
    return Figure(
        name=name,
        value=round(statistics.median(values), digits),
        low=round(min(values), digits),
        high=round(max(values), digits),
        goal=goal,
        samples=len(values),
    )


def machine_load() -> str:
    """How busy the machine is, for figures are worth nothing without it."""
    cores, (last_minute, *_more) = os.cpu_count(), os.getloadavg()
    return f"{cores} cores, load {last_minute:.1f}"
