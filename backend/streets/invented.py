"""A network that needs no file: an invented Petropavl, grids along the Ishim, with the city's own street names. Pure.

Invented, and it says so: where the streets lie, which are one-way, what bridges carry and where lights stand is made up
round the places of the demo city (the crossing of Zhambyl and Buketov is about where it is). It holds on purpose what a
planner must get right: a bridge for light vehicles beside one for all, a street closed to trucks, a pair of one-way
streets, a pedestrian street, yards that nobody may cross, a low underpass, lights, banned turns, a road that leads nowhere.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from backend.streets import invented_names as known
from backend.streets.building import Built, build
from backend.streets.network import Access, StreetClass, StreetName
from backend.streets.source import CLOSED, NAMELESS, OPEN, Direction, Source, Traits, TurnSign, Way
from shared.geometry import EARTH_RADIUS_M

ATTRIBUTION = "Invented streets of a demo city, with real names of Petropavl"
CENTRE_LAT, CENTRE_LON = 54.8675, 69.1396  # the crossing of Zhambyl and Buketov
HEADING = math.radians(47.3)  # Zhambyl's, from north to east
M_PER_LAT = math.radians(EARTH_RADIUS_M)
M_PER_LON = M_PER_LAT * math.cos(math.radians(CENTRE_LAT))
PARK = (-1010, -300, -1195, -265)  # north-east from, to; north-west from, to: no street crosses it
YARD = Access.CAR | Access.TRUCK | Access.DESTINATION_ONLY
SPEED_KMH = {
    StreetClass.TRUNK: 90,
    StreetClass.PRIMARY: 60,
    StreetClass.SECONDARY: 60,
    StreetClass.TERTIARY: 50,
    StreetClass.UNCLASSIFIED: 50,
    StreetClass.RESIDENTIAL: 40,
    StreetClass.SERVICE: 15,
    StreetClass.TRACK: 15,
    StreetClass.PEDESTRIAN: 5,
}
Metres = tuple[float, float]  # east, north of the middle


def invented_city() -> Built:
    """The demo city's network; the same every time."""
    return build(invented_source())


def invented_source() -> Source:
    """What the invented city is built from."""
    plan = _Plan()
    _centre(plan)
    _north(plan)
    _bereke(plan)
    _roads_between(plan)
    _signs(plan)
    return Source(
        namespace="invented",
        ways=plan.ways,
        places=plan.places,
        signals=frozenset(plan.signals),
        turn_signs=plan.turn_signs,
    )


class _Plan:
    """A drawing in metres; a node's id comes from its place, a way's from its two nodes."""

    def __init__(self) -> None:
        self.places: dict[int, tuple[float, float]] = {}
        self.ways: list[Way] = []
        self.signals: set[int] = set()
        self.turn_signs: list[TurnSign] = []

    def node(self, at: Metres) -> int:
        """The node at a place, to a metre."""
        east, north = round(at[0]), round(at[1])
        node = (east + 50_000) * 100_000 + north + 50_000
        self.places[node] = (CENTRE_LON + east / M_PER_LON, CENTRE_LAT + north / M_PER_LAT)
        return node

    def street(self, points: Sequence[Metres], traits: Traits) -> None:
        """A street along points, one way from each to the next."""
        for start, end in pairwise(self.node(point) for point in points):
            self.ways.append(Way(len(self.ways) + 1, (start, end), traits))

    def sign(self, start: Metres, via: Metres, end: Metres, *, only: bool = False) -> None:
        """A turn that is banned, or the only one allowed; ``start`` and ``end`` lie somewhere along the two streets."""
        self.turn_signs.append(
            TurnSign(self._towards(via, start), self.node(via), self._towards(via, end), only)
        )

    def _towards(self, via: Metres, far: Metres) -> int:
        """The way at a node that leads towards a place."""
        node = self.node(via)
        ends = {way.id: way.nodes[1 - way.nodes.index(node)] for way in self.ways if node in way.nodes}
        wanted = math.atan2(far[1] - via[1], far[0] - via[0])

        def turn(way: int) -> float:
            lon, lat = self.places[ends[way]]
            east, north = (lon - CENTRE_LON) * M_PER_LON - via[0], (lat - CENTRE_LAT) * M_PER_LAT - via[1]
            return -math.cos(math.atan2(north, east) - wanted)

        return min(ends, key=turn)


