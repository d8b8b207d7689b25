"""Values of OpenStreetMap tags as numbers: speeds, weights, heights, widths, counts; what cannot be read is None. Pure."""

from __future__ import annotations

import re

MPH, KNOTS, WALK_KMH, UNLIMITED_KMH = 1.609344, 1.852, 5.0, 130.0
FOOT_M, INCH_M = 0.3048, 0.0254
SHORT_TON_T, POUND_T = 0.90718474, 0.00045359237
LANES_MOST, SPEED_MOST_KMH, WIDTH_MOST_M = 12, 200.0, 60.0

ZONES_KMH = {  # implicit limits: «RU:urban» in maxspeed, maxspeed:type or source:maxspeed
    "urban": {"": 50.0, "RU": 60.0, "KZ": 60.0, "BY": 60.0, "KG": 60.0, "UZ": 70.0},
    "rural": {
        "": 80.0,
        "RU": 90.0,
        "KZ": 90.0,
        "BY": 90.0,
        "KG": 90.0,
        "AT": 100.0,
        "DE": 100.0,
        "LI": 80.0,
        "UZ": 100.0,
    },
    "trunk": {"": 100.0, "RU": 110.0, "KZ": 110.0},
    "motorway": {"": 120.0, "RU": 110.0, "KZ": 140.0, "AT": 130.0, "DE": UNLIMITED_KMH, "BY": 110.0},
    "living_street": {"": 20.0, "AT": 5.0, "DE": 7.0},
    "school": {"": 30.0},
    "bicycle_road": {"": 30.0},
}
_ZONE = re.compile(r"([A-Z]{2}):(?:zone:?)?([a-z_]+|\d{2,3})")
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-z/]*)")
_FEET = re.compile(r"(\d+)\s*(?:'|ft)\s*(?:(\d+)\s*(?:\"|in)?)?")


def speed_kmh(text: str) -> float | None:
    """``60``, ``30 mph``, ``RU:urban``, ``DE:zone:30``, ``walk``, ``none``."""
    text = text.strip()
    zone = _ZONE.fullmatch(text)
    if zone:
        country, word = zone.groups()
        if word.isdigit():
            return float(word)
        of = ZONES_KMH.get(word)
        return None if of is None else of.get(country, of[""])
    if text in ("walk", "walking_pace"):
        return WALK_KMH
    if text == "none":
        return UNLIMITED_KMH
    factors = {"": 1.0, "km/h": 1.0, "kmh": 1.0, "kph": 1.0, "mph": MPH, "knots": KNOTS}
    value = _scaled(text, factors)
    return value if value is not None and 0 < value <= SPEED_MOST_KMH else None


def weight_t(text: str) -> float | None:
    """``7.5``, ``3,5 t``, ``7500 kg``, ``8 st``; ``none`` and the like are no limit."""
    factors = {"": 1.0, "t": 1.0, "kg": 0.001, "st": SHORT_TON_T, "lbs": POUND_T}
    value = _scaled(text, factors)
    return value if value is not None and 0 < value < 1000 else None


def length_m(text: str) -> float | None:
    """``3.5``, ``3,5 m``, ``350 cm``, ``12'6"``; ``default`` and the like are no limit."""
    feet = _FEET.fullmatch(text.strip())
    if feet:
        return int(feet[1]) * FOOT_M + int(feet[2] or 0) * INCH_M
    value = _scaled(text, {"": 1.0, "m": 1.0, "cm": 0.01})
    return value if value is not None and 0 < value < 100 else None


def lane_count(text: str) -> int | None:
    """``2``; the smallest of ``2;3``."""
    numbers = [int(part) for part in re.findall(r"\d+", text.partition(".")[0])]
    return min(numbers) if numbers and 0 < min(numbers) <= LANES_MOST else None


def _scaled(text: str, factors: dict[str, float]) -> float | None:
    """A number with a unit; of several («60;40») the smallest."""
    found = []
    for part in re.split(r"[;|]", text.strip().lower()):
        match = _NUMBER.fullmatch(part.strip())
        if match is None or match[2] not in factors:
            return None
        found.append(float(match[1].replace(",", ".")) * factors[match[2]])
    return min(found)
