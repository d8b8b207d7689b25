"""What the tags of an OpenStreetMap way mean for vehicles: class, who may drive which way, speed, lanes, limits. Pure.

Sources: wiki.openstreetmap.org Key:access, Key:oneway, Key:maxspeed, OSM tags for routing; defaults for Kazakhstan and Russia.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from backend.streets.network import Access, StreetClass, StreetName
from backend.streets.osm.values import lane_count, length_m, speed_kmh, weight_t
from backend.streets.source import CLOSED, Direction, Traits

Tags = Mapping[str, str]

CLASS_OF = {
    **{name.lower(): StreetClass[name] for name in StreetClass.__members__},
    "motorway_link": StreetClass.MOTORWAY,
    "trunk_link": StreetClass.TRUNK,
    "primary_link": StreetClass.PRIMARY,
    "secondary_link": StreetClass.SECONDARY,
    "tertiary_link": StreetClass.TERTIARY,
    "road": StreetClass.UNCLASSIFIED,
}
SPEED_KMH = {  # of a class without a tag, within a town of Kazakhstan or Russia
    StreetClass.MOTORWAY: 110.0,
    StreetClass.TRUNK: 90.0,
    StreetClass.PRIMARY: 60.0,
    StreetClass.SECONDARY: 60.0,
    StreetClass.TERTIARY: 50.0,
    StreetClass.UNCLASSIFIED: 50.0,
    StreetClass.RESIDENTIAL: 40.0,
    StreetClass.LIVING_STREET: 20.0,
    StreetClass.SERVICE: 15.0,
    StreetClass.TRACK: 15.0,
    StreetClass.PEDESTRIAN: 5.0,
}
LINK_SPEED_KMH = 40.0
NAME_MOST = 255
SPEED_KEYS = ("maxspeed", "maxspeed:type", "source:maxspeed", "zone:traffic", "zone:maxspeed")
WIDTH_OF_LANE_M = {
    StreetClass.MOTORWAY: 3.75,
    StreetClass.TRUNK: 3.75,
    StreetClass.PRIMARY: 3.5,
    StreetClass.SECONDARY: 3.5,
}
NARROW_LANE_M, LEAST_WIDTH_M, WIDEST_M = 3.0, 2.5, 60.0

REFUSED = frozenset(
    [
        "no",
        "agricultural",
        "forestry",
        "agricultural;forestry",
        "forestry;agricultural",
        "emergency",
        "military",
        "bus",
        "psv",
        "taxi",
        "permit",
        "bicycle",
        "foot",
        "hov",
        "no_through",
        "use_sidepath",
    ]
)
TO_GET_THERE = frozenset(
    ["private", "destination", "customers", "delivery", "residents", "employees", "permissive;destination"]
)
GENERAL, CARS, TRUCKS = ("access", "vehicle", "motor_vehicle"), ("motorcar",), ("goods", "hgv")
VEHICLES = {Access.CAR: (*GENERAL, *CARS), Access.TRUCK: (*GENERAL, *TRUCKS)}  # the later key says more
DEFAULT_ACCESS = {
    StreetClass.PEDESTRIAN: "no",
    StreetClass.LIVING_STREET: "destination",  # no through traffic in Kazakhstan, Russia, Belarus
}
BLOCKING = frozenset(
    [
        "bollard",
        "block",
        "jersey_barrier",
        "chain",
        "cycle_barrier",
        "motorcycle_barrier",
        "debris",
        "kissing_gate",
        "stile",
        "turnstile",
        "log",
        "fence",
        "wall",
        "planter",
        "rope",
        "full-height_turnstile",
        "bump_gate",
        "horse_stile",
    ]
)
BACK, BOTH, FORTH = -1, 0, 1
ONE_WAY = {
    **dict.fromkeys(("yes", "true", "1"), FORTH),
    **dict.fromkeys(("-1", "reverse"), BACK),
    **dict.fromkeys(("no", "false", "0"), BOTH),
}
NEITHER = frozenset({"reversible", "alternating"})  # by the hour: nobody knows here
KAZAKH_LETTERS = frozenset("әғқңөұүһіӘҒҚҢӨҰҮҺІ")


def traits_of(tags: Tags) -> Traits | None:
    """The traits of a way that is a street for vehicles or could be one; None for any other way."""
    street_class = CLASS_OF.get(tags.get("highway", ""))
    if street_class is None or tags.get("area") == "yes":
        return None
    directions = {way: _access(tags, street_class, way) for way in (FORTH, BACK)}
    lanes = _lanes(tags, street_class, directions)
    return Traits(
        street_class=street_class,
        name=_name(tags),
        forward=Direction(directions[FORTH], _speed_kmh(tags, street_class, "forward"), lanes[FORTH]),
        backward=Direction(directions[BACK], _speed_kmh(tags, street_class, "backward"), lanes[BACK]),
        max_weight_t=_limit(
            tags, ("maxweight", "maxweightrating", "maxweight:hgv", "maxweightrating:hgv"), weight_t
        ),
        max_height_m=_limit(tags, ("maxheight", "maxheight:physical"), length_m),
        width_m=_width_m(tags, street_class, sum(lanes.values())),
    )


def blocks_vehicles(tags: Tags) -> bool:
    """Whether no vehicle passes a node with these tags."""
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    for key in reversed((*GENERAL, *TRUCKS)):
        if key in tags:
            return tags[key] in REFUSED
    return barrier in BLOCKING


def _access(tags: Tags, street_class: StreetClass, way: int) -> Access:
    if tags.get("service") == "emergency_access":
        return CLOSED
    found, only_there = CLOSED, False
    for vehicle, keys in VEHICLES.items():
        value = _most_special(tags, keys, "forward" if way == FORTH else "backward")
        if value is None:
            value = DEFAULT_ACCESS.get(street_class, "yes")
        if value in REFUSED or not _goes(tags, street_class, keys, way):
            continue
        found |= vehicle
        only_there |= value in TO_GET_THERE
    return found | Access.DESTINATION_ONLY if found and only_there else found


def _most_special(tags: Tags, keys: tuple[str, ...], direction: str) -> str | None:
    for key in reversed(keys):
        for name in (f"{key}:{direction}", key):
            if name in tags:
                return tags[name]
    return None


def _goes(tags: Tags, street_class: StreetClass, keys: tuple[str, ...], way: int) -> bool:
    """Whether the one-way signs let these vehicles drive that way."""
    value = next(
        (tags[name] for key in reversed(keys) if (name := f"oneway:{key}") in tags), tags.get("oneway")
    )
    if value in NEITHER:
        return False
    allowed = ONE_WAY.get(value or "")
    if allowed is None:
        roundabout = tags.get("junction") in ("roundabout", "circular")
        implied = (
            roundabout or tags.get("highway") in ("motorway", "motorway_link") or tags.get("oneway") == "yes"
        )
        allowed = FORTH if implied else BOTH
    return allowed in (BOTH, way)


def _speed_kmh(tags: Tags, street_class: StreetClass, direction: str) -> float:
    for key in (f"maxspeed:{direction}", *SPEED_KEYS):
        value = speed_kmh(tags[key]) if key in tags else None
        if value is not None:
            return value
    usual = SPEED_KMH[street_class]
    return min(usual, LINK_SPEED_KMH) if tags["highway"].endswith("_link") else usual


def _lanes(tags: Tags, street_class: StreetClass, directions: dict[int, Access]) -> dict[int, int]:
    """Lanes of each direction, 0 where nobody may drive."""
    open_ways = [way for way, access in directions.items() if access]
    total = lane_count(tags.get("lanes", ""))
    lanes = {}
    for way, other in ((FORTH, BACK), (BACK, FORTH)):
        own = lane_count(tags.get("lanes:forward" if way == FORTH else "lanes:backward", ""))
        opposite = lane_count(tags.get("lanes:forward" if other == FORTH else "lanes:backward", ""))
        if way not in open_ways:
            lanes[way] = 0
        elif own is not None:
            lanes[way] = own
        elif total is not None and len(open_ways) == 1:
            lanes[way] = total
        elif total is not None:
            lanes[way] = max(total - opposite if opposite is not None else (total + (way == FORTH)) // 2, 1)
        else:
            lanes[way] = (
                2 if street_class is StreetClass.MOTORWAY and not tags["highway"].endswith("_link") else 1
            )
    return lanes


def _width_m(tags: Tags, street_class: StreetClass, lanes: int) -> float:
    for key in ("width:carriageway", "width", "est_width"):
        tagged = length_m(tags[key]) if key in tags else None
        if tagged is not None and LEAST_WIDTH_M / 2 <= tagged <= WIDEST_M:
            return tagged
    return max(max(lanes, 1) * WIDTH_OF_LANE_M.get(street_class, NARROW_LANE_M), LEAST_WIDTH_M)


def _limit(tags: Tags, keys: tuple[str, ...], read: Callable[[str], float | None]) -> float:
    found = [value for key in keys if key in tags and (value := read(tags[key])) is not None]
    return min(found, default=math.inf)


def _name(tags: Tags) -> StreetName:
    """The name in three languages; a name without a language is Kazakh where its letters are, else it stands for Russian."""
    plain, kk = tags.get("name", ""), tags.get("name:kk", "")
    is_kazakh = bool(KAZAKH_LETTERS & set(plain)) or plain == kk != ""
    ru = tags.get("name:ru") or ("" if is_kazakh else plain)
    kk = kk or (plain if is_kazakh else "")
    return StreetName(*map(_tidy, (ru or kk or plain, kk, tags.get("name:en", ""))))


def _tidy(text: str) -> str:
    return "".join(each for each in " ".join(text.split()) if each.isprintable())[:NAME_MOST]
