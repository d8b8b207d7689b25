"""Whether a photo in which no fault was found shows bare, sharp road for certain: only then does «nothing» say anything.

Three things are asked, none of which the exposure changes. *Grain* (``grain.py``): of the pavement as a whole, and of the
lane square by square, for snow may lie on it alone: stones are fine, snow is smooth. *Colour*: a street has parts of several
tints, earth, grass, paint, sunlight and shade; under snow, and in a picture of nothing but one surface, the ground has one;
so has a lane under snow, while most bare ones vary a little from square to square. *The network*, as sure as it is of roads.
Each limit is about the first hundredth of the labelled photos of half the highways; the lane's fineness the fourth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.roads.seeing.grain import Evened, Squares
from shared.vocabulary import CannotAssess

LEAST_OVER_NOISE = 0.05
"""What the grain adds from 2 to 8 px, over what differs at 2 px already; noise alone has 0 ± 0.01."""
LEAST_GRAIN = 0.010
"""Of the pavement's brightness: root of what 2 to 8 px add."""
SHARP_ABOVE, SHARP_EACH_WAY_ABOVE = 0.60, 0.47
"""What 2 to 4 px add over what 4 to 8 px do, both ways together and each alone: a shaken photo is blurred one way."""
FINE_BELOW = 5.0
"""The same: above it the grain has one size only, as nothing in a street has."""
LANE_FINE_ABOVE = 1.2
"""Of the lane's squares. Snow drawn on the lanes of photos had 1.2 at most where the rest let it pass."""
ONE_TINT_BELOW, NO_STONES_BELOW = 0.0135, 0.5
"""A smooth lane with less of either is covered, or blurred, whatever the network takes for faults in it."""
BRIGHTER_BY = 1.1
"""Than what lies beside it, of a smooth lane, to say snow; nineteen bare lanes in twenty are not."""
LEAST_TINTS, MOST_ALIKE = 0.06, 0.985
BLUISH = 0.02
NEAR_BRIGHTEST, BRIGHTEST_OF_ALL = 0.82, 0.94
"""Median of the ground over the brightest hundredth of the picture; labelled photos had 0.92 at most."""
LEAST_CONVICTION = 0.90
MOST_ROAD_SHARE = 0.90
"""Of the picture: where nothing lies beside the road, nothing tells that it is one."""
SNOW_SHARE, SNOW_WITHOUT_ROAD_SHARE, PATCHES_SHARE = 0.75, 0.4, 0.42
"""Of the ground, or in patches of the pavement, to say snow; the lesser is enough where the network sees little road."""
WHITE_ABOVE, COLOURLESS_BELOW = 150, 0.12
SNOW_TINTS, STREET_TINTS = 0.045, 0.16
NEAR_WHITE, DARK_BESIDE, LEAST_DARK_SHARE = 0.9, 0.8, 0.1
"""Of the brightest hundredth of the picture; and how much of the pavement must be darker."""
LEAST_STEP = 0.68
SHADE_BLUER_BY = 0.06
"""Shade is lit by the blue sky, so that it is bluer than sun beside it. Snow and asphalt in one light differ less."""
SNOWED_ROAD_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Tints:
    """Colours of the lower three fifths, in squares of 4 px; tint is (blue − red) / brightness."""

    spread: float  # of tints, from the 5th to the 95th of a hundred
    bluish: float  # the 10th of a hundred: above 0 everything is
    alike: float  # share that is about as bright and as blue as the pavement
    near_brightest: float  # median brightness over the brightest hundredth of the picture
    white: float  # share that is bright and colourless
    patched: float  # share of the pavement that is white beside dark in the same light, as snow on asphalt is


def covered(
    evened: Evened, pavement: NDArray[np.bool_], lane: Squares | None, tints: Tints
) -> CannotAssess | None:
    """Why nothing is told of a lane that is smooth all over or smooth and of one tint, whatever is taken for faults in it; ``pavement`` is (h, w)."""
    if lane is None or (lane.tint_spread >= ONE_TINT_BELOW and lane.fineness >= NO_STONES_BELOW):
        return None
    return _smoothed_by(evened, pavement, lane, tints)


