"""What a map file tells of waste: mapped containers and landfills, works, and where people live by the floors of their houses."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import osmium

from shared.geometry import EARTH_RADIUS_M

Points = npt.NDArray[np.float64]
KEYS = ("building", "amenity", "landuse")
HOMES = ("apartments", "residential", "house", "detached", "semidetached_house", "terrace", "dormitory")
HOUSE_M2 = (45.0, 300.0)  # a building of no named kind is a house if its ground is between these
FLOOR_M2_A_HEAD = 24.0  # what people in Kazakhstan have of dwelling space, near enough
IN_USE = 0.75  # of the floors, stairs and walls apart
CORNERS_LEAST = 4


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Mapped:
    """Places of a file; ``home`` (n, 2) lon and lat with the ``people`` (n) reckoned to live there."""

    containers: Points  # (n, 2) lon and lat
    landfills: tuple[tuple[str, float, float], ...]  # name, lon, lat; the largest first
    works: tuple[float, float] | None  # the middle of the largest industrial ground
    home: Points
    people: Points


def read_mapped(path: Path) -> Mapped:
    """The places of an OpenStreetMap file; it was read as a street network before, so it is whole."""
    containers: list[tuple[float, float]] = []
    grounds: dict[str, list[tuple[float, str, float, float]]] = {"landfill": [], "industrial": []}
    homes: list[tuple[float, float, float]] = []
    things = osmium.FileProcessor(str(path)).with_locations().with_filter(osmium.filter.KeyFilter(*KEYS))
    for thing in things:
        tags = dict(thing.tags)
        if isinstance(thing, osmium.osm.Node):
            if tags.get("amenity") == "waste_disposal":
                containers.append((thing.location.lon, thing.location.lat))
        elif isinstance(thing, osmium.osm.Way):
            corners = np.array(
                [(node.location.lon, node.location.lat) for node in thing.nodes if node.location.valid()]
            ).reshape(-1, 2)
            if len(corners) < CORNERS_LEAST:
                continue
            lon, lat = map(float, corners[:-1].mean(axis=0))
            if tags.get("amenity") == "waste_disposal":
                containers.append((lon, lat))
            elif tags.get("landuse") in grounds:
                grounds[tags["landuse"]].append((ground_m2(corners), tags.get("name", ""), lon, lat))
            elif (people := people_of(tags, ground_m2(corners))) > 0:
                homes.append((lon, lat, people))
    landfills = sorted(grounds["landfill"], reverse=True)
    works = max(grounds["industrial"], default=None)
    known = np.array(homes).reshape(-1, 3)
    return Mapped(
        containers=np.array(containers).reshape(-1, 2),
        landfills=tuple((name or "Полигон", lon, lat) for _m2, name, lon, lat in landfills),
        works=None if works is None else works[2:],
        home=known[:, :2],
        people=known[:, 2],
    )


def people_of(tags: dict[str, str], m2: float) -> float:
    """How many people a building's floors have room for; 0 for what is no home."""
    kind = tags.get("building", "")
    if kind not in HOMES and not (kind == "yes" and HOUSE_M2[0] <= m2 <= HOUSE_M2[1]):
        return 0.0
    try:
        levels = max(float(tags.get("building:levels", "1")), 1.0)
    except ValueError:
        levels = 1.0
    return m2 * levels * IN_USE / FLOOR_M2_A_HEAD


def ground_m2(corners: Points) -> float:
    """The area of a ring of (n, 2) lon and lat, on the plane that touches the earth there."""
    east, north = np.radians(corners).T
    x = (east - east[0]) * EARTH_RADIUS_M * math.cos(float(north[0]))
    y = (north - north[0]) * EARTH_RADIUS_M
    return abs(float(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1]))) / 2
