"""What kind a crack is, by geometry alone: along the way of driving, across it, or a network.

Fragments closer than GAP_M on the ground belong together. Of each such crack its points are laid out on the ground (metres
across, metres ahead) and measured: how long it reaches in either direction, and how far its points lie from their own main line.
A crack that is wide off its line is a network; else the direction of its line decides. A line that runs along the way of driving for
LEADING_M through a network is parted from it: a joint or a wheel's track that cracked first and then branched.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from backend.roads.seeing.ground import Ground
from shared.vocabulary import DefectKind

GAP_M = 0.3
NETWORK_SPREAD_M = 0.13
"""Root mean square distance of a network's points from their main line, at least."""
NETWORK_ROUNDNESS = 0.16
"""… and at least this share of the deviation along the line."""
ACROSS_DEG = 40.0
"""Lines farther than this from the way of driving run across."""
LEADING_M = 4.0
"""A line along the way of driving in a network, at least; interrupted by no more than GAP_M."""
LEADING_CELL_M = 0.1
"""Side of the cells in which a leading line is sought; its strip is three of them wide."""
LEADING_TURNS_DEG = range(-16, 17, 4)
LEAST_LENGTH_M = 0.4
LEAST_PIXELS = 12


@dataclass(frozen=True, slots=True, eq=False)
class Crack:
    """One crack, possibly of many fragments."""

    kind: DefectKind
    pixels: NDArray[np.bool_]  # of the map it was found in
    around: NDArray[np.bool_]  # the same with the gaps between fragments closed
    length_m: float  # along its main line; the longer side of a network
    breadth_m: float  # across its main line
    across_m: float  # extent across the way of driving


def find_cracks(mask: NDArray[np.bool_], ground: Ground, *, most: int = 24) -> list[Crack]:
    """Cracks of a map (h, w), most pixels first; specks are left out."""
    if not mask.any():
        return []
    around = _joined(mask, ground)
    labelled, number = ndimage.label(around, np.ones((3, 3)))
    sizes = np.bincount(labelled[mask], minlength=number + 1)
    found = []
    for label in np.argsort(-sizes, kind="stable")[:most]:
        if label == 0 or sizes[label] < LEAST_PIXELS:
            continue
        whole = labelled == label
        crack = _measured(mask & whole, whole, ground)
        if crack is not None:
            found += _parted(crack, ground)
    return found


def _joined(mask: NDArray[np.bool_], ground: Ground) -> NDArray[np.bool_]:
    """Fragments grown towards each other by half the gap, as wide and as high as the ground has it at their row."""
    rows = np.arange(mask.shape[0])
    across = ground.across_m(rows)
    ahead = ground.area_m2(rows) / across
    grown = mask.copy()
    bands = np.array_split(rows, 8)
    for band in bands:
        wide = min(16, max(1, round(GAP_M / 2 / float(across[band].mean()))))
        high = min(10, max(1, round(GAP_M / 2 / float(ahead[band].mean()))))
        part = np.zeros_like(mask)
        part[band] = mask[band]
        top, bottom = max(0, band[0] - high), min(mask.shape[0], band[-1] + high + 1)
        grown[top:bottom] |= ndimage.maximum_filter(part[top:bottom], (2 * high + 1, 2 * wide + 1))
    return grown


def _measured(pixels: NDArray[np.bool_], around: NDArray[np.bool_], ground: Ground) -> Crack | None:
    rows, columns = np.nonzero(pixels)
    across, ahead = ground.place_m(columns.astype(np.float64), rows.astype(np.float64))
    weights = ground.area_m2(rows)
    points = np.stack([across, ahead])
    centred = points - np.average(points, axis=1, weights=weights)[:, None]
    spread = (centred * weights) @ centred.T / weights.sum()
    values, directions = np.linalg.eigh(spread)
    along, off = math.sqrt(max(values[1], 1e-9)), math.sqrt(max(values[0], 1e-9))
    line = directions[:, 1]
    on_line = line @ centred
    length = float(np.ptp(on_line))
    if length < LEAST_LENGTH_M:
        return None
    angle = math.degrees(math.atan2(abs(line[0]), abs(line[1])))  # from the way of driving
    if off >= NETWORK_SPREAD_M and off >= NETWORK_ROUNDNESS * along:
        kind = DefectKind.CRACK_NETWORK
    else:
        kind = DefectKind.CRACK_TRANSVERSE if angle > ACROSS_DEG else DefectKind.CRACK_LONGITUDINAL
    return Crack(kind, pixels, around, length, 4 * off, float(np.ptp(across)))


def _parted(crack: Crack, ground: Ground) -> list[Crack]:
    """A network and the line that leads through it; any other crack as it is."""
    if crack.kind is not DefectKind.CRACK_NETWORK or crack.length_m < LEADING_M:
        return [crack]
    leading = _leading_line(crack.pixels, ground)
    if leading is None:
        return [crack]
    line = _measured(leading, _joined(leading, ground) & crack.around, ground)
    rest = crack.pixels & ~leading
    if line is None or rest.sum() < LEAST_PIXELS:
        return [replace(crack, kind=DefectKind.CRACK_LONGITUDINAL)]
    line = replace(line, kind=DefectKind.CRACK_LONGITUDINAL)
    return [replace(crack, pixels=rest, around=crack.around & ~line.around | rest), line]


def _leading_line(pixels: NDArray[np.bool_], ground: Ground) -> NDArray[np.bool_] | None:
    """Those pixels that make up the longest strip along the way of driving, if it is long enough."""
    rows, columns = np.nonzero(pixels)
    across, ahead = ground.place_m(columns.astype(np.float64), rows.astype(np.float64))
    along = np.round((ahead - ahead.min()) / LEADING_CELL_M).astype(np.intp)
    longest, chosen = math.ceil(LEADING_M / LEADING_CELL_M), None
    gap = np.ones((1, round(GAP_M / LEADING_CELL_M) + 1))
    for turn in LEADING_TURNS_DEG:
        aside = np.round((across - math.tan(math.radians(turn)) * ahead) / LEADING_CELL_M).astype(np.intp)
        aside -= aside.min() - 1
        cells = np.zeros((aside.max() + 2, along.max() + 1), bool)
        cells[aside, along] = True
        strips = ndimage.binary_closing(ndimage.binary_dilation(cells, np.ones((3, 1))), gap)
        labelled, _ = ndimage.label(strips, [[0, 0, 0], [1, 1, 1], [0, 0, 0]])
        lengths = np.bincount(labelled[strips])
        best = int(np.argmax(lengths)) if len(lengths) else 0
        if best and lengths[best] >= longest:
            row, _ = np.nonzero(labelled == best)
            begun, ended = np.flatnonzero(labelled[row[0]] == best)[[0, -1]]
            longest = int(lengths[best]) + 1
            chosen = (abs(aside - row[0]) <= 1) & (along >= begun) & (along <= ended)
    if chosen is None:
        return None
    leading = np.zeros_like(pixels)
    leading[rows[chosen], columns[chosen]] = True
    return leading
