"""Rings that people draw round faults of a photo: what one must be, whether it lies close, and what it covers. Pure.

Corners are (x, y), each a share of the picture's width and height, as those of the eye's own outlines. A crack that was traced
along its line is a band some pixels wide, as cracks are labelled in the roads data; a ring thrown round it says only where it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeGuard

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from shapely.validation import explain_validity

from shared.i18n import Message
from shared.scalars import shown
from shared.vocabulary import DefectKind

_ = Message
Ring = tuple[tuple[float, float], ...]

DRAWABLE = (
    DefectKind.POTHOLE,
    DefectKind.CRACK_LONGITUDINAL,
    DefectKind.CRACK_TRANSVERSE,
    DefectKind.CRACK_NETWORK,
)
FAULTS_MOST = 24
"""In a photo: twice as many as the eye outlines."""
POINTS_LEAST, POINTS_MOST = 3, 300
LEAST_SHARE = 1e-5
"""Of the picture: about 2 × 2 px at 800 px."""
DIGITS = 4
SPIKE_SHARE = 0.01
"""Of a ring's area: what running back on itself may enclose."""
LONG_SIDE_PX = 800
CLOSE_PX = 12.0
"""Mean width, on a picture 800 px long, up to which a ring lies close round a crack; labelled cracks are 4 to 10 px wide."""
MOST_TOLD = 4
"""Numbers of a bad point that an error repeats."""
_WHERE = re.compile(r"\[(\S+) (\S+)\]")  # how GEOS ends a reason: «Self-intersection[0.2 0.5]»


class BadRing(ValueError):
    """A ring that outlines nothing; ``message`` says what is wrong with it and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


def read_ring(value: object) -> Ring:
    """Untrusted JSON as a ring: rounded to 4 digits, its first point not repeated at the end. Raises BadRing."""
    if not isinstance(value, list):
        raise BadRing(
            _("must be a list of points such as [0.25, 0.5], was {value}").format(value=shown(value))
        )
    if not POINTS_LEAST <= len(value) <= POINTS_MOST + 1:
        raise BadRing(_counted(len(value)))
    points = [_point(each, number) for number, each in enumerate(value, start=1)]
    apart = [one for one, other in pairwise([*points, points[0]]) if one != other]
    if not POINTS_LEAST <= len(apart) <= POINTS_MOST:
        raise BadRing(_counted(max(1, len(apart))))
    outline = _without_spikes(shapely.Polygon(apart))
    if shapely.MultiPoint(apart).convex_hull.area < LEAST_SHARE:
        raise BadRing(_small(shapely.MultiPoint(apart).convex_hull.area))
    if not outline.is_valid:
        found = _WHERE.search(explain_validity(outline))
        place = f"[{found[1]}, {found[2]}]" if found else shown(value)
        message = _("crosses or touches itself at {place}: move or remove a point there")
        raise BadRing(message.format(place=place))
    if outline.area < LEAST_SHARE:
        raise BadRing(_small(outline.area))
    return tuple((round(x, DIGITS), round(y, DIGITS)) for x, y in outline.exterior.coords[:-1])


def lies_close(ring: Ring, size: tuple[int, int]) -> bool:
    """Whether a ring on a picture of (width, height) px is a band round a crack rather than a loop around its place."""
    outline = shapely.Polygon(_scaled(ring, size, LONG_SIDE_PX / max(size)))
    return bool(2 * outline.area / outline.length <= CLOSE_PX)


def covered(ring: Ring, size: tuple[int, int], *, finer: int = 1) -> NDArray[np.bool_]:
    """What a ring covers of a picture of (width, height) px; ``finer``: on so many times as many pixels each way."""
    picture = Image.new("1", (size[0] * finer, size[1] * finer))
    ImageDraw.Draw(picture).polygon(_scaled(ring, size, finer), fill=1)
    return np.asarray(picture)


def _without_spikes(outline: shapely.Polygon) -> shapely.Polygon:
    """A ring whose line runs back on itself without enclosing anything, as along the picture's edge, is the same ring without that."""
    if outline.is_valid:
        return outline
    mended = outline.buffer(0)
    is_same = mended.geom_type == "Polygon" and not mended.interiors
    is_same = is_same and abs(mended.area - abs(_turned(outline))) <= SPIKE_SHARE * mended.area
    return mended if is_same else outline


def _turned(outline: shapely.Polygon) -> float:
    """The area by the ring's turns, in which loops of either sense cancel each other."""
    x, y = np.asarray(outline.exterior.coords).T
    return float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]) / 2)


def share_of(ring: Ring) -> float:
    """Of the picture."""
    return float(shapely.Polygon(ring).area)


def _scaled(
    ring: Sequence[Sequence[float]], size: tuple[int, int], factor: float
) -> list[tuple[float, float]]:
    return [(x * size[0] * factor, y * size[1] * factor) for x, y in ring]


def _point(value: object, number: int) -> tuple[float, float]:
    match value:
        case [x, y] if _is_share(x) and _is_share(y):
            return round(float(x), DIGITS), round(float(y), DIGITS)
        case list() if len(value) <= MOST_TOLD:
            told = f"[{', '.join(shown(each) for each in value)}]"
        case _:
            told = shown(value)
    message = _(
        "point {number} must be [x, y], each from 0 to 1 of the picture's width and height, was {value}: put it inside the photo"
    )
    raise BadRing(message.format(number=number, value=told))


def _is_share(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _counted(count: int) -> Message:
    message = _(
        "must have {least} to {most} different points, had {count}: draw the whole ring, with fewer points where it has too many"
    )
    return message.format(least=POINTS_LEAST, most=POINTS_MOST, count=count)


def _small(area: float) -> Message:
    message = _(
        "covers too little: must be {least} of the picture at least, was {area}; draw it larger, or take it out"
    )
    return message.format(least=f"{LEAST_SHARE:.5f}", area=f"{area:.6f}")
