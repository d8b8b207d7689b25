"""Ids of segments outlive edits: what changes elsewhere, or does not change the piece, changes no id."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.streets.building import build
from backend.streets.ids import ID_BITS, segment_ids
from backend.streets.network import StreetClass, StreetName
from backend.streets.source import OPEN, Direction, Source, Traits, Way

DRIVE = Direction(OPEN, 40.0, 1)
PLAIN = Traits(street_class=StreetClass.RESIDENTIAL, forward=DRIVE, backward=DRIVE, width_m=6.0)
OTHER = replace(PLAIN, name=StreetName("улица Абая"))
SIDE = 5


def town() -> Source:
    """A grid of five by five crossings, streets drawn through; a point between each two crossings."""
    places = {1000 + 100 * x + y: (69.0 + x * 0.002, 54.8 + y * 0.001) for x in range(9) for y in range(9)}
    rows = [tuple(1000 + 100 * x + y for x in range(9)) for y in range(0, 9, 2)]
    columns = [tuple(1000 + 100 * x + y for y in range(9)) for x in range(0, 9, 2)]
    ways = [Way(number, nodes, PLAIN) for number, nodes in enumerate([*rows, *columns], start=1)]
    return Source(namespace="test", ways=ways, places=places)


def ids_by_ends(source: Source) -> dict[tuple[int, int], set[int]]:
    """The ids between each two nodes."""
    built = build(source)
    found: dict[tuple[int, int], set[int]] = {}
    network = built.network
    for number, key in enumerate(network.segment_id.tolist()):
        ends = built.node_ids[network.from_node[number]], built.node_ids[network.to_node[number]]
        found.setdefault((int(ends[0]), int(ends[1])), set()).add(key)
    return found


def test_ids_are_above_zero_exact_in_json_and_different() -> None:
    """53 bits."""
    ids = build(town()).network.segment_id.tolist()
    assert len(ids) == len(set(ids))
    assert all(0 < key < 2**ID_BITS for key in ids)


@given(way=st.integers(0, 9), at=st.integers(1, 7))
def test_a_way_cut_in_two_changes_nothing(way: int, at: int) -> None:
    """The most frequent edit: a tag that means nothing here begins in the middle of a street."""
    source = town()
    ways = list(source.ways)
    old = ways[way]
    ways[way : way + 1] = [Way(old.id, old.nodes[: at + 1], PLAIN), Way(99, old.nodes[at:], PLAIN)]
    assert ids_by_ends(source) == ids_by_ends(replace(source, ways=ways))


@given(way=st.integers(0, 9), order=st.permutations(range(10)))
def test_turned_and_reordered_ways_change_nothing(way: int, order: list[int]) -> None:
    """A file may list them as it likes."""
    source = town()
    ways = [source.ways[number] for number in order]
    ways[way] = replace(ways[way], nodes=ways[way].nodes[::-1])
    assert ids_by_ends(source) == ids_by_ends(replace(source, ways=ways))


@given(node=st.sampled_from(sorted(town().places)), east=st.floats(-3e-4, 3e-4), north=st.floats(-3e-4, 3e-4))
def test_moved_nodes_and_refined_lines_change_nothing(node: int, east: float, north: float) -> None:
    """The piece is the same, drawn better."""
    source = town()
    lon, lat = source.places[node]
    moved = replace(source, places={**source.places, node: (lon + east, lat + north), 77: (lon, lat + 1e-5)})
    row = source.ways[0]
    refined = [replace(row, nodes=(*row.nodes[:2], 77, *row.nodes[2:])), *source.ways[1:]]
    assert ids_by_ends(source) == ids_by_ends(replace(moved, ways=refined))


@settings(max_examples=60)
@given(x=st.sampled_from(range(1, 8, 2)), y=st.sampled_from(range(0, 9, 2)), dead_end=st.booleans())
def test_a_new_street_changes_only_the_piece_that_it_meets(x: int, y: int, dead_end: bool) -> None:
    """That one becomes two; a dead end elsewhere is one more."""
    source = town()
    middle, end = 1000 + 100 * x + y, 5000
    places = {**source.places, end: (69.001, 54.9)}
    new = Way(50, (middle, end) if not dead_end else (1000 + 100 * (x - 1) + y, end), PLAIN)
    before = ids_by_ends(source)
    after = ids_by_ends(replace(source, ways=[*source.ways, new], places=places))
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    corner = (x - 1 in (0, 8)) and y in (0, 8)  # no junction before: the street's bend there becomes one
    if not (dead_end and corner):
        assert (0, 1) == (len(gone), len(come)) if dead_end else (1, 3) == (len(gone), len(come))
    assert all(before[ends] == after[ends] for ends in before.keys() & after.keys())


@given(way=st.integers(0, 9))
def test_a_changed_name_along_a_street_changes_no_id(way: int) -> None:
    """Who renames a street renames no piece."""
    source = town()
    ways = [replace(each, traits=OTHER) if number == way else each for number, each in enumerate(source.ways)]
    before, after = ids_by_ends(source), ids_by_ends(replace(source, ways=ways))
    assert all(before[ends] == after[ends] for ends in before.keys() & after.keys())


def test_a_new_line_between_the_same_ends_leaves_the_old_one_its_id() -> None:
    """A lay-by beside a street, in either order; and each lay-by keeps its own."""
    straight, bay, later = [1, 2], [1, 900, 2], [1, 950, 951, 2]
    [alone] = segment_ids("test", [straight])
    first, second, third = segment_ids("test", [later, straight, bay])
    assert alone == second
    assert [second, third] == segment_ids("test", [straight, bay])
    assert [third] != [first]


def test_another_source_has_other_ids() -> None:
    """The invented city and a real one never mean the same piece."""
    assert segment_ids("osm", [[1, 2]]) != segment_ids("invented", [[1, 2]])
