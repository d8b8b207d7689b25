"""Which pieces of street lie near a point: a grid of square cells over the plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.streets.network import Flags, Floats, Ids, Ints, Network
from backend.streets.search.compiled import compiled
from backend.streets.search.plane import Plane

CELL_M = 100.0
CELLS_MOST = 4_000_000  # a network that spreads wider gets larger cells
NO_SEGMENT = -1
NOWHERE_M = 1e12  # where a point without coordinates is put
LEAST_STRETCH = 0.1  # at the poles nothing would seem far


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Grid:
    """Pieces by cell; piece ``p`` runs from point ``p`` to point ``p + 1`` of the network's lines."""

    x0: float
    y0: float
    cell_m: float
    columns: int
    rows: int
    cell_start: Ids  # (columns * rows + 1)
    cell_piece: Ints
    point_segment: Ints  # (P)


def grid_of(network: Network, plane: Plane) -> Grid:
    """The grid over all lines of a network."""
    point_segment = np.repeat(np.arange(network.segments, dtype=np.int32), np.diff(network.line_start))
    if len(plane.x) == 0:
        return Grid(
            x0=0.0, y0=0.0, cell_m=CELL_M, columns=0, rows=0,
            cell_start=np.zeros(1, dtype=np.int64), cell_piece=np.zeros(0, dtype=np.int32), point_segment=point_segment,
        )  # fmt: skip
    x0, y0 = float(plane.x.min()), float(plane.y.min())
    wide_m, high_m = float(plane.x.max()) - x0, float(plane.y.max()) - y0
    cell_m = max(CELL_M, float(np.sqrt(wide_m * high_m / CELLS_MOST)), max(wide_m, high_m) / CELLS_MOST)
    columns, rows = int(wide_m / cell_m) + 1, int(high_m / cell_m) + 1
    pieces = np.flatnonzero(point_segment[1:] == point_segment[:-1])
    column, row = ((plane.x - x0) / cell_m).astype(np.int64), ((plane.y - y0) / cell_m).astype(np.int64)
    left, right = (
        np.minimum(column[pieces], column[pieces + 1]),
        np.maximum(column[pieces], column[pieces + 1]),
    )
    low, high = np.minimum(row[pieces], row[pieces + 1]), np.maximum(row[pieces], row[pieces + 1])
    wide = right - left + 1
    boxes = wide * (high - low + 1)
    piece = np.repeat(pieces, boxes)
    within = np.arange(len(piece)) - np.repeat(np.cumsum(boxes) - boxes, boxes)
    wide = np.repeat(wide, boxes)
    cell = (np.repeat(low, boxes) + within // wide) * columns + np.repeat(left, boxes) + within % wide
    order = np.argsort(cell, kind="stable")
    return Grid(
        x0=x0,
        y0=y0,
        cell_m=cell_m,
        columns=columns,
        rows=rows,
        cell_start=np.searchsorted(cell[order], np.arange(columns * rows + 1)),
        cell_piece=piece[order].astype(np.int32),
        point_segment=point_segment,
    )


def closest(
    grid: Grid, plane: Plane, x: Floats, y: Floats, stretch: Floats, usable: Flags, limit_m: float, most: int
) -> tuple[Ints, Floats, Floats, Flags]:
    """Up to ``most`` usable segments within ``limit_m`` of each point, nearest first.

    (N, most) segment (NO_SEGMENT where there are no more), metres along its drawn line, distance in metres, and whether the
    point lies on the right of it.
    """
    shape = (len(x), most)
    segment, along_m = np.full(shape, NO_SEGMENT, dtype=np.int32), np.zeros(shape)
    distance_m, on_right = np.full(shape, np.inf), np.zeros(shape, dtype=np.bool_)
    if grid.columns:
        somewhere = np.isfinite(x) & np.isfinite(y)
        _closest(
            np.where(somewhere, x, NOWHERE_M), np.where(somewhere, y, NOWHERE_M), np.maximum(stretch, LEAST_STRETCH), grid.x0, grid.y0, grid.cell_m, grid.columns, grid.rows, grid.cell_start, grid.cell_piece,
            grid.point_segment, plane.x, plane.y, plane.along_m, usable, float(limit_m), segment, along_m, distance_m, on_right,
        )  # fmt: skip
    return segment, along_m, distance_m, on_right


@compiled
def _closest(  # type: ignore[no-untyped-def]
    x, y, stretch, x0, y0, cell_m, columns, rows, cell_start, cell_piece, point_segment, point_x, point_y, point_along,
    usable, limit_m, segment, along_m, distance_m, on_right,
):  # fmt: skip
    most = segment.shape[1]
    for at in range(len(x)):
        found, metres, gone, right = segment[at], distance_m[at], along_m[at], on_right[at]
        scale = stretch[at]
        column, row = int(np.floor((x[at] - x0) / cell_m)), int(np.floor((y[at] - y0) / cell_m))
        ring = max(0, -column, column - columns + 1, -row, row - rows + 1)  # nothing lies nearer
        while True:
            safe_m = (ring - 1) * cell_m * min(1.0, scale)  # what lies nearer has been seen
            if safe_m > limit_m or metres[most - 1] <= safe_m:
                break
            if ring > max(column, columns - column, row, rows - row) + 1:
                break
            for r in range(max(0, row - ring), min(rows - 1, row + ring) + 1):
                edge = r == row - ring or r == row + ring
                step = 1 if edge or ring == 0 else 2 * ring
                for c in range(column - ring, column + ring + 1, step):
                    if c < 0 or c >= columns:
                        continue
                    cell = r * columns + c
                    for index in range(cell_start[cell], cell_start[cell + 1]):
                        piece = cell_piece[index]
                        one = point_segment[piece]
                        if not usable[one]:
                            continue
                        ax, ay = (point_x[piece] - x[at]) * scale, point_y[piece] - y[at]
                        dx, dy = (
                            (point_x[piece + 1] - point_x[piece]) * scale,
                            point_y[piece + 1] - point_y[piece],
                        )
                        square = dx * dx + dy * dy
                        part = 0.0 if square == 0.0 else min(1.0, max(0.0, -(ax * dx + ay * dy) / square))
                        far = np.hypot(ax + part * dx, ay + part * dy)
                        if far > limit_m or far >= metres[most - 1]:
                            continue
                        slot = most - 1
                        for k in range(most):
                            if found[k] == one:
                                slot = k
                                break
                        if found[slot] == one and far >= metres[slot]:
                            continue
                        while slot > 0 and metres[slot - 1] > far:
                            found[slot], metres[slot] = found[slot - 1], metres[slot - 1]
                            gone[slot], right[slot] = gone[slot - 1], right[slot - 1]
                            slot -= 1
                        found[slot], metres[slot] = one, far
                        gone[slot] = point_along[piece] + part * (point_along[piece + 1] - point_along[piece])
                        right[slot] = dx * ay - dy * ax > 0.0
            ring += 1
