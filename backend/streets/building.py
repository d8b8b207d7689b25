"""A network out of a source: pieces between junctions become segments with arcs, ids, lengths and bans of turns. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backend.streets.ids import segment_ids
from backend.streets.network import NO_NAME, Floats, Ids, Network, StreetName
from backend.streets.pieces import Piece, cut_and_join
from backend.streets.source import Source, TurnSign
from shared.geometry import EARTH_RADIUS_M


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """A network, the source's own ids of its nodes (N), and what of the source could not be used, counted by name."""

    network: Network
    node_ids: Ids
    skipped: Mapping[str, int]


def build(source: Source) -> Built:
    """The network of a source. Segments are in the order of their ids, nodes in that of theirs."""
    pieces, lit, places = cut_and_join(source)
    ids = segment_ids(source.namespace, [piece.nodes for piece in pieces])
    order = sorted(range(len(pieces)), key=ids.__getitem__)
    pieces = [pieces[number] for number in order]
    nodes = sorted({node for piece in pieces for node in (piece.nodes[0], piece.nodes[-1])})
    number_of = {node: number for number, node in enumerate(nodes)}
    points = np.array([places[node] for piece in pieces for node in piece.nodes], dtype=np.float64).reshape(
        -1, 2
    )
    line_start = np.cumsum([0, *(len(piece.nodes) for piece in pieces)], dtype=np.int32)
    names = sorted({piece.traits.name for piece in pieces} - {StreetName()}, key=_name_key)
    index_of = {name: number for number, name in enumerate(names)} | {StreetName(): NO_NAME}
    traits = [piece.traits for piece in pieces]
    directions = [way for each in traits for way in (each.forward, each.backward)]
    bans, skipped = _bans(source, pieces)
    at = np.array([places[node] for node in nodes], dtype=np.float64).reshape(-1, 2)
    network = Network(
        node_lon=at[:, 0].copy(),
        node_lat=at[:, 1].copy(),
        node_signal=np.array([node in lit for node in nodes], dtype=np.bool_),
        segment_id=np.array([ids[number] for number in order], dtype=np.int64),
        from_node=np.array([number_of[piece.nodes[0]] for piece in pieces], dtype=np.int32),
        to_node=np.array([number_of[piece.nodes[-1]] for piece in pieces], dtype=np.int32),
        length_m=_lengths_m(points, line_start),
        line_start=line_start,
        point_lon=points[:, 0].copy(),
        point_lat=points[:, 1].copy(),
        street_class=np.array([each.street_class for each in traits], dtype=np.uint8),
        name_index=np.array([index_of[each.name] for each in traits], dtype=np.int32),
        names=tuple(names),
        access=np.array([way.access for way in directions], dtype=np.uint8),
        speed_kmh=np.array([way.speed_kmh for way in directions], dtype=np.float64),
        lanes=np.array([way.lanes for way in directions], dtype=np.uint8),
        max_weight_t=np.array([each.max_weight_t for each in traits], dtype=np.float64),
        max_height_m=np.array([each.max_height_m for each in traits], dtype=np.float64),
        width_m=np.array([each.width_m for each in traits], dtype=np.float64),
        banned_turns=bans,
    )
    return Built(network, np.array(nodes, dtype=np.int64), Counter(source.skipped) + skipped)


def _name_key(name: StreetName) -> tuple[str, str, str]:
    return name.ru, name.kk, name.en


def _lengths_m(points: Floats, line_start: np.ndarray) -> Floats:
    """The length of each line by the haversine formula, at least a centimetre."""
    if not len(points):
        return np.zeros(0)
    lon, lat = np.radians(points).T
    half_lat, half_lon = np.diff(lat) / 2, np.diff(lon) / 2
    h = np.sin(half_lat) ** 2 + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(half_lon) ** 2
    steps_m = np.append(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(h)), 0.0)
    steps_m[line_start[1:] - 1] = 0.0  # from the end of one line to the start of the next
    return np.maximum(np.add.reduceat(steps_m, line_start[:-1]), 0.01)


def _bans(source: Source, pieces: list[Piece]) -> tuple[np.ndarray, Counter[str]]:
    """(R, 2) arcs between which no turn is allowed, and how many signs could not be understood."""
    into: dict[int, list[tuple[int, int]]] = defaultdict(list)  # node -> (arc, way) that arrive there
    out_of: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        start, end = piece.nodes[0], piece.nodes[-1]
        if piece.traits.forward.access:
            into[end].append((2 * number, piece.last_way))
            out_of[start].append((2 * number, piece.first_way))
        if piece.traits.backward.access:
            into[start].append((2 * number + 1, piece.first_way))
            out_of[end].append((2 * number + 1, piece.last_way))
    bans: set[tuple[int, int]] = set()
    skipped: Counter[str] = Counter()
    for sign in source.turn_signs:
        found = _banned_by(sign, into[sign.via], out_of[sign.via])
        bans |= found
        if not found:
            skipped["turn signs that fit no turn here"] += 1
    return np.array(sorted(bans), dtype=np.int32).reshape(-1, 2), skipped


def _banned_by(
    sign: TurnSign, into: list[tuple[int, int]], out_of: list[tuple[int, int]]
) -> set[tuple[int, int]]:
    """The turns that a sign bans; none where it is not plain which streets it means."""
    arriving = [arc for arc, way in into if way == sign.from_way]
    leaving = [arc for arc, way in out_of if way == sign.to_way]
    if len(arriving) != 1 or not leaving:
        return set()
    arrives = arriving[0]
    if sign.from_way == sign.to_way:  # no turning round
        leaving = [arc for arc in leaving if arc == arrives ^ 1]
    if len(leaving) != 1:
        return set()
    if sign.only:
        return {(arrives, arc) for arc, _way in out_of if arc != leaving[0]}
    return {(arrives, leaving[0])}


def infinite_as_none(value: float) -> float | None:
    """A limit as it is stored and told: None where nothing is signed."""
    return None if math.isinf(value) else float(value)
