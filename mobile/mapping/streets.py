"""The streets under a route: what gives them, and an index that finds the ones in sight without looking at all.

``mobile.streets`` brings the city's; where there are none, the map shows routes alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.contracts import StreetKind

Position = tuple[float, float]  # lon, lat in degrees, as GeoJSON has them
CELL_DEG = 0.005  # some 300 by 550 m in Petropavl: a screen at work covers a few
CELLS_MOST = 4096  # a box with more is the whole city: then every street is a candidate


@dataclass(frozen=True, slots=True)
class Street:
    """One piece of a street."""

    id: int  # one edition has it once
    kind: StreetKind
    name: str
    line: tuple[Position, ...]


class StreetMap(Protocol):
    """Where streets come from; called on the screen's thread, so it must answer at once."""

    @property
    def edition(self) -> int:
        """Grows when the streets are others than before: what was drawn of them is stale."""
        ...

    @property
    def credit(self) -> str:
        """Whose data they are, to be shown with them; empty where nobody asks for it."""
        ...

    def within(self, south: float, west: float, north: float, east: float) -> Sequence[Street]:
        """The streets that have a part in the box, in degrees; a few neighbours more do no harm."""
        ...


class NoStreets:
    """A city whose streets have not come yet."""

    edition = 0
    credit = ""

    def within(self, south: float, west: float, north: float, east: float) -> Sequence[Street]:
        """None."""
        return ()


class StreetIndex:
    """Streets in memory, found by a grid of cells."""

    edition = 0
    credit = ""

    def __init__(self, streets: Iterable[Street]) -> None:
        self._streets = tuple(streets)
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)
        for number, street in enumerate(self._streets):
            for cell in _cells_along(street.line):
                self._cells[cell].append(number)

    def within(self, south: float, west: float, north: float, east: float) -> Sequence[Street]:
        """See StreetMap; by the order in which they were given."""
        rows = range(math.floor(south / CELL_DEG), math.floor(north / CELL_DEG) + 1)
        columns = range(math.floor(west / CELL_DEG), math.floor(east / CELL_DEG) + 1)
        if len(rows) * len(columns) > CELLS_MOST:
            return self._streets
        found = {
            number for row in rows for column in columns for number in self._cells.get((column, row), ())
        }
        return [self._streets[number] for number in sorted(found)]


def _cells_along(line: Sequence[Position]) -> set[tuple[int, int]]:
    """Every cell of the boxes of a line's parts."""
    cells = set()
    for start, end in zip(line, line[1:] or line[:1], strict=False):
        columns = sorted(math.floor(at[0] / CELL_DEG) for at in (start, end))
        rows = sorted(math.floor(at[1] / CELL_DEG) for at in (start, end))
        cells |= {
            (column, row)
            for column in range(columns[0], columns[1] + 1)
            for row in range(rows[0], rows[1] + 1)
        }
    return cells
