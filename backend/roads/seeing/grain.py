"""The grain of a surface: how the difference between two of its places grows with their distance (a variogram).

Noise lifts it at every distance alike and drops out of its increments; blur takes the short ones, haze all of them. The exposure
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from backend.roads.seeing.light import brightness

FARTHER_PX = (1, 2, 4, 8)
EVEN_OUT_PX = 41
"""Light that changes more slowly than this is no grain."""
LEAST_PIXELS = 4000
SQUARE_PX = 48
LEAST_OF_SQUARE = 0.6
LEAST_SQUARES = 4


@dataclass(frozen=True, slots=True)
class Grain:
    """How detail of a surface grows with distance, less its noise."""

    over_noise: float
    contrast: float
    fineness: float
    least_fineness: float  # of the two directions
    level: float  # median brightness, 0 to 255


@dataclass(frozen=True, slots=True)
class Squares:
    """A surface in squares of 48 px: what edges, paint and other surfaces on it do, stays in few of them."""

    fineness: float  # the median
    tint_spread: float  # of the middle half of their tints, (blue − red) / brightness
    level: float  # median brightness, 0 to 255


class Evened:
    """The lower two thirds of a picture (h, w, 3), less light that changes slowly; reckoned once for all its surfaces."""

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        self.top = picture.shape[0] // 3
        self.picture = picture[self.top :]
        self.grey = brightness(self.picture)
        self.even = self.grey - ndimage.uniform_filter(self.grey, EVEN_OUT_PX)

    def grain(self, where: NDArray[np.bool_]) -> Grain | None:
        """The grain of a part (h, w) of the picture; None where there is too little of it."""
        where = where[self.top :]
        if where.sum() < LEAST_PIXELS:
            return None
        level = float(np.median(self.grey[where]))
        ways = []
        for values, inside in (
            (self.even, where),
            (np.ascontiguousarray(self.even.T), np.ascontiguousarray(where.T)),
        ):
            ways.append(np.array([_difference(values, inside, px) for px in FARTHER_PX]))
        both = ways[0] + ways[1]
        added = max(0.0, float(both[3] - both[1]))
        return Grain(
            over_noise=added / (float(both[1]) + 1e-3),
            contrast=float(np.sqrt(added / 2)) / (level + 1),
            fineness=float(_fineness(*both[1:])),
            least_fineness=min(float(_fineness(*way[1:])) for way in ways),
            level=level,
        )

    def squares(self, where: NDArray[np.bool_]) -> Squares | None:
        """A part (h, w) of the picture by its squares; None where it fills too few of them."""
        inside = _cut(where[self.top :])
        own = inside.mean((1, 2)) > LEAST_OF_SQUARE
        if own.sum() < LEAST_SQUARES:
            return None
        inside = inside[own]
        even = _cut(self.even)[own]
        near, mid, far = (_differences(even, inside, px) for px in FARTHER_PX[1:])
        red, grey, blue = (
            (_cut(each)[own] * inside).sum((1, 2)) / inside.sum((1, 2))
            for each in (self.picture[..., 0], self.grey, self.picture[..., 2])
        )
        low, high = np.percentile((blue - red) / (grey + 1), (25, 75))
        return Squares(
            fineness=float(np.median(_fineness(near, mid, far))),
            tint_spread=float(high - low),
            level=float(np.median(grey)),
        )


def _difference(values: NDArray[np.float32], inside: NDArray[np.bool_], px: int) -> float:
    """Mean square of the difference of each place to that so many columns before it, where both are inside."""
    both = inside[:, px:] & inside[:, :-px]
    apart = (values[:, px:] - values[:, :-px]) * both
    return float(np.vdot(apart, apart)) / max(1, int(both.sum()))


def _differences(values: NDArray[np.float32], inside: NDArray[np.bool_], px: int) -> NDArray[np.float32]:
    """The same of each square (n, side, side), across and down together (n)."""
    grown = np.zeros(len(values), np.float32)
    for before, after in ((np.s_[:, :, :-px], np.s_[:, :, px:]), (np.s_[:, :-px], np.s_[:, px:])):
        both = inside[before] & inside[after]
        apart = (values[after] - values[before]) * both
        grown += np.einsum("nij,nij->n", apart, apart) / np.maximum(both.sum((1, 2)), 1)
    return grown


def _cut(values: NDArray[Any]) -> NDArray[Any]:
    """A picture (h, w) in squares (n, side, side), counted from the bottom and the left; what is left over belongs to none."""
    rows, columns = (side // SQUARE_PX for side in values.shape)
    whole = values[values.shape[0] - rows * SQUARE_PX :, : columns * SQUARE_PX]
    squares = whole.reshape(rows, SQUARE_PX, columns, SQUARE_PX).swapaxes(1, 2)
    return squares.reshape(-1, SQUARE_PX, SQUARE_PX)


def _fineness(near: Any, mid: Any, far: Any) -> Any:
    """What the middle distance adds over what the far one adds; of numbers or of arrays."""
    return (mid - near) / np.maximum(far - mid, 1e-3)
