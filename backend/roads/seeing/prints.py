"""The print of a picture, by which a copy that was saved anew is known: a thumbnail of the blurred view, so it shows no face. Pure.

Two prints are laid over each other as well as shifts and scales allow (a messenger cuts and scales; Lucas and Kanade 1981);
what does not fit then says whether they are one picture. A frame taken a few metres on does not fit: what is near moves more
than what is far. Limits were chosen on half of the highways, see docs/benchmarks.md, «Copies of photos».
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.fft import dctn
from scipy.ndimage import affine_transform, gaussian_filter, uniform_filter

SIDE = 64
SMOOTHED_PX = 1.0  # deviation: saving anew changes what is finer
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
    waves = dctn(_read(printed), norm="ortho")[:9, :9].ravel()[1 : 1 + BANDS * BAND_BITS]
    packed = np.packbits(waves > np.median(waves)).view(">u2")
    return tuple(int(each) for each in packed)


def bits_apart(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """In how many bits two pictures' words differ, of 64."""
    return sum((mine ^ theirs).bit_count() for mine, theirs in zip(one, other, strict=True))


def is_copy(one: bytes, other: bytes) -> bool:
    """Whether two prints are of one picture, saved anew, scaled, cut at its rims or a little brighter."""
    as_they_lie = _unit(_smooth(_read(one))) @ _unit(_smooth(_read(other)))
    if as_they_lie < FIRST_FIT_MIN:
        return False
    misfit, detail_misfit = misfits(one, other)
    return misfit <= MISFIT_MAX and detail_misfit <= DETAIL_MISFIT_MAX


def misfits(one: bytes, other: bytes) -> tuple[float, float]:
    """How badly two prints fit, laid over each other, and their detail: 0 not at all badly, 1 as strangers."""
    still, moving = _smooth(_read(one)), _smooth(_read(other))
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
        slopes = np.stack(
            [
                (down * _AXIS[_INNER, None]).ravel(),
                (across * _AXIS[_INNER]).ravel(),
                down.ravel(),
                across.ravel(),
            ]
        )
        slopes -= slopes.mean(axis=1, keepdims=True)
        square = slopes @ slopes.T
        move = move + np.linalg.solve(square + 1e-9 * np.eye(4), slopes @ (target - current))
        if np.abs(move[:2]).max() > SCALE_MAX or np.abs(move[2:]).max() > SHIFT_MAX:
            break
    details = (_unit(_even(each)[_INNER, _INNER]) for each in (still, fitted))
    return 1.0 - best, 1.0 - float(np.dot(*details))


def _read(printed: bytes) -> Grey:
    return np.frombuffer(printed, np.uint8).reshape(SIDE, SIDE).astype(np.float64)


def _smooth(grey: NDArray[np.uint8] | Grey) -> Grey:
    return gaussian_filter(grey.astype(np.float64), SMOOTHED_PX, mode="nearest")


def _detail(grey: Grey) -> Grey:
    return grey - uniform_filter(grey, AROUND_PX, mode="nearest")


def _even(grey: Grey) -> Grey:
    """Its detail, as strong everywhere: an edge that all photos of streets have, sky above and road below, would else outshout the rest."""
    detail = _detail(grey)
    strength = np.sqrt(uniform_filter(detail**2, LOCAL_PX, mode="nearest"))
    return detail / (strength + NOISE)


def _unit(grey: Grey) -> Grey:
    flat = grey.ravel() - grey.mean()
    return flat / (float(np.linalg.norm(flat)) or 1.0)


def _slope(grey: Grey, axis: int) -> Grey:
    """By how much it changes over the side of the picture."""
    return np.asarray(np.gradient(grey, axis=axis)) * SIDE


def _moved(grey: Grey, move: NDArray[np.float64]) -> Grey:
    """The picture as it is seen where each axis is scaled about the middle and shifted."""
    middle = (SIDE - 1) / 2
    scale = 1.0 + move[:2]
    offset = middle - scale * middle + move[2:] * SIDE
    return affine_transform(grey, scale, offset, order=1, mode="nearest")
