"""The demo city's streets: they lie under its places and routes, and a file may stand in for them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shapely

from backend.cli import demo_streets
from backend.cli.demo_routes import CONTAINERS, DEPOT, LANDFILL, SNOW_DUMP, STREETS
from backend.database import transaction
from backend.streets import service
from backend.streets.invented import invented_city
from backend.streets.network import Network, StreetClass
from backend.streets.parts import main_segments
from tests.backend.cli.conftest import Qala
from tests.backend.streets.osm.osm_text import OsmText

NEAR_M = 25.0
CITY = invented_city().network
STRETCH = math.cos(math.radians(54.87))
M_PER_DEGREE = 111_195.0


def streets_of(network: Network, driven: np.ndarray) -> shapely.MultiLineString:
    """Some segments on a plane, in metres."""
    scale = np.array([STRETCH, 1.0]) * M_PER_DEGREE
    return shapely.MultiLineString([network.line(int(number)) * scale for number in np.flatnonzero(driven)])


DRIVEN = streets_of(CITY, main_segments(CITY))
ALL = streets_of(CITY, np.ones(CITY.segments, dtype=np.bool_))
PLACES = {
    "гараж": DEPOT,
    "полигон": LANDFILL,
    "снежный отвал": SNOW_DUMP,
    **{title: place for title, _detail, place in CONTAINERS},
    **{title: begin for title, begin, _end in STREETS},
}


@pytest.mark.parametrize("title", PLACES)
def test_every_stop_of_the_demo_s_routes_lies_on_a_street(title: str) -> None:
    """One that vehicles reach and leave again."""
    lat, lon = PLACES[title]
    at = shapely.Point(lon * STRETCH * M_PER_DEGREE, lat * M_PER_DEGREE)
    assert at.distance(DRIVEN) <= NEAR_M


def test_what_is_cleared_of_snow_is_a_street_to_its_end() -> None:
    """A pedestrian one among them."""
    for title, _begin, (lat, lon) in STREETS:
        at = shapely.Point(lon * STRETCH * M_PER_DEGREE, lat * M_PER_DEGREE)
        assert at.distance(ALL) <= NEAR_M, title


def test_containers_stand_in_the_street_that_they_name() -> None:
    """Zhambyl's at Zhambyl."""
    for title, _detail, (lat, lon) in CONTAINERS:
        word = title.removeprefix("Улица ").partition(",")[0]
        named = np.array([word in CITY.name(number).ru for number in range(CITY.segments)])
        at = shapely.Point(lon * STRETCH * M_PER_DEGREE, lat * M_PER_DEGREE)
        assert at.distance(streets_of(CITY, named)) <= NEAR_M, title


def test_the_invented_city_holds_what_planners_trip_over() -> None:
    """Each on purpose: see its module."""
    forth, back = CITY.access[0::2], CITY.access[1::2]
    assert ((forth != 0) != (back != 0)).sum() > 10  # one-way
    assert (CITY.max_weight_t < 20).sum() == 1
    assert (CITY.max_height_m < 4).any()
    assert (forth == 1).any()  # cars alone
    assert (forth & 4).any()  # yards
    assert (CITY.street_class == StreetClass.PEDESTRIAN).any()
    assert CITY.node_signal.sum() >= 10
    assert len(CITY.banned_turns) >= 4
    assert all(name.ru and name.kk and name.en for name in CITY.names)


def test_filling_again_changes_nothing(in_app: None) -> None:
    """Nor what somebody imported by hand."""
    demo_streets.fill("test")
    demo_streets.fill("test")
    with transaction(read_only=True):
        row = service.newest_import()
    assert row is not None
    assert (1, "invented") == (row.version, row.kind)
    assert "Invented" in row.attribution


def test_a_file_stands_in_for_the_invented_streets(qala: Qala, tmp_path: Path) -> None:
    """The setting names it; the routes stay where they are."""
    osm = OsmText()
    osm.way([1, 2, 3])
    path = osm.write(tmp_path / "city.osm")
    for _again in range(2):
        result = qala("seed-demo", "--data", str(tmp_path), QALA_STREETS_FILE=str(path))
        assert 0 == result.exit_code, result.output
    result = qala("import-osm", str(path))
    assert "streets 2 from city.osm" in result.output