def _traits(
    street_class: StreetClass,
    name: StreetName = NAMELESS,
    *,
    access: Access = OPEN,
    one_way: bool = False,
    lanes: int = 0,
    max_weight_t: float = math.inf,
    max_height_m: float = math.inf,
) -> Traits:
    lanes = lanes or (
        2 if street_class in (StreetClass.TRUNK, StreetClass.PRIMARY, StreetClass.SECONDARY) else 1
    )
    speed_kmh = float(SPEED_KMH[street_class])
    drive = Direction(access, speed_kmh, lanes if access else 0)
    back = Direction(CLOSED, speed_kmh, 0) if one_way else drive
    lane_m = 3.0 if street_class >= StreetClass.RESIDENTIAL else 3.5
    return Traits(
        street_class=street_class,
        name=name,
        forward=drive,
        backward=back,
        max_weight_t=max_weight_t,
        max_height_m=max_height_m,
        width_m=max(lane_m * (drive.lanes + back.lanes), 4.0),
    )


def _turned(along_m: float, across_m: float) -> Metres:
    """From the centre's own directions (north-east, north-west) to east and north."""
    sin, cos = math.sin(HEADING), math.cos(HEADING)
    return along_m * sin - across_m * cos, along_m * cos + across_m * sin


def _in_park(along_m: float, across_m: float) -> bool:
    return PARK[0] < along_m < PARK[1] and PARK[2] < across_m < PARK[3]


def _centre(plan: _Plan) -> None:
    alongs = [line for line, _class, _name in known.ALONG_CENTRE]
    acrosses = [line for line, _class, _name in known.ACROSS_CENTRE]
    on_along: dict[int, set[float]] = defaultdict(lambda: set(map(float, acrosses)))
    on_across: dict[int, set[float]] = defaultdict(lambda: set(map(float, alongs)))
    for j, (low, high) in enumerate(pairwise(alongs)):
        for i, (west, east) in enumerate(pairwise(acrosses)):
            middle, deep = (west + east) / 2, low + (high - low) * 0.45
            if _in_park(middle, deep) or _in_park(middle, low) or _in_park(east, deep):
                continue
            on_along[low].add(middle)
            yard = [_turned(middle, low), _turned(middle, deep)]
            if (i + j) % 2 == 0:  # goes on to the next street: a short cut that nobody may take
                on_across[east].add(deep)
                yard.append(_turned(east, deep))
            plan.street(yard, _traits(StreetClass.SERVICE, access=YARD))
    for line, street_class, name in known.ALONG_CENTRE:
        places = sorted(on_along[line])
        for run in _runs([(along, float(line)) for along in places]):
            plan.street(run, _traits(street_class, name))
    for line, street_class, name in known.ACROSS_CENTRE:
        places = sorted(on_across[line])
        if line == -510:
            places.reverse()  # one-way towards south-east, its neighbour towards north-west
        for run in _runs([(float(line), across) for across in places]):
            _across(plan, line, street_class, name, run)


def _across(plan: _Plan, line: int, street_class: StreetClass, name: StreetName, run: list[Metres]) -> None:
    if line in (-680, -510):
        plan.street(run, _traits(street_class, name, one_way=True, lanes=2))
    elif line == -165:
        plan.street(run, _traits(street_class, name, access=Access.CAR))
    elif line == -337:
        first, last = run.index(_turned(line, -230.0)), run.index(_turned(line, 532.0))
        plan.street(run[: first + 1], _traits(street_class, name))
        plan.street(run[first : last + 1], _traits(StreetClass.PEDESTRIAN, name, access=CLOSED))
        plan.street(run[last:], _traits(street_class, name))
    elif line == 470:  # under the railway
        plan.street(run[:2], _traits(street_class, name, max_height_m=3.5))
        plan.street(run[1:], _traits(street_class, name))
    else:
        plan.street(run, _traits(street_class, name))


def _runs(places: Iterable[Metres]) -> Iterable[list[Metres]]:
    """Places along a street of the centre as east and north; it breaks where the park is."""
    run: list[Metres] = []
    for along, across in places:
        if _in_park(along, across):
            if len(run) > 1:
                yield run
            run = []
        else:
            run.append(_turned(along, across))
    if len(run) > 1:
        yield run


