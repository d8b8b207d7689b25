"""Where the depot, the landfills and the containers of a waste day stand, and how much comes in: by the map where it tells, else by chance."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from backend.cli.waste_day.mapped import Mapped, Points
from backend.streets.network import Floats, Ints
from backend.streets.search.profile import VehicleProfile
from backend.streets.searching import StreetSearch
from shared.geometry import EARTH_RADIUS_M

STREETS = (3, 4, 5, 6, 7)  # classes on which containers stand: secondary to living streets
SHORTEST_M, APART_M, SAME_M = 40.0, 90.0, 25.0
WALK_M = 400.0  # whoever lives further from every site has the waste fetched at the door
KG_A_HEAD, DENSITY_KG_M3 = 1.0, 150.0
CONTAINER_M3, FULL, CONTAINERS_MOST = 1.1, 0.85, 12
LEAST_A_SITE = 0.35  # of a container; somebody lives there, whatever the map knows
OUTSIDE = (0.8, 0.99)  # landfills lie further out than these shares of the streets
PER_DEGREE_M = math.radians(EARTH_RADIUS_M)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place beside a street; ``mapped`` where the map has it, else it is invented."""

    lon: float
    lat: float
    name: str
    mapped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePlan:
    """A container site."""

    spot: Spot
    containers: int
    m3_a_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CityPlan:
    """Everything that stands somewhere."""

    depot: Spot
    landfills: tuple[Spot, ...]
    sites: tuple[SitePlan, ...]


