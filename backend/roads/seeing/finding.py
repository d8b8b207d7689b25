"""A finding: what was seen in one photo of a road, by which model, or why nothing can be said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from shared.vocabulary import CannotAssess, DefectKind, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """One fault as it lies in the picture."""

    kind: DefectKind
    severity: Severity
    ring: tuple[tuple[float, float], ...]  # corners (x, y), each a share of the picture's width and height
    confidence: float  # 0 to 1, the model's own, mean over the outline's pixels
    area_share: float  # of the road that is seen
    length_m: float | None  # of a crack, estimated
    width_m: float | None  # across the way of driving, estimated
    area_m2: float | None  # estimated


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one photo shows. ``cannot`` is never together with outlines, and an empty finding without it says «nothing seen», not «good»."""

    model: str  # name and version, such as «roads-1»
    cannot: CannotAssess | None
    outlines: tuple[Outline, ...] = ()
    road_share: float = 0.0  # of the picture
    crack_share: float = 0.0  # of the road
    pothole_share: float = 0.0  # of the road
    scale: str = "none"  # how metres were reckoned: «lane_width», «camera_height», «none»
    road: tuple[
        tuple[tuple[float, float], ...], ...
    ] = ()  # rings round the pavement, like an outline's; empty: not told
    look: bytes = b""  # what the place looks like: unit vector of float16, for telling two views of one fault from two faults
    pixels: bytes = b""  # the eye's own map of lane and faults, packed (see ``pixels``); empty: not told

    @property
    def worst(self) -> Outline | None:
        """The outline that names the report: a pothole before a network before a crack, then the larger."""
        order = {DefectKind.POTHOLE: 0, DefectKind.CRACK_NETWORK: 1}
        return min(self.outlines, key=lambda each: (order.get(each.kind, 2), -each.area_share), default=None)


class RoadEye(Protocol):
    """Looks at photos of roads."""

    def look(self, picture: NDArray[np.uint8]) -> Finding:
        """What an RGB picture (height, width, 3), upright, shows. Never raises for what a photo can be."""
