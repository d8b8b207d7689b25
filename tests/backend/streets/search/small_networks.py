"""Small networks drawn by hand or by chance, with straight streets on a grid of metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from backend.streets.network import NO_NAME, Access, Network, StreetClass, StreetName
from backend.streets.search.plane import plane_of
from shared.geometry import EARTH_RADIUS_M

LAT, LON = 54.87, 69.15
BOTH = Access.CAR | Access.TRUCK


@dataclass(frozen=True, slots=True)
class Street:
    """One segment: from node to node, straight unless ``by`` names points between."""

    start: int
    end: int
    there: Access = BOTH
    back: Access = BOTH
    kmh: float = 36.0
    name: str = ""
    street_class: StreetClass = StreetClass.RESIDENTIAL
    max_weight_t: float = np.inf
    max_height_m: float = np.inf
    width_m: float = 6.0
    by: tuple[tuple[float, float], ...] = ()


def network(
    nodes: Sequence[tuple[float, float]],
    streets: Sequence[Street],
    *,
    bans: Sequence[tuple[int, int]] = (),
    signals: Sequence[int] = (),
) -> Network:
    """A network of nodes given in metres east and north of the middle of Petropavl."""
    points = [[nodes[street.start], *street.by, nodes[street.end]] for street in streets]
    drawn = np.array([point for line in points for point in line], dtype=float).reshape(-1, 2)
    names = sorted({street.name for street in streets} - {""})
    lon, lat = degrees(np.array([x for x, _ in nodes]), np.array([y for _, y in nodes]))
    point_lon, point_lat = degrees(drawn[:, 0], drawn[:, 1])
    length_m = [
        max(
            1.0,
            round(sum(float(np.hypot(*np.subtract(a, b))) for a, b in pairwise(line)), 1),
        )
        for line in points
    ]
    return Network(
        node_lon=lon,
        node_lat=lat,
        node_signal=np.isin(np.arange(len(nodes)), signals),
        segment_id=np.arange(1, len(streets) + 1, dtype=np.int64),
        from_node=np.array([street.start for street in streets], dtype=np.int32),
        to_node=np.array([street.end for street in streets], dtype=np.int32),
        length_m=np.array(length_m, dtype=float),
        line_start=np.cumsum([0, *map(len, points)], dtype=np.int32),
        point_lon=point_lon,
        point_lat=point_lat,
        street_class=np.array([street.street_class for street in streets], dtype=np.uint8),
        name_index=np.array(
            [names.index(street.name) if street.name else NO_NAME for street in streets], dtype=np.int32
        ),
        names=tuple(StreetName(ru=name) for name in names),
        access=np.array([flag for street in streets for flag in (street.there, street.back)], dtype=np.uint8),
        speed_kmh=np.repeat(np.array([street.kmh for street in streets], dtype=float), 2),
        lanes=np.ones(2 * len(streets), dtype=np.uint8),
        max_weight_t=np.array([street.max_weight_t for street in streets], dtype=float),
        max_height_m=np.array([street.max_height_m for street in streets], dtype=float),
        width_m=np.array([street.width_m for street in streets], dtype=float),
        banned_turns=np.array(bans, dtype=np.int32).reshape(-1, 2),
    )


def degrees(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of metres east and north of the middle."""
    scale = np.degrees(1 / EARTH_RADIUS_M)
    return LON + x * scale / np.cos(np.radians(LAT)), LAT + y * scale


def grid(columns: int, rows: int, side_m: float = 100.0) -> Network:
    """A plain grid; node ``row * columns + column``, first all streets to the east, then all to the north."""
    nodes = [(column * side_m, row * side_m) for row in range(rows) for column in range(columns)]
    east = [Street(i, i + 1) for i in range(len(nodes)) if i % columns < columns - 1]
    north = [Street(i, i + columns) for i in range(len(nodes) - columns)]
    return network(nodes, [*east, *north])


def metres(made: Network) -> tuple[np.ndarray, np.ndarray]:
    """The nodes in metres, as the plane of the network has them."""
    return plane_of(made).project(made.node_lon, made.node_lat)


ACCESSES = st.sampled_from([BOTH, BOTH, BOTH, Access.CAR, BOTH | Access.DESTINATION_ONLY, Access(0)])


@st.composite
def networks(draw: st.DrawFn, nodes_most: int = 9) -> Network:
    """Any network: one-ways, loops, parallel streets, dead ends, islands, bans, signals, streets for residents only."""
    count = draw(st.integers(1, nodes_most))
    place = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (at[0] * 50.0, at[1] * 50.0))
    nodes = draw(st.lists(place, min_size=count, max_size=count, unique=True))
    node = st.integers(0, count - 1)
    street = st.builds(
        Street, node, node, there=ACCESSES, back=ACCESSES, kmh=st.sampled_from([18.0, 36.0, 50.0]),
        max_weight_t=st.sampled_from([np.inf, np.inf, 10.0]),
    )  # fmt: skip
    streets = draw(st.lists(street, min_size=1, max_size=2 * nodes_most))
    plain = network(nodes, streets)
    heads = np.column_stack((plain.to_node, plain.from_node)).ravel()
    tails = np.column_stack((plain.from_node, plain.to_node)).ravel()
    turns = [(a, b) for a in range(len(heads)) for b in range(len(heads)) if heads[a] == tails[b]]
    bans = draw(st.lists(st.sampled_from(turns), max_size=4, unique=True)) if turns else []
    return network(nodes, streets, bans=bans, signals=draw(st.lists(node, max_size=2, unique=True)))
