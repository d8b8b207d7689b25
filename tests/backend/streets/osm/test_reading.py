"""An OpenStreetMap file as a network: turns, lights, barriers, edges of the extract; and every bad file in words."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.streets.building import Built, build
from backend.streets.importing import Box, network_of
from backend.streets.osm.reading import BadStreetFile, read_osm
from tests.backend.streets.osm.osm_text import OsmText

CITY = Box(69.0, 54.8, 69.4, 55.0)


def cross() -> OsmText:
    """Two streets that cross at node 202, each of two ways: 1, 2 from west to east, 3, 4 from south to north."""
    osm = OsmText()
    osm.way([201, 202], name="улица Абая")
    osm.way([202, 203], name="улица Абая")
    osm.way([102, 202], name="улица Гоголя")
    osm.way([202, 302], name="улица Гоголя")
    return osm


def built(osm: OsmText, tmp_path: Path) -> Built:
    """The network of a file."""
    return build(read_osm(osm.write(tmp_path / "city.osm")))


def bans(found: Built) -> set[tuple[tuple[int, int], tuple[int, int]]]:
    """Banned turns as ((from node, to node), (from node, to node)) in the file's ids."""
    net, ids = found.network, found.node_ids

    def ends(arc: int) -> tuple[int, int]:
        start, end = int(ids[net.from_node[arc // 2]]), int(ids[net.to_node[arc // 2]])
        return (start, end) if arc % 2 == 0 else (end, start)

    return {(ends(start), ends(end)) for start, end in net.banned_turns.tolist()}


def test_a_no_sign_bans_one_turn(tmp_path: Path) -> None:
    """From one way through the node into the other."""
    osm = cross()
    osm.restriction("no_left_turn", ("from", "way", 1), ("via", "node", 202), ("to", "way", 4))
    assert {((201, 202), (202, 302))} == bans(built(osm, tmp_path))


def test_an_only_sign_bans_all_others(tmp_path: Path) -> None:
    """Also turning round."""
    osm = cross()
    osm.restriction("only_straight_on", ("from", "way", 1), ("via", "node", 202), ("to", "way", 2))
    expected = {((201, 202), (202, end)) for end in (302, 102, 201)}
    assert expected == bans(built(osm, tmp_path))


def test_a_u_turn_sign_bans_turning_round(tmp_path: Path) -> None:
    """On the way itself."""
    osm = cross()
    osm.restriction("no_u_turn", ("from", "way", 1), ("via", "node", 202), ("to", "way", 1))
    assert {((201, 202), (202, 201))} == bans(built(osm, tmp_path))


@pytest.mark.parametrize(
    ("kind", "members", "tags", "what"),
    [
        ("no_left_turn", [("from", "way", 1), ("via", "way", 2), ("to", "way", 4)], {}, "through a way"),
        ("no_left_turn", [("from", "way", 1), ("to", "way", 4)], {}, "missing members"),
        (
            "no_left_turn",
            [("from", "way", 1), ("via", "node", 202), ("to", "way", 4)],
            {"except": "psv;hgv"},
            "except",
        ),
        ("left", [("from", "way", 1), ("via", "node", 202), ("to", "way", 4)], {}, "unknown kind"),
        ("no_left_turn", [("from", "way", 1), ("via", "node", 302), ("to", "way", 4)], {}, "fit no turn"),
    ],
)
def test_what_cannot_be_used_is_counted(
    tmp_path: Path, kind: str, members: list[tuple[str, str, int]], tags: dict[str, str], what: str
) -> None:
    """By name, so that whoever imports knows."""
    osm = cross()
    osm.restriction(kind, *members, **tags)
    found = built(osm, tmp_path)
    assert set() == bans(found)
    assert [1] == [count for name, count in found.skipped.items() if what in name]


def test_a_light_before_a_junction_is_the_junction_s(tmp_path: Path) -> None:
    """Mappers put it at the stop line; one far away cuts the street where it stands."""
    osm = cross()
    osm.ways[0] = osm.ways[0].replace('<nd ref="202"/>', '<nd ref="900"/><nd ref="901"/><nd ref="202"/>')
    osm.nodes |= {900, 901}
    lon, lat = 69.14 + 0.004, 54.87 + 0.002  # of node 202
    osm.places = {900: (lon - 0.001, lat), 901: (lon - 0.0003, lat)}  # 64 m and 19 m before it
    osm.tags = {901: {"highway": "traffic_signals"}}
    found = built(osm, tmp_path)
    assert [202] == found.node_ids[found.network.node_signal].tolist()
    assert 4 == found.network.segments
    osm.tags = {900: {"highway": "crossing", "crossing": "traffic_signals"}}
    found = built(osm, tmp_path)
    assert [900] == found.node_ids[found.network.node_signal].tolist()
    assert 5 == found.network.segments


def test_nobody_drives_through_a_bollard(tmp_path: Path) -> None:
    """The street ends on each of its sides."""
    osm = OsmText()
    osm.way([1, 2, 3])
    assert 1 == built(osm, tmp_path).network.segments
    osm.tags = {2: {"barrier": "bollard"}}
    network = built(osm, tmp_path).network
    assert (2, 4) == (network.segments, network.nodes)


def test_a_street_ends_where_the_extract_ends(tmp_path: Path) -> None:
    """Nodes outside the file are counted."""
    osm = OsmText()
    osm.way([1, 2, 3, 4, 5])
    osm.nodes -= {3}
    found = built(osm, tmp_path)
    assert (2, 1) == (found.network.segments, found.skipped["nodes outside the file"])


def test_a_street_drawn_twice_is_one(tmp_path: Path) -> None:
    """The greater one; a node named twice in a row is one point."""
    osm = OsmText()
    osm.way([1, 2, 2, 3])
    osm.way([1, 2, 3], highway="primary", name="б")
    found = built(osm, tmp_path)
    assert {"б"} == {found.network.name(number).ru for number in range(found.network.segments)}


def test_places_off_the_earth_are_no_places(tmp_path: Path) -> None:
    """Such nodes count as outside the file, or as damage where they are no numbers of degrees at all."""
    osm = OsmText()
    osm.way([1, 2, 3, 4])
    osm.places = {4: (69.1, 95.0)}
    assert 1 == built(osm, tmp_path).skipped["nodes outside the file"]
    osm.places = {4: (1000.0, 54.0)}
    with pytest.raises(BadStreetFile, match="damaged"):
        built(osm, tmp_path)


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "city.osm": bytes,
    "city.osm.gz": gzip.compress,
    "city.osm.bz2": bz2.compress,
    "misnamed.pbf": gzip.compress,
}


@pytest.mark.parametrize("name", PACKERS)
def test_a_file_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    """Whatever it is called."""
    path = tmp_path / name
    path.write_bytes(PACKERS[name](cross().text.encode()))
    assert 4 == build(read_osm(path)).network.segments


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Every bad file, and a word that the answer must hold."""
    text = cross().text.encode()
    contents = {
        "empty": (b"", "is empty"),
        "cut": (text[: len(text) // 2], "cut off"),
        "cut gz": (gzip.compress(text)[:-20], "cut off"),
        "cut in the head": (gzip.compress(text)[:12], "cut off"),
        "text": (b"hello", "no OpenStreetMap file"),
        "zipped text": (gzip.compress(b"hello"), "no OpenStreetMap file"),
        "other xml": (b"<?xml version='1.0'?><html></html>", "damaged"),
        "no streets": (b"<?xml version='1.0'?><osm version='0.6'></osm>", "holds no streets"),
        "bomb": (gzip.compress(b"\0" * 5_000_000), "no OpenStreetMap file"),
        "pbf head": (b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c\x10", "cut off"),
    }
    found = {
        "not there": (folder / "nothing.osm", "cannot be opened"),
        "folder": (folder, "cannot be opened"),
    }
    for name, (content, word) in contents.items():
        path = folder / f"{name}.osm"
        path.write_bytes(content)
        found[name] = path, word
    return found


def test_every_bad_file_is_told_with_the_remedy(tmp_path: Path) -> None:
    """In one sentence that names the file."""
    wrong = {}
    for name, (path, word) in bad_files(tmp_path).items():
        try:
            network_of(read_osm(path), path.name, CITY)
            wrong[name] = "was taken"
        except BadStreetFile as error:
            if word not in error.detail or path.name not in error.detail:
                wrong[name] = error.detail
    assert {} == wrong


def test_more_streets_than_a_city_has_are_refused(tmp_path: Path) -> None:
    """Before they fill the memory."""
    with pytest.raises(BadStreetFile, match="osmium extract"):
        read_osm(cross().write(tmp_path / "country.osm"), ways_most=3)


def test_another_region_is_refused_unless_asked_for(tmp_path: Path) -> None:
    """The answer names both places and the settings."""
    osm = OsmText(lat=48.4, lon=15.6)
    osm.way([1, 2])
    source = read_osm(osm.write(tmp_path / "krems.osm"))
    with pytest.raises(BadStreetFile, match=r"another region.*QALA_CITY_LAT.*--anywhere"):
        network_of(source, "krems.osm", CITY)
    assert 1 == network_of(source, "krems.osm", None).network.segments


def test_streets_that_nobody_may_drive_make_no_network(tmp_path: Path) -> None:
    """A park's paths."""
    osm = OsmText()
    osm.way([1, 2], highway="pedestrian")
    with pytest.raises(BadStreetFile, match="vehicle may drive"):
        network_of(read_osm(osm.write(tmp_path / "park.osm")), "park.osm", CITY)
