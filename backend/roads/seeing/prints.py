"""The print of a picture, by which a copy that was saved anew is known: a thumbnail of the blurred view, so it shows no face. Pure.

Two prints are laid over each other as well as shifts and scales allow (a messenger cuts and scales; Lucas and Kanade 1981);
what does not fit then says whether they are one picture. A frame taken a few metres on does not fit: what is near moves more
than what is far. Limits were chosen on half of the highways, see docs/benchmarks.md, «Copies of photos».
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 64
SMOOTHED = 2  # times by a quarter, half and quarter: saving anew changes what is finer
AROUND_PX = 17  # what is smooth over so much is light, not detail
LOCAL_PX = 9
NOISE = 1.0  # grey levels, of compressing
DETAIL_MIN = 3.0  # grey levels; of snow, night or fog alone nothing is known again
MISFIT_MAX = 0.004  # 1 - correlation of the two, laid over each other
DETAIL_MISFIT_MAX = 0.018  # the same of their detail
SCALE_MAX, SHIFT_MAX = 0.08, 0.06  # of the side; farther apart is no copy
FIRST_FIT_MIN = 0.85  # correlation as they lie; copies have 0.88 and more
STEPS = 6
RIM = 3
BANDS = 4
BAND_BITS = 16
LIKE_BITS = 20  # of 64 in which words of copies differ at most
Grey = NDArray[np.float64]
_WAVES = np.cos(np.pi / SIDE * np.outer(np.arange(9), np.arange(SIDE) + 0.5))  # of a cosine transform
_AXIS = (np.arange(SIDE) + 0.5) / SIDE - 0.5
_INNER = slice(RIM, -RIM)


def print_of(picture: NDArray[np.uint8]) -> bytes | None:
    """The print of an RGB picture (height, width, 3), 64 × 64 grey; None where too little is in it to know it again."""
    small = Image.fromarray(picture).convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    if _detail(_smooth(np.asarray(small))).std() < DETAIL_MIN:
        return None
    return small.tobytes()


def bands_of(printed: bytes) -> tuple[int, ...]:
    """Four words of 16 bits of its coarsest waves: a copy has nearly always one of them in common, a stranger hardly ever."""
    waves = (_WAVES @ _read(printed) @ _WAVES.T).ravel()[1 : 1 + BANDS * BAND_BITS]
    packed = np.packbits(waves > np.median(waves)).view(">u2")
    return tuple(int(each) for each in packed)


def bits_apart(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """In how many bits two pictures' words differ, of 64."""
    return sum((mine ^ theirs).bit_count() for mine, theirs in zip(one, other, strict=True))


def is_copy(one: bytes, other: bytes) -> bool:
    """Whether two prints are of one picture, saved anew, scaled, cut at its rims or a little brighter."""
    still, moving = _smooth(_read(one)), _smooth(_read(other))
    if _unit(still) @ _unit(moving) < FIRST_FIT_MIN:
        return False
    misfit, fitted = _laid_over(still, moving)
    return misfit <= MISFIT_MAX and _detail_misfit(still, fitted) <= DETAIL_MISFIT_MAX


def flat(printed: bytes) -> Grey:
    """A print as a vector of length 1: the product of two is their correlation as they lie."""
    return _unit(_smooth(_read(printed)))


def misfits(one: bytes, other: bytes) -> tuple[float, float]:
    """How badly two prints fit, laid over each other, and their detail: 0 not at all badly, 1 as strangers."""
    still, moving = _smooth(_read(one)), _smooth(_read(other))
    misfit, fitted = _laid_over(still, moving)
    return misfit, _detail_misfit(still, fitted)


