"""Lines made fit for a screen: fewer points, only what is seen, a ribbon of triangles for the width, a copy to one side."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence

from mobile.mapping.plane import XY, Line

VERTICES_MOST = 65_000  # a mesh counts its vertices with 16 bits
Mesh = tuple[list[float], list[int]]  # x, y, u, v of each vertex; three indices a triangle


def simplified(line: Sequence[XY], tolerance: float) -> Line:
    """Without the points that lie less than ``tolerance`` beside the line of the others (Douglas and Peucker 1973)."""
    if len(line) < 3:
        return tuple(line)
    keep = [False] * len(line)
    keep[0] = keep[-1] = True
    open_parts = [(0, len(line) - 1)]
    while open_parts:
        first, last = open_parts.pop()
        farthest, off_most = first, tolerance
        for at in range(first + 1, last):
            off = distance_to_segment(line[at], line[first], line[last])
            if off > off_most:
                farthest, off_most = at, off
        if farthest != first:
            keep[farthest] = True
            open_parts += [(first, farthest), (farthest, last)]
    return tuple(point for point, kept in zip(line, keep, strict=True) if kept)


def distance_to_segment(point: XY, start: XY, end: XY) -> float:
    """From a point to the nearest one of a segment."""
    nearest = nearest_on_segment(point, start, end)
    return math.hypot(point[0] - nearest[0], point[1] - nearest[1])


def nearest_on_segment(point: XY, start: XY, end: XY) -> XY:
    """The point of a segment that is nearest to another."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length_2 = dx * dx + dy * dy
    if length_2 == 0:
        return start
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length_2
    along = min(max(along, 0.0), 1.0)
    return start[0] + along * dx, start[1] + along * dy


def length(line: Sequence[XY]) -> float:
    """The way along a line."""
    return sum(math.dist(start, end) for start, end in itertools.pairwise(line))


def rest_of_way(line: Sequence[XY], here: XY) -> tuple[float, float]:
    """How far ``here`` is beside a line, and how long the line is from there to its end; infinite for no line."""
    beside, rest = math.inf, math.inf
    after = 0.0
    for start, end in reversed(list(itertools.pairwise(line))):
        nearest = nearest_on_segment(here, start, end)
        off = math.dist(here, nearest)
        if off < beside:
            beside, rest = off, after + math.dist(nearest, end)
        after += math.dist(start, end)
    return beside, rest


def shifted(line: Sequence[XY], right: float) -> Line:
    """The line moved to its right-hand side (below 0: to its left), point by point; good for small shifts of streets."""
    moved: list[XY] = []
    for at, (x, y) in enumerate(line):
        before, after = line[max(at - 1, 0)], line[min(at + 1, len(line) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        size = math.hypot(dx, dy)
        moved.append((x, y) if size == 0 else (x + right * dy / size, y - right * dx / size))
    return tuple(moved)


def ribbons(lines: Iterable[Sequence[XY]], width: float) -> list[Mesh]:
    """Triangles that draw lines with a width; each part a little longer than it is, so that corners have no gaps.

    As few meshes as the number of their vertices allows: a city in one instruction, not in five thousand.
    """
    vertices: list[float] = []
    indices: list[int] = []
    meshes: list[Mesh] = []
    half = width / 2
    for line in lines:
        for (x1, y1), (x2, y2) in itertools.pairwise(line):
            dx, dy = x2 - x1, y2 - y1
            size = math.hypot(dx, dy)
            if size == 0:
                continue
            along_x, along_y = dx / size * half, dy / size * half
            x1, y1, x2, y2 = (
                x1 - along_x * 0.5,
                y1 - along_y * 0.5,
                x2 + along_x * 0.5,
                y2 + along_y * 0.5,
            )
            first = len(vertices) // 4
            vertices += (
                x1 - along_y, y1 + along_x, 0, 0,
                x1 + along_y, y1 - along_x, 0, 0,
                x2 + along_y, y2 - along_x, 0, 0,
                x2 - along_y, y2 + along_x, 0, 0,
            )  # fmt: skip
            indices += (first, first + 1, first + 2, first, first + 2, first + 3)
            if first + 8 > VERTICES_MOST:
                meshes.append((vertices, indices))
                vertices, indices = [], []
    if indices:
        meshes.append((vertices, indices))
    return meshes
