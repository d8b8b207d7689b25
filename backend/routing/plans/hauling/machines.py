"""What machines do when snow is hauled. Pure.

A front loader with a bucket of 2 to 3 m³ fills some 100 to 150 m³ an hour, a snow loader with gathering arms 200 to 300 (КО-206, СнП-17: 160 to 300 by their
makers); a vehicle's own ``loading_m3_h`` counts instead.
"""

from __future__ import annotations

from shared.vocabulary import VehicleKind

LOADS_M3_H: dict[VehicleKind, float] = {VehicleKind.LOADER: 120.0, VehicleKind.SNOW_LOADER: 220.0}
HAULS = frozenset({VehicleKind.DUMP_TRUCK})
TAKES_PART = HAULS | set(LOADS_M3_H)
LOADER_KMH = 25.0
"""Loaders drive no faster between piles."""
SETUP_S = 240
"""To set up at a pile, before the first truck: cones, bucket, the truck's place."""


def body_m3(capacity_m3: float | None, capacity_kg: float | None, density_kg_m3: float) -> float | None:
    """What a truck takes of snow that weighs so much: its body, or less where its payload is less; None where nobody knows either."""
    by_weight = None if capacity_kg is None else capacity_kg / density_kg_m3
    known = [each for each in (capacity_m3, by_weight) if each is not None]
    return round(min(known), 1) if known else None