def lay_out(
    search: StreetSearch,
    truck: VehicleProfile,
    mapped: Mapped | None,
    *,
    sites: int,
    landfills: int,
    rng: random.Random,
) -> CityPlan:
    """The city of the day; the same for the same file, numbers and chance."""
    kerbs = _kerbs(search, truck)
    scale = np.array([math.cos(math.radians(float(np.median(kerbs.middle[:, 1])))), 1.0]) * PER_DEGREE_M
    near = cKDTree(kerbs.middle * scale)
    people: Floats = np.ones(len(kerbs.segment))
    if mapped is not None and len(mapped.home):
        metres, nearest = near.query(mapped.home * scale)
        close = metres < WALK_M
        people = np.bincount(nearest[close], mapped.people[close], len(kerbs.segment)).astype(np.float64)
    centre = np.average(kerbs.middle, axis=0, weights=people)
    out_m = np.hypot(*((kerbs.middle - centre) * scale).T)
    known = _reached(search, truck, np.zeros((0, 2)) if mapped is None else mapped.containers, scale)
    chosen = _spread(kerbs, people, known * scale, scale, max(sites - len(known), 0), rng)
    places = np.vstack([known, kerbs.middle[chosen]])[:sites]
    names = [search.network.name(int(kerbs.segment[near.query(place * scale)[1]])).ru for place in places]
    amounts = _amounts(places, mapped, scale, rng)
    found = [
        SitePlan(
            spot=Spot(lon=round(lon, 6), lat=round(lat, 6), name=name, mapped=number < len(known)),
            containers=count,
            m3_a_day=m3,
        )
        for number, ((lon, lat), name, (count, m3)) in enumerate(
            zip(places.tolist(), names, amounts, strict=True)
        )
    ]
    dumps = [] if mapped is None else _known_landfills(search, truck, mapped)
    outside = np.flatnonzero(
        (out_m > np.quantile(out_m, OUTSIDE[0])) & (out_m < np.quantile(out_m, OUTSIDE[1]))
    )
    while len(dumps) < landfills:
        apart = np.array([(each.lon, each.lat) for each in dumps]) if dumps else centre[None]
        far = np.hypot(*((kerbs.middle[outside, None] - apart[None]) * scale).transpose(2, 0, 1)).min(axis=1)
        lon, lat = kerbs.middle[outside[int(far.argmax())]].round(6).tolist()
        dumps.append(Spot(lon=lon, lat=lat, name=f"Полигон {len(dumps) + 1}"))
    works = centre if mapped is None or mapped.works is None else np.array(mapped.works)
    lon, lat = kerbs.middle[near.query(works * scale)[1]].round(6).tolist()
    return CityPlan(
        depot=Spot(lon=lon, lat=lat, name="Автобаза"), landfills=tuple(dumps[:landfills]), sites=tuple(found)
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Kerbs:
    """Middles of segments that the truck can get to and back from, whichever way it comes."""

    segment: Ints  # (K)
    middle: Floats  # (K, 2) lon and lat


def _kerbs(search: StreetSearch, truck: VehicleProfile) -> _Kerbs:
    network, served = search.network, search.graph(truck).served
    usable = (
        np.isin(network.street_class, STREETS) & served[0::2] & served[1::2] & (network.length_m > SHORTEST_M)
    )
    chosen = np.flatnonzero(usable).astype(np.int32)
    lines = [network.line(int(segment)) for segment in chosen]
    return _Kerbs(
        chosen,
        np.array([(line[(len(line) - 1) // 2] + line[(len(line) - 1) // 2 + 1]) / 2 for line in lines]),
    )


def _reached(search: StreetSearch, truck: VehicleProfile, places: Points, scale: Floats) -> Points:
    """The mapped places that the truck can serve; those that stand together are one site."""
    kept: list[Points] = []
    for place, obstacle in zip(places, search.obstacles(places, truck), strict=True):
        if obstacle is None and all(np.hypot(*((place - each) * scale)) > SAME_M for each in kept):
            kept.append(place)
    return np.array(kept).reshape(-1, 2)


def _spread(
    kerbs: _Kerbs, people: Floats, taken: Points, scale: Floats, count: int, rng: random.Random
) -> list[int]:
    """Where people live, more often where many do, and never close to another site while there is room."""
    # Efraimidis and Spirakis, 2006: the largest random()^(1/weight) are a weighted sample
    keys = [(math.log(rng.random()) / weight, index) for index, weight in enumerate(people) if weight > 0]
    order = [index for _key, index in sorted(keys, reverse=True)]
    metres = kerbs.middle * scale
    stand = taken.tolist()
    chosen: list[int] = []
    left_over = []
    for index in order:
        if len(chosen) == count:
            break
        if stand and np.hypot(*(np.array(stand) - metres[index]).T).min() < APART_M:
            left_over.append(index)
            continue
        chosen.append(index)
        stand.append(metres[index].tolist())
    return chosen + left_over[: count - len(chosen)]


def _amounts(
    places: Points, mapped: Mapped | None, scale: Floats, rng: random.Random
) -> list[tuple[int, float]]:
    """Containers and m³ a day of each site: by the people whose nearest site it is, else by chance."""
    if mapped is None or not len(mapped.home):
        counts = [rng.randint(2, 5) for _place in places]
        return [(count, round(count * CONTAINER_M3 * rng.uniform(0.4, 1.0), 2)) for count in counts]
    metres, nearest = cKDTree(places * scale).query(mapped.home * scale)
    close = metres < WALK_M
    people = np.bincount(nearest[close], mapped.people[close], minlength=len(places))
    found = []
    for each in people:
        m3 = max(float(each) * KG_A_HEAD / DENSITY_KG_M3, LEAST_A_SITE * CONTAINER_M3)
        count = min(max(math.ceil(m3 / CONTAINER_M3 / FULL), 1), CONTAINERS_MOST)
        found.append((count, round(min(m3, count * CONTAINER_M3), 2)))
    return found


def _known_landfills(search: StreetSearch, truck: VehicleProfile, mapped: Mapped) -> list[Spot]:
    """Mapped landfills, each at the nearest street that the truck can get to and back from."""
    if not mapped.landfills:
        return []
    kerbs = _kerbs(search, truck)
    scale = np.array([math.cos(math.radians(mapped.landfills[0][2])), 1.0]) * PER_DEGREE_M
    near = cKDTree(kerbs.middle * scale)
    found = []
    for name, lon, lat in mapped.landfills:
        at = kerbs.middle[near.query(np.array([lon, lat]) * scale)[1]]
        found.append(Spot(lon=round(float(at[0]), 6), lat=round(float(at[1]), 6), name=name, mapped=True))
    return found