def _bent(east: float, north: float) -> Metres:
    """Nazarbayev runs a little to the east of north."""
    return (358 + (north - 2057) * 0.072, north) if east == known.NAZARBAYEV_NORTH else (east, north)


def _grid(
    plan: _Plan, along: tuple[known.Line, ...], across: tuple[known.Line, ...], norths: Sequence[float]
) -> None:
    easts = [float(east) for east, _class, _name in across]
    for north, street_class, name in along:
        plan.street([_bent(east, float(north)) for east in easts], _traits(street_class, name))
    for east, street_class, name in across:
        plan.street([_bent(float(east), north) for north in norths], _traits(street_class, name))


def _north(plan: _Plan) -> None:
    _grid(
        plan,
        known.ALONG_NORTH,
        known.ACROSS_NORTH,
        [float(line) for line, _class, _name in known.ALONG_NORTH],
    )


def _auezov(east: float) -> Metres:
    return east, 1380 - max(east - 3000, 0) * 0.038


def _bereke(plan: _Plan) -> None:
    _grid(
        plan,
        known.ALONG_BEREKE,
        known.ACROSS_BEREKE,
        [float(line) for line, _class, _name in known.ALONG_BEREKE],
    )
    for east, street_class, name in known.ACROSS_BEREKE:
        plan.street([(east, 960), _auezov(east)], _traits(street_class, name))


def _roads_between(plan: _Plan) -> None:
    secondary, tertiary, trunk = StreetClass.SECONDARY, StreetClass.TERTIARY, StreetClass.TRUNK
    garage_turn, behind_old, behind_new = (980, 1290), (-1300, 4000), (-1650, 2000)
    plan.street([_turned(1000, 532), (380, 1560), _bent(390, 2057)], _traits(secondary, known.NAZARBAYEV))
    plan.street([_turned(1000, 0), garage_turn, (900, 2057)], _traits(secondary, known.ZHAMBYL))
    plan.street([garage_turn, (1049, 1279)], _traits(StreetClass.SERVICE, access=YARD))
    auezov = [garage_turn, *(_auezov(east) for east in (1400, 2200, 3000, 3220, 3460, 3800, 4210, 4600))]
    plan.street(auezov, _traits(secondary, known.AUEZOV))
    plan.street([_auezov(1400), (1400, 2057)], _traits(StreetClass.RESIDENTIAL, known.ACROSS_NORTH[-1][2]))
    plan.street([_turned(1000, -1200), (2200, 60), (3000, 640)], _traits(secondary, known.SATPAYEV))
    plan.street([(-186, 3900), (-397, 4369), (-560, 4750)], _traits(tertiary, known.EMBANKMENT))
    plan.street([(1400, 3900), (1500, 4500), (1625, 4948)], _traits(StreetClass.UNCLASSIFIED))
    plan.street([(-600, 3900), (-800, 3905)], _traits(tertiary, known.OLD_BRIDGE, max_weight_t=10.0))
    plan.street([(-800, 3905), behind_old], _traits(tertiary, known.BEHIND_THE_RIVER))
    plan.street([_turned(230, 1040), (-1290, 1560)], _traits(StreetClass.PRIMARY, known.INTERNATIONAL))
    plan.street([(-1290, 1560), behind_new], _traits(StreetClass.PRIMARY, known.NEW_BRIDGE))
    plan.street(
        [behind_new, (-1450, 2900), behind_old, (-2000, 5600), (-3100, 7380)], _traits(trunk, known.BYPASS)
    )
    plan.street([(-3100, 7380), (-3174, 7506)], _traits(StreetClass.SERVICE))
    plan.street([behind_new, (-2100, 1700), (-2600, 1500)], _traits(StreetClass.TRACK))


def _signs(plan: _Plan) -> None:
    for along in (0, 532):
        for across in (-680, -510, 0, 230, 470):
            plan.signals.add(plan.node(_turned(across, along)))
    for north in (2057, 2947):
        plan.signals |= {plan.node(_bent(east, north)) for east in (known.NAZARBAYEV_NORTH, 900)}
    plan.sign(
        _turned(0, 0), _turned(230, 0), _turned(230, 265)
    )  # no left turn off Zhambyl into the main street
    plan.sign(_turned(470, 0), _turned(230, 0), _turned(230, -230))
    plan.sign(_turned(0, 265), _turned(0, 532), _turned(0, 790), only=True)
