"""`qala demo waste-day`: a real server, the app's own outbox and sync in another process, a whole day."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from backend.cli import main
from backend.cli.waste_day.day import play
from backend.cli.waste_day.mapped import read_mapped
from tests.backend.streets.osm.osm_text import OsmText
from tests.backend.streets.test_importing import town


def house(osm: OsmText, first: int, lon: float, lat: float) -> None:
    """Four floors of flats on a square of 0.0003 degrees."""
    corners = ((0, 0), (0.0003, 0), (0.0003, 0.0002), (0, 0.0002))
    for number, (east, north) in enumerate(corners):
        osm.places[first + number] = (lon + east, lat + north)
        osm.nodes.add(first + number)
    refs = "".join(f'<nd ref="{first + number}"/>' for number in (0, 1, 2, 3, 0))
    tags = '<tag k="building" v="apartments"/><tag k="building:levels" v="4"/>'
    osm.ways.append(f'<way id="{len(osm.ways) + 1}">{refs}{tags}</way>')


@pytest.fixture
def mapped_town(tmp_path: Path) -> Path:
    """A file with streets, houses and one container on the map."""
    osm = town(8)
    for number in range(12):
        house(
            osm,
            9000 + 10 * number,
            osm.lon + 0.0025 + number % 4 * 0.004,
            osm.lat + 0.0013 + number // 4 * 0.002,
        )
    osm.places[9900] = (osm.lon + 0.0051, osm.lat + 0.002)
    osm.nodes.add(9900)
    osm.tags[9900] = {"amenity": "waste_disposal"}
    return osm.write(tmp_path / "town.osm")


def test_a_map_tells_of_containers_and_of_people(mapped_town: Path) -> None:
    """Floors make people."""
    mapped = read_mapped(mapped_town)
    assert (1, 12, ()) == (len(mapped.containers), len(mapped.home), mapped.landfills)
    assert (10 < mapped.people).all()


@pytest.mark.slow
def test_a_day_is_planned_driven_broken_replanned_and_closed() -> None:
    """Every site that was planned is collected or skipped with a reason, and knows when it was last emptied."""
    said: list[str] = []
    summary = play(osm=None, sites=14, trucks=2, seconds=2.0, say=said.append)
    assert ("closed", 0, 0) == (summary["plan"], summary["not_reached"], summary["violations"])
    assert summary["collected"] > 5
    assert summary["collected"] == summary["sites_with_a_last_emptying"]
    assert summary["positions"] > 50
    assert any(line.startswith("breakdown") for line in said)
    assert any(line.startswith("planned anew") for line in said)


@pytest.mark.slow
def test_from_an_imported_map_to_when_was_it_last_emptied(
    mapped_town: Path, tmp_path: Path, quiet_logging: None
) -> None:
    """Streets by `qala import-osm`, sites by a GeoJSON file, then plan, phones, a broken truck, and the close."""
    environment = {"QALA_INSTANCE_DIR": str(tmp_path / "instance"), "QALA_LOG_LEVEL": "ERROR"}
    for command in (["migrate"], ["import-osm", "--anywhere", str(mapped_town)]):
        result = CliRunner(env=environment).invoke(main, command)
        assert 0 == result.exit_code, result.output
    said: list[str] = []
    summary = play(osm=None, sites=12, trucks=3, seconds=2.0, say=said.append, instance=tmp_path / "instance")
    assert "streets: town.osm" in said[0]
    assert ("closed", 0, 0) == (summary["plan"], summary["not_reached"], summary["violations"])
    assert (12, 12) == (summary["served"], summary["collected"] + summary["skipped"])
    assert summary["collected"] == summary["sites_with_a_last_emptying"]


@pytest.mark.slow
def test_the_real_places_of_a_file_come_first_and_the_day_is_drawn(mapped_town: Path, tmp_path: Path) -> None:
    """One mapped container among those that stand where people live."""
    said: list[str] = []
    picture = tmp_path / "day.png"
    summary = play(
        osm=mapped_town, sites=8, trucks=2, landfills=1, seconds=2.0, say=said.append, picture=picture
    )
    assert "8 container sites (1 of them on the map)" in said[1]
    assert ("closed", 8) == (summary["plan"], summary["served"] + summary["left_out"])
    with Image.open(picture) as drawn:
        assert 2000 == drawn.width
