"""A network as rows of the database, and which of them lie in a box."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from backend.streets.building import Built, infinite_as_none
from backend.streets.network import Network
from backend.streets.packed import E7
from backend.streets.parts import main_segments
from shared.lines import write_line


def node_rows(built: Built) -> list[dict[str, Any]]:
    """One row a node."""
    network = built.network
    columns = (built.node_ids, network.node_lat, network.node_lon, network.node_signal)
    return [
        {"id": key, "lat": lat, "lon": lon, "signal": signal}
        for key, lat, lon, signal in zip(*(column.tolist() for column in columns), strict=True)
    ]


def segment_rows(built: Built) -> Iterator[dict[str, Any]]:
    """One row a segment."""
    network = built.network
    columns: dict[str, np.ndarray] = {
        "id": network.segment_id,
        "from_node": built.node_ids[network.from_node],
        "to_node": built.node_ids[network.to_node],
        "street_class": network.street_class,
        "length_m": network.length_m,
        "access_forward": network.access[0::2],
        "access_backward": network.access[1::2],
        "speed_forward_kmh": network.speed_kmh[0::2],
        "speed_backward_kmh": network.speed_kmh[1::2],
        "lanes_forward": network.lanes[0::2],
        "lanes_backward": network.lanes[1::2],
        "width_m": network.width_m,
        "islet": ~main_segments(network),
        "west": _of_lines(np.minimum, network.point_lon, network),
        "south": _of_lines(np.minimum, network.point_lat, network),
        "east": _of_lines(np.maximum, network.point_lon, network),
        "north": _of_lines(np.maximum, network.point_lat, network),
    }
    values = zip(*(column.tolist() for column in columns.values()), strict=True)
    lines = lines_in_steps(network, E7)
    weights, heights = network.max_weight_t.tolist(), network.max_height_m.tolist()
    for number, row in enumerate(values):
        name = network.name(number)
        yield {
            **dict(zip(columns, row, strict=True)),
            "name_ru": name.ru,
            "name_kk": name.kk,
            "name_en": name.en,
            "max_weight_t": infinite_as_none(weights[number]),
            "max_height_m": infinite_as_none(heights[number]),
            "line": write_line(lines[number]),
        }


def ban_rows(network: Network) -> list[dict[str, Any]]:
    """One row a banned turn."""
    ids = network.segment_id.tolist()
    return [
        {
            "from_segment": ids[start // 2],
            "from_forward": start % 2 == 0,
            "to_segment": ids[end // 2],
            "to_forward": end % 2 == 0,
        }
        for start, end in network.banned_turns.tolist()
    ]


def lines_in_steps(network: Network, steps_per_degree: int) -> list[list[tuple[int, int]]]:
    """The line of each segment, lon and lat in whole steps."""
    lons = np.rint(network.point_lon * steps_per_degree).astype(np.int64).tolist()
    lats = np.rint(network.point_lat * steps_per_degree).astype(np.int64).tolist()
    points = list(zip(lons, lats, strict=True))
    starts = network.line_start.tolist()
    return [points[start:end] for start, end in pairwise(starts)]


def _of_lines(reduce: np.ufunc, values: np.ndarray, network: Network) -> np.ndarray:
    return reduce.reduceat(values, network.line_start[:-1]) if network.segments else np.zeros(0)