def doubt(
    evened: Evened,
    pavement: NDArray[np.bool_],
    clear: NDArray[np.bool_],
    lane: Squares | None,
    tints: Tints,
    *,
    conviction: float,
    road_share: float,
    has_edges: bool,
) -> CannotAssess | None:
    """Why a picture without a fault in it is no proof of sound road; None: it is.

    ``clear`` (h, w) is the pavement in which nothing resembles a fault; ``has_edges`` tells whether both edges of the lane were seen.
    """
    grain = evened.grain(clear)
    if grain is None or lane is None:
        return CannotAssess.NO_ROAD
    if grain.over_noise < LEAST_OVER_NOISE:
        return CannotAssess.BLURRED
    is_bright = tints.near_brightest > NEAR_BRIGHTEST
    if tints.bluish > BLUISH or (is_bright and (tints.spread < LEAST_TINTS or not has_edges)):
        return CannotAssess.SNOW_COVERED
    if (
        grain.contrast < LEAST_GRAIN
        or grain.fineness < SHARP_ABOVE
        or grain.least_fineness < SHARP_EACH_WAY_ABOVE
    ):
        return CannotAssess.BLURRED
    if (
        grain.fineness > FINE_BELOW
        or tints.spread < LEAST_TINTS
        or tints.alike > MOST_ALIKE
        or conviction < LEAST_CONVICTION
        or road_share > MOST_ROAD_SHARE
    ):
        return CannotAssess.NO_ROAD
    return _smoothed_by(evened, pavement, lane, tints)


def _smoothed_by(
    evened: Evened, pavement: NDArray[np.bool_], lane: Squares, tints: Tints
) -> CannotAssess | None:
    """What to say of a lane smoother than bare ones: blurred unless what lies beside it is sharp; snow where that is darker, or all is of one bright tint; None: it is not."""
    if lane.fineness >= LANE_FINE_ABOVE:
        return None
    own, beside = evened.grain(pavement), evened.grain(~pavement)
    if own is None or own.over_noise < LEAST_OVER_NOISE:
        return CannotAssess.BLURRED
    if tints.bluish > BLUISH or (tints.near_brightest > NEAR_BRIGHTEST and tints.spread < LEAST_TINTS):
        return CannotAssess.SNOW_COVERED
    if beside is None or beside.least_fineness < SHARP_ABOVE:
        return CannotAssess.BLURRED
    return CannotAssess.SNOW_COVERED if lane.level > BRIGHTER_BY * beside.level else CannotAssess.UNSURE


def is_snow(tints: Tints, road_share: float) -> bool:
    """Whether the ground is white with snow, wholly or in great patches, whatever the network takes for faults in it."""
    return (
        (tints.white > SNOW_SHARE and (tints.spread < SNOW_TINTS or tints.near_brightest > BRIGHTEST_OF_ALL))
        or (
            tints.white > SNOW_WITHOUT_ROAD_SHARE
            and road_share < SNOWED_ROAD_SHARE
            and tints.spread < STREET_TINTS
        )
        or tints.patched > PATCHES_SHARE
    )


def tints_of(picture: NDArray[np.uint8], road: NDArray[np.bool_]) -> Tints:
    """The colours of the ground of a picture, and of the pavement in it."""
    small = np.asarray(Image.fromarray(picture).reduce(4)).astype(np.float32)
    rows, columns = small.shape[:2]
    grey = small @ np.array([0.299, 0.587, 0.114], np.float32)
    tint = (small[..., 2] - small[..., 0]) / (grey + 1)
    largest = small.max(2)
    colour = (largest - small.min(2)) / (largest + 1)
    here = road[2::4, 2::4]
    here = np.pad(here, ((0, rows - here.shape[0]), (0, columns - here.shape[1])), mode="edge")
    top = int(rows * 0.4)
    own_grey, own_tint = (float(np.median(each[here])) if here.any() else 0.0 for each in (grey, tint))
    brightest = max(1.0, float(np.percentile(grey, 99)))
    below, tinted = grey[top:], tint[top:]
    white = (small.min(2) > WHITE_ABOVE) & (colour < COLOURLESS_BELOW)
    low, lowest, highest = np.percentile(tinted, (10, 5, 95))
    return Tints(
        spread=float(highest - lowest),
        bluish=float(low),
        alike=float(
            ((np.abs(below - own_grey) < 0.2 * own_grey) & (np.abs(tinted - own_tint) < 0.08)).mean()
        ),
        near_brightest=float(np.median(below)) / brightest,
        white=float(white[top:].mean()),
        patched=_patched(grey[here] / brightest, tint[here], white[here]),
    )


def _patched(bright: NDArray[np.float32], tint: NDArray[np.float32], white: NDArray[np.bool_]) -> float:
    snow, dark = white & (bright > NEAR_WHITE), bright < DARK_BESIDE
    if not snow.any() or dark.mean() < LEAST_DARK_SHARE:
        return 0.0
    low, high = np.percentile(bright, (10, 90))
    is_shade = float(np.median(tint[dark]) - np.median(tint[snow])) > SHADE_BLUER_BY
    return 0.0 if is_shade or low > LEAST_STEP * high else float(snow.mean())
