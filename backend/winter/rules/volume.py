"""How much snow lies heaped beside a street and is to be hauled. Pure: arrays over S segments.

Fresh snow weighs 67.92 + 51.25 · exp(T / 2.59) kg/m³ at T °C (Hedstrom and Pomeroy 1998, doi 10.1002/(SICI)1099-1085
(199808/09)12:10/11<1611::AID-HYP684>3.0.CO;2-4), at most 0 °C; ploughed into a heap it settles to about 400 kg/m³. A part of it is
blown, melts or is pressed into the surface; what is left of a class of street is a share. The district's factor corrects the rest.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from backend.streets.network import StreetClass
from backend.winter.rules.snow import Stretch

Floats = npt.NDArray[np.float64]
HEAP_KG_M3 = 400.0
LEAST_M3 = 1.0  # less on one piece of street is nobody's trip
HAULED_SHARE: Mapping[
    StreetClass, float
] = {  # of what fell on the carriageway; where there is no room beside it, all is hauled
    StreetClass.MOTORWAY: 0.0,
    StreetClass.TRUNK: 0.3,
    StreetClass.PRIMARY: 0.8,
    StreetClass.SECONDARY: 0.8,
    StreetClass.TERTIARY: 0.7,
    StreetClass.UNCLASSIFIED: 0.4,
    StreetClass.RESIDENTIAL: 0.4,
    StreetClass.LIVING_STREET: 0.5,
    StreetClass.SERVICE: 0.4,
    StreetClass.TRACK: 0.0,
    StreetClass.PEDESTRIAN: 0.7,
}


def fresh_density_kg_m3(temperature_c: float) -> float:
    """Of snow as it falls."""
    return 67.92 + 51.25 * math.exp(min(temperature_c, 0.0) / 2.59)


def heaped_depth_m(fallen: Sequence[Stretch], since_s: Floats) -> Floats:
    """How deep the snow that fell after each of N moments would lie, settled to a heap's density."""
    total = np.zeros_like(since_s)
    for each in fallen:
        share = np.clip((each.end_s - since_s) / (each.end_s - each.start_s), 0.0, 1.0)
        total += share * each.depth_cm / 100 * fresh_density_kg_m3(each.temperature_c) / HEAP_KG_M3
    return total


def volume_m3(
    depth_m: Floats, length_m: Floats, width_m: Floats, street_class: npt.NDArray[np.uint8]
) -> Floats:
    """What lies beside each street, m³ in the heap, before the district's correction."""
    shares = np.array([HAULED_SHARE[kind] for kind in StreetClass])
    return np.asarray(depth_m * length_m * width_m * shares[street_class])


def pile_m3(*, length_m: float, height_m: float, width_m: float) -> float:
    """Of a heap that was measured: a ridge whose cut is half an ellipse, π/4 of the box round it."""
    return math.pi / 4 * length_m * height_m * width_m
