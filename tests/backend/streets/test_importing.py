"""`qala import-osm` end to end: a file in force, the old network where the file is bad, the real cities where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.app import create_app
from backend.config import load_settings
from backend.database import transaction
from backend.streets import service
from backend.streets.building import build
from backend.streets.osm.reading import read_osm
from backend.streets.parts import main_segments
from tests.backend.cli.conftest import Qala
from tests.backend.streets.osm.osm_text import OsmText
from tests.backend.streets.osm.test_reading import bad_files


def town(side: int = 6) -> OsmText:
    """A grid of streets."""
    osm = OsmText()
    for number in range(1, side + 1):
        osm.way([number * 100 + at for at in range(1, side + 1)])
        osm.way([at * 100 + number for at in range(1, side + 1)])
    return osm


def in_force(database_url: str, folder: Path) -> tuple[int, int]:
    """Version and segments of the network in force."""
    app = create_app(
        load_settings({}, instance_dir=folder / "instance", database_url=database_url, log_level="ERROR"),
        describe_api=False,
    )
    with app.app_context(), transaction(read_only=True):
        row = service.newest_import()
        assert row is not None
        found = row.version, service.network().segments
    with app.app_context():
        service.db.engine.dispose()
    return found


def test_an_imported_file_is_in_force(qala: Qala, database_url: str, tmp_path: Path) -> None:
    """And what was read is told: segments, lengths, attribution."""
    result = qala("import-osm", str(town().write(tmp_path / "town.osm")))
    assert 0 == result.exit_code, result.output
    assert "streets 1 from town.osm" in result.output
    assert "© OpenStreetMap contributors" in result.output
    assert (1, 56) == in_force(database_url, tmp_path)


def test_bad_files_leave_the_old_network(qala: Qala, database_url: str, tmp_path: Path) -> None:
    """One line on standard error, exit status 1."""
    assert 0 == qala("import-osm", str(town().write(tmp_path / "town.osm"))).exit_code
    (tmp_path / "bad").mkdir()
    for name, (path, word) in bad_files(tmp_path / "bad").items():
        result = qala("import-osm", str(path))
        assert (1, True) == (result.exit_code, word in result.stderr), (name, result.stderr)
        assert 1 == len(result.stderr.strip().splitlines()), name
    assert (1, 56) == in_force(database_url, tmp_path)


def test_a_file_with_half_the_streets_is_asked_about(qala: Qala, database_url: str, tmp_path: Path) -> None:
    """It may be cut off between two of its blocks, where nothing shows it."""
    assert 0 == qala("import-osm", str(town().write(tmp_path / "town.osm"))).exit_code
    half = town(4).write(tmp_path / "half.osm")
    result = qala("import-osm", str(half))
    assert (1, True) == (result.exit_code, "--smaller" in result.stderr)
    assert 0 == qala("import-osm", "--smaller", str(half)).exit_code
    assert (2, 20) == in_force(database_url, tmp_path)


def test_a_file_above_the_limit_is_not_even_read(qala: Qala, tmp_path: Path) -> None:
    """The answer names the setting and the way out."""
    path = tmp_path / "large.osm.pbf"
    with path.open("wb") as file:
        file.truncate(2_000_000)
    result = qala("import-osm", str(path), QALA_STREETS_FILE_MB="1")
    assert (1, True) == (result.exit_code, "QALA_STREETS_FILE_MB" in result.stderr)


CITIES = {  # file -> segments, and the share that hangs together
    "petropavl.osm.pbf": (15_641, 0.99),
    "krems.osm.gz": (1_171, 0.85),
    "liechtenstein.osm.pbf": (5_233, 0.90),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CITIES)
def test_real_cities_become_networks(data_dir: Path, name: str) -> None:
    """Most of each hangs together; every line has two points and a length, every id differs."""
    path = data_dir / "osm" / name
    if not path.exists():
        pytest.skip(f"no {path}")
    network = build(read_osm(path)).network
    segments, share = CITIES[name]
    assert segments == network.segments
    assert main_segments(network).mean() >= share
    assert len(set(network.segment_id.tolist())) == network.segments
    assert (network.line_start[1:] - network.line_start[:-1]).min() >= 2
    assert network.length_m.min() > 0
    assert network.banned_turns.max() < 2 * network.segments
    at_start = network.point_lon[network.line_start[:-1]]
    assert (at_start == network.node_lon[network.from_node]).all()
