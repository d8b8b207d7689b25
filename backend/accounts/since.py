"""What holds on a day, when rows are only added and each says from which day on it counts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, TypeVar


class Since(Protocol):
    """Something that counts from a day on, until something newer does."""

    @property
    def counts_from(self) -> date: ...


S = TypeVar("S", bound=Since)


def timeline(rows: Iterable[S]) -> list[S]:
    """Rows in the order in which they were added -> those that still hold somewhere, in the order of their days.

    On each day the newest row that counts by then holds: one that counts from an earlier day takes the place of all after it.
    """
    line: list[S] = []
    for row in rows:
        line = [*(each for each in line if each.counts_from < row.counts_from), row]
    return line


def holding(line: Sequence[S], day: date) -> S:
    """What of a timeline holds on a day; the first one also holds on the days before it."""
    return next((each for each in reversed(line) if each.counts_from <= day), line[0])
