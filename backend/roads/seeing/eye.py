"""The eye of roads: from a photo to a finding, by a network of our own and stated rules; it says when it cannot tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from backend.roads.seeing import light, sure
from backend.roads.seeing.crack_kinds import Crack, find_cracks
from backend.roads.seeing.finding import Finding, Outline
from backend.roads.seeing.grain import Evened
from backend.roads.seeing.ground import Ground, find_ground
from backend.roads.seeing.look import Basis, features_of, look_of
from backend.roads.seeing.network import Network, Seen, fitted
from backend.roads.seeing.pixels import Pixels
from backend.roads.seeing.rings import ring_of, ring_round, rings_of
from backend.roads.seeing.severity import severity
from shared.vocabulary import CannotAssess, DefectKind

SMOOTHED_ROAD_AT = 0.65
LEAST_ROAD_SHARE = 0.12
LEAST_CONVICTION = 0.88
"""Mean chance of road over what is taken for road; photos of highways that a model had not seen had 0.886 and more, a lawn before towers 0.873."""
MOST_COLOUR = 0.30
"""Median of (largest − smallest) / largest of the three colours where the road is; the highways had 0.1 at most."""
MOST_CONTRAST = 60.0
"""Grey levels of deviation where the road is; the highways had 50 at most, shade and sun together."""
PERHAPS_FAULTY_AT = 0.3
LEAST_POTHOLE_PX = 15
"""At half resolution: 60 px of the photo at 800 px."""
MOST_OUTLINES = 12
LEAST_PART_SHARE = 0.02
"""Of the picture, for a part of the pavement to be outlined."""


Fault = tuple[Outline, NDArray[np.bool_]]
"""A fault with its own pixels (h, w)."""


class Sees(Protocol):
    """What an eye needs of a network."""

    name: str
    limits: dict[str, float]
    about: dict[str, Any]

    def see(self, picture: NDArray[np.uint8]) -> Seen:
        """Chances for an RGB picture (h, w, 3) no longer than 800 px."""


class OnnxRoadEye:
    """Looks at photos of roads with the shipped weights, or with those given."""

    def __init__(self, network: Sees | None = None) -> None:
        self.network: Sees = network or Network()
        told = self.network.about.get("look")
        self.basis = Basis.read(told) if told else None

    def look(self, picture: NDArray[np.uint8]) -> Finding:
        """What an RGB picture (height, width, 3), upright, shows. Never raises for what a photo can be."""
        cannot = light.unreadable(picture)
        if cannot is not None:
            return Finding(model=self.network.name, cannot=cannot)
        small = fitted(picture)
        if min(small.shape[:2]) < light.LEAST_SIDE_PX:
            return Finding(model=self.network.name, cannot=CannotAssess.NO_ROAD)
        seen = self.network.see(small)
        paved = paved_of(seen)
        road_share = float(paved.mean())
        where = _grown(paved, small)
        tints = sure.tints_of(small, where)
        cannot = _cannot(small, seen, where, road_share, tints)
        if cannot is not None:
            return self._refused(cannot, road_share)
        clear = where & ~_grown(_perhaps_faulty(seen), small)
        evened = Evened(small)
        lane = evened.squares(clear & _grown(seen.lane >= 0.5, small)) or evened.squares(clear)
        cannot = sure.covered(evened, where, lane, tints)
        if cannot is not None:
            return self._refused(cannot, road_share)
        ground = find_ground(seen.lane, seen.road)
        area = max(1, int(paved.sum()))
        cracked = (seen.crack >= self.network.limits["crack"]) & paved
        holed = (seen.pothole >= self.network.limits["pothole"]) & paved
        faults = _potholes(seen, holed, ground, area) + _cracks(seen, cracked & ~holed, ground, area)
        faults = sorted(faults, key=lambda each: -each[0].area_share)[:MOST_OUTLINES]
        if not faults:
            cannot = sure.doubt(
                evened,
                where,
                clear,
                lane,
                tints,
                conviction=_conviction(seen, _taken_for_road(seen)),
                road_share=road_share,
                has_edges=ground.scale == "lane_width",
            )
            if cannot is not None:
                return self._refused(cannot, road_share)
        return Finding(
            model=self.network.name,
            cannot=None,
            outlines=tuple(outline for outline, _ in faults),
            road_share=round(road_share, 4),
            crack_share=round(float(cracked.sum()) / area, 5),
            pothole_share=round(float(holed.sum()) / area, 5),
            scale=ground.scale,
            road=rings_of(paved, least_share=LEAST_PART_SHARE),
            look=look_of(features_of(seen, paved), self.basis),
            pixels=_pixels(seen, faults, self.network.limits).packed(),
        )

    def _refused(self, cannot: CannotAssess, road_share: float) -> Finding:
        return Finding(model=self.network.name, cannot=cannot, road_share=round(road_share, 4))


def paved_of(seen: Seen) -> NDArray[np.bool_]:
    """The road, smoothed: faults in it are road too, and a hedge with grey specks is none."""
    road = np.maximum(seen.road, seen.lane)
    coarse = ndimage.uniform_filter(road[::4, ::4], 5, mode="nearest") >= SMOOTHED_ROAD_AT
    return coarse.repeat(4, 0).repeat(4, 1)[: road.shape[0], : road.shape[1]]


def _taken_for_road(seen: Seen) -> NDArray[np.bool_]:
    """Every pixel that is rather road than not, gaps closed: wider than the pavement, for judging whether it is one at all."""
    road = np.maximum(seen.road, seen.lane) >= 0.5
    coarse = ndimage.binary_closing(np.pad(road[::4, ::4], 3), np.ones((5, 5)))[3:-3, 3:-3]
    return coarse.repeat(4, 0).repeat(4, 1)[: road.shape[0], : road.shape[1]] | road


def _grown(inside: NDArray[np.bool_], small: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """A map of the network at the size of the picture that it looked at."""
    return inside.repeat(2, 0).repeat(2, 1)[: small.shape[0], : small.shape[1]]


def _perhaps_faulty(seen: Seen) -> NDArray[np.bool_]:
    """Where a fault may be, with what lies close to it."""
    chance = np.maximum(seen.crack, seen.pothole)
    coarse = ndimage.maximum_filter(chance[::2, ::2], 5) > PERHAPS_FAULTY_AT
    return coarse.repeat(2, 0).repeat(2, 1)[: chance.shape[0], : chance.shape[1]]


def _conviction(seen: Seen, taken: NDArray[np.bool_]) -> float:
    return float(np.maximum(seen.road, seen.lane)[taken].mean()) if taken.any() else 0.0


def _cannot(
    small: NDArray[np.uint8], seen: Seen, where: NDArray[np.bool_], road_share: float, tints: sure.Tints
) -> CannotAssess | None:
    if sure.is_snow(tints, road_share):
        return CannotAssess.SNOW_COVERED
    if road_share < LEAST_ROAD_SHARE or not _looks_like_road(small, seen, _taken_for_road(seen)):
        return CannotAssess.NO_ROAD
    if light.sharpness(small, where) < light.SHARP_ABOVE:
        return CannotAssess.BLURRED
    return None


def _looks_like_road(small: NDArray[np.uint8], seen: Seen, taken: NDArray[np.bool_]) -> bool:
    """Whether what the network takes for road is as sure, as grey and as even as roads are."""
    coarse = small[::4, ::4].astype(np.float32)
    here = taken[::2, ::2][: coarse.shape[0], : coarse.shape[1]]
    colours = coarse[: here.shape[0], : here.shape[1]][here]
    if not len(colours):
        return False
    largest = colours.max(1)
    colour = float(np.median((largest - colours.min(1)) / (largest + 1)))
    contrast = float((colours @ np.array([0.299, 0.587, 0.114], np.float32)).std())
    return (
        _conviction(seen, taken) >= LEAST_CONVICTION and colour <= MOST_COLOUR and contrast <= MOST_CONTRAST
    )


def _pixels(seen: Seen, faults: Sequence[Fault], limits: Mapping[str, float]) -> Pixels:
    crack, pothole = np.zeros((2, *seen.lane.shape), bool)
    for outline, shape in faults:
        kept = pothole if outline.kind is DefectKind.POTHOLE else crack
        kept |= shape
    taken = (seen.crack >= limits["crack"]) | (seen.pothole >= limits["pothole"])
    return Pixels(seen.lane >= 0.5, crack, pothole, taken & ~crack & ~pothole)


def _potholes(seen: Seen, holed: NDArray[np.bool_], ground: Ground, road_px: int) -> list[Fault]:
    labelled, number = ndimage.label(holed)
    sizes = np.bincount(labelled.ravel(), minlength=number + 1)
    found = []
    for label in np.argsort(-sizes[1:], kind="stable")[:MOST_OUTLINES] + 1:
        if sizes[label] < LEAST_POTHOLE_PX:
            continue
        shape = labelled == label
        rows, columns = np.nonzero(shape)
        area_m2 = float(ground.area_m2(rows).sum())
        across, _ = ground.place_m(columns.astype(np.float64), rows.astype(np.float64))
        outline = Outline(
            kind=DefectKind.POTHOLE,
            severity=severity(DefectKind.POTHOLE, diameter_mm=1000 * math.sqrt(4 * area_m2 / math.pi)),
            ring=ring_of(shape),
            confidence=round(float(seen.pothole[shape].mean()), 3),
            area_share=round(float(sizes[label]) / road_px, 5),
            length_m=None,
            width_m=round(float(np.ptp(across)), 2),
            area_m2=round(area_m2, 3),
        )
        found.append((outline, shape))
    return found


def _cracks(seen: Seen, cracked: NDArray[np.bool_], ground: Ground, road_px: int) -> list[Fault]:
    return [
        (_crack(seen, crack, ground, road_px), crack.pixels)
        for crack in find_cracks(cracked, ground, most=MOST_OUTLINES)
    ]


def _crack(seen: Seen, crack: Crack, ground: Ground, road_px: int) -> Outline:
    rows = np.nonzero(crack.pixels)[0]
    own_m2 = float(ground.area_m2(rows).sum())
    around_m2 = float(ground.area_m2(np.nonzero(crack.around)[0]).sum())
    network = crack.kind is DefectKind.CRACK_NETWORK
    return Outline(
        kind=crack.kind,
        severity=severity(
            crack.kind, width_mm=1000 * own_m2 / crack.length_m, density=own_m2 / max(around_m2, 1e-6)
        ),
        ring=ring_round(crack.pixels),
        confidence=round(float(seen.crack[crack.pixels].mean()), 3),
        area_share=round(len(rows) / road_px, 5),
        length_m=round(crack.length_m, 2),
        width_m=round(crack.across_m, 2),
        area_m2=round(around_m2 if network else own_m2, 3),
    )
