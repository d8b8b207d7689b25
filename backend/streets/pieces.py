"""From ways to pieces between junctions: cut where ways meet, joined again where nothing changes. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise

from backend.streets.source import Source, Traits
from shared.geometry import Point, distance_m

SIGNAL_REACH_M = 30.0  # a light this close before a junction is that junction's
Places = Mapping[int, tuple[float, float]]


@dataclass(slots=True)
class Piece:
    """A line between two nodes, and the ways that its ends belong to."""

    nodes: list[int]
    traits: Traits
    first_way: int
    last_way: int

    def turn(self) -> None:
        """Draw it the other way round."""
        self.nodes.reverse()
        self.traits = self.traits.turned()
        self.first_way, self.last_way = self.last_way, self.first_way

    @property
    def is_backwards(self) -> bool:
        """Whether it runs from its larger end to its smaller one; a loop looks at its next nodes."""
        first, last = (0, -1) if self.nodes[0] != self.nodes[-1] else (1, -2)
        return self.nodes[first] > self.nodes[last]


def cut_and_join(source: Source) -> tuple[list[Piece], set[int], dict[int, tuple[float, float]]]:
    """The pieces of a source, the nodes with a traffic light, and the places of all nodes.

    Each piece is drawn from its smaller end. The end of a way is no junction: where one way goes on as another with the
    same traits, and nothing else meets them, they are one piece; so a way that a mapper cuts in two for a tag that means
    nothing here changes no piece. A barrier is an end on each of its sides.
    """
    places = dict(source.places)
    runs = [(way, run) for way in source.ways for run in _runs(way.nodes, source.barriers, places)]
    uses = Counter(node for _way, run in runs for node in run)
    uses.update(
        node for _way, run in runs for node in (run[0], run[-1])
    )  # so that an end is one, used once or not
    pieces = [
        Piece(nodes, way.traits, way.id, way.id)
        for way, run in runs
        for nodes in _cut(run, [number for number, node in enumerate(run) if uses[node] > 1])
    ]
    pieces = _joined(pieces, keep={sign.via for sign in source.turn_signs})
    pieces, signals = _with_signals(pieces, source.signals, places)
    for piece in pieces:
        if piece.is_backwards:
            piece.turn()
    return _without_doubles(pieces), signals, places


def _runs(
    nodes: tuple[int, ...], barriers: frozenset[int], places: dict[int, tuple[float, float]]
) -> Iterator[list[int]]:
    """A way without repeated and unknown nodes; it breaks at unknown ones and at barriers."""
    run: list[int] = []
    for node in nodes:
        if node not in places:
            if len(run) > 1:
                yield run
            run = []
        elif run and run[-1] == node:
            continue
        elif node in barriers:
            if run:
                yield [*run, _side(node, run[-1], places)]
            run = [node]
        elif run and run[-1] in barriers:
            run = [_side(run[-1], node, places), node]
        else:
            run.append(node)
    if len(run) > 1:
        yield run


def _side(barrier: int, beside: int, places: dict[int, tuple[float, float]]) -> int:
    """The node on one side of a barrier: nobody else's, the same in every import, below 0 unlike any of the source's."""
    digest = blake2b(f"{barrier} {beside}".encode(), digest_size=8).digest()
    node = -1 - (int.from_bytes(digest, "big") >> 2)
    places[node] = places[barrier]
    return node


def _cut(run: list[int], at: list[int]) -> Iterator[list[int]]:
    for start, end in pairwise(at):
        yield run[start : end + 1]


def _joined(pieces: list[Piece], keep: set[int]) -> list[Piece]:
    """Pieces that meet end to end, with nothing else there and the same traits, as one."""
    alive = dict(enumerate(pieces))
    at: dict[int, list[int]] = defaultdict(list)
    for number, piece in alive.items():
        at[piece.nodes[0]].append(number)
        at[piece.nodes[-1]].append(number)
    for node in sorted(at):
        numbers = at[node]
        if len(numbers) != 2 or node in keep or numbers[0] == numbers[1]:
            continue
        first, second = (alive[number] for number in numbers)
        if first.nodes[-1] != node:
            first.turn()
        if second.nodes[0] != node:
            second.turn()
        if first.traits != second.traits:
            continue
        first.nodes += second.nodes[1:]
        first.last_way = second.last_way
        del alive[numbers[1]]
        far = at[second.nodes[-1]]
        far[far.index(numbers[1])] = numbers[0]
    return list(alive.values())


def _with_signals(
    pieces: list[Piece], signals: frozenset[int], places: Places
) -> tuple[list[Piece], set[int]]:
    """The nodes with a light: the junction that it guards, or where it stands between junctions, cut there."""
    meet = Counter(node for piece in pieces for node in (piece.nodes[0], piece.nodes[-1]))
    lit = {node for node in signals if node in meet}
    cut: list[Piece] = []
    for piece in pieces:
        at = [0]
        for number in range(1, len(piece.nodes) - 1):
            if piece.nodes[number] in signals:
                junction = _guarded(piece.nodes, number, meet, places)
                if junction is None:
                    at.append(number)
                    junction = piece.nodes[number]
                lit.add(junction)
        cut += (
            [piece]
            if len(at) == 1
            else [
                Piece(nodes, piece.traits, piece.first_way, piece.last_way)
                for nodes in _cut(piece.nodes, [*at, len(piece.nodes) - 1])
            ]
        )
    return cut, lit


def _guarded(nodes: list[int], number: int, meet: Mapping[int, int], places: Places) -> int | None:
    """The nearer end of a line, if it is a junction within reach of the light on it."""
    ways = (
        (_length_m(nodes[: number + 1], places), nodes[0]),
        (_length_m(nodes[number:], places), nodes[-1]),
    )
    near_m, end = min(ways)
    return end if near_m <= SIGNAL_REACH_M and meet[end] > 2 else None


def _length_m(nodes: list[int], places: Places) -> float:
    points = [Point(lat=places[node][1], lon=places[node][0]) for node in nodes]
    return sum(distance_m(start, end) for start, end in pairwise(points))


def _without_doubles(pieces: list[Piece]) -> list[Piece]:
    """A street that was drawn twice through the same nodes, once: the greater one."""
    best: dict[tuple[int, ...], Piece] = {}
    for piece in pieces:
        key = tuple(piece.nodes)
        if key not in best or piece.traits.street_class < best[key].traits.street_class:
            best[key] = piece
    return list(best.values())