def _laid_over(still: Grey, moving: Grey) -> tuple[float, Grey]:
    """How badly the second fits where it fits best, and the second as it lies there."""
    target = _unit(still[_INNER, _INNER])
    move = np.zeros(4)  # scale down and across, shift down and across
    best, fitted = -1.0, moving
    for _step in range(STEPS):
        moved = _moved(moving, move)
        inner = moved[_INNER, _INNER]
        length = float(np.linalg.norm(inner - inner.mean())) or 1.0
        current = _unit(inner)
        fit = float(target @ current)
        if fit > best:
            best, fitted = fit, moved
        down, across = (_slope(moved, axis)[_INNER, _INNER] / length for axis in (0, 1))
        slopes = np.stack([down * _AXIS[_INNER, None], across * _AXIS[_INNER], down, across]).reshape(4, -1)
        slopes -= slopes.mean(axis=1, keepdims=True)
        square = slopes @ slopes.T
        move = move + np.linalg.solve(square + 1e-9 * np.eye(4), slopes @ (target - current))
        if np.abs(move[:2]).max() > SCALE_MAX or np.abs(move[2:]).max() > SHIFT_MAX:
            break
    return 1.0 - best, fitted


def _detail_misfit(still: Grey, fitted: Grey) -> float:
    one, other = (_unit(_even(each)[_INNER, _INNER]) for each in (still, fitted))
    return 1.0 - float(np.dot(one, other))


def _read(printed: bytes) -> Grey:
    return np.frombuffer(printed, np.uint8).reshape(SIDE, SIDE).astype(np.float64)


def _smooth(grey: NDArray[np.uint8] | Grey) -> Grey:
    smooth = grey.astype(np.float64)
    for _time in range(SMOOTHED):
        rim = _rimmed(smooth, 1)
        down = rim[:-2] / 4 + rim[1:-1] / 2 + rim[2:] / 4
        smooth = down[:, :-2] / 4 + down[:, 1:-1] / 2 + down[:, 2:] / 4
    return smooth


def _rimmed(grey: Grey, by: int) -> Grey:
    """With its rims repeated outwards; numpy's own way takes longer than what is reckoned from it."""
    at = np.arange(-by, SIDE + by).clip(0, SIDE - 1)
    return grey[at[:, None], at]


def _mean(grey: Grey, size: int) -> Grey:
    """Of the square around each point."""
    rim = _rimmed(grey, size // 2)
    sums = np.zeros((rim.shape[0] + 1, rim.shape[1] + 1))
    rim.cumsum(axis=0).cumsum(axis=1, out=sums[1:, 1:])
    return (sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]) / size**2


def _detail(grey: Grey) -> Grey:
    return grey - _mean(grey, AROUND_PX)


def _even(grey: Grey) -> Grey:
    """Its detail, as strong everywhere: an edge that all photos of streets have, sky above and road below, would else outshout the rest."""
    detail = _detail(grey)
    strength = np.sqrt(np.maximum(_mean(detail**2, LOCAL_PX), 0.0))
    return detail / (strength + NOISE)


def _unit(grey: Grey) -> Grey:
    flat = grey.ravel() - grey.mean()
    return flat / (float(np.linalg.norm(flat)) or 1.0)


def _slope(grey: Grey, axis: int) -> Grey:
    """By how much it changes over the side of the picture."""
    slope = np.empty_like(grey)
    out, along = (slope, grey) if axis == 0 else (slope.T, grey.T)
    np.subtract(along[2:], along[:-2], out=out[1:-1])
    out[1:-1] /= 2
    out[0], out[-1] = along[1] - along[0], along[-1] - along[-2]
    return slope * SIDE


def _moved(grey: Grey, move: NDArray[np.float64]) -> Grey:
    """The picture as it is seen where each axis is scaled about the middle and shifted."""
    above, down = _between(float(move[0]), float(move[2]))
    beside, across = _between(float(move[1]), float(move[3]))
    rows = grey[above] * (1 - down)[:, None] + grey[above + 1] * down[:, None]
    return rows[:, beside] * (1 - across) + rows[:, beside + 1] * across


def _between(scale: float, shift: float) -> tuple[NDArray[np.int64], Grey]:
    """Along one axis: after which point each is seen, and how far towards the next."""
    at = np.clip(((1 + scale) * _AXIS + shift + 0.5) * SIDE - 0.5, 0, SIDE - 1.001)
    before = at.astype(np.int64)
    return before, at - before
