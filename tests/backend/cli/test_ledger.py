"""`qala ledger` and the stand-alone verify_ledger.py agree about what is sound, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from backend.app import driver_url
from tests.architecture.project_files import PROJECT_DIR
from tests.backend.cli.conftest import Qala

ADMINS = ("alma", "bulat", "dina")


@pytest.fixture
def city(qala: Qala) -> Qala:
    """A ledger with three entries."""
    for login in ADMINS:
        assert qala("create-admin", login).exit_code == 0
    return qala


def falsify(database_url: str, statement: str) -> None:
    """Change what the database refuses to change, as somebody with its password could."""
    engine = sa.create_engine(driver_url(database_url), poolclass=sa.NullPool)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("SET session_replication_role = replica"))  # no triggers
        else:
            names = connection.scalars(
                sa.text(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entries'"
                )
            )
            for name in list(names):
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        connection.execute(sa.text(statement))


def stand_alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """verify_ledger.py as an auditor runs it: isolated from the project."""
    command = [sys.executable, "-I", str(PROJECT_DIR / "verify_ledger.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_sound_ledger_verifies(city: Qala) -> None:
    """With the number of entries and the key to compare."""
    result = city("ledger", "verify")
    assert result.exit_code == 0
    assert result.stdout.startswith("sound: 3 entries, ledger key ")


def test_first_bad_entry_is_named(city: Qala, database_url: str) -> None:
    """Exit status 1 and the entry's number."""
    falsify(database_url, "UPDATE ledger_entries SET kind = 'user.forged' WHERE id = 2")
    result = city("ledger", "verify")
    assert result.exit_code == 1
    assert result.stdout.startswith("entry 2: ")


def test_cut_off_end_shows_against_the_anchor_elsewhere(
    city: Qala, database_url: str, tmp_path: Path
) -> None:
    """The anchor in the second place is what a cut-off ledger cannot forge."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    anchored = city("ledger", "anchor", QALA_ANCHOR_DIR=str(elsewhere))
    assert anchored.exit_code == 0
    assert json.loads(anchored.stdout)["last_id"] == 3
    falsify(database_url, "DELETE FROM ledger_entries WHERE id = 3")
    result = city("ledger", "verify", "--anchors", str(elsewhere))
    assert result.exit_code == 1
    assert result.stdout.startswith("entry 3: ")


@pytest.mark.parametrize("content", [b"", b'{"last_id":3,"last_ha', b"[]", b'{"type":"FeatureCollection"}'])
def test_half_an_anchor_is_named_with_its_remedy(city: Qala, tmp_path: Path, content: bytes) -> None:
    """Neither sound nor a flaw of the ledger: exit status 2."""
    (tmp_path / "anchor-000000000003-0.json").write_bytes(content)
    result = city("ledger", "verify", "--anchors", str(tmp_path))
    assert (2, "") == (result.exit_code, result.stdout)
    assert result.stderr == f"{tmp_path / 'anchor-000000000003-0.json'} is not an anchor: copy it again\n"


def test_anchor_is_told_when_the_second_place_is_not_there(city: Qala, tmp_path: Path) -> None:
    """It is printed all the same, and no folder is made where a mount is missing."""
    place = tmp_path / "unmounted"
    result = city("ledger", "anchor", QALA_ANCHOR_DIR=str(place))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["last_id"] == 3
    assert f"QALA_ANCHOR_DIR = {place} is not there: mount it" in result.stderr
    assert not place.exists()


def test_no_anchors_in_the_second_place_is_told(city: Qala, tmp_path: Path) -> None:
    """Sound is less when nothing was compared."""
    (tmp_path / "empty").mkdir()
    result = city("ledger", "verify", QALA_ANCHOR_DIR=str(tmp_path / "empty"))
    assert result.exit_code == 0
    assert "No anchors from elsewhere were compared" in result.stderr


def test_export_verifies_alone_with_key_and_anchors(city: Qala, tmp_path: Path) -> None:
    """What `qala` says is sound, the auditor's script says too."""
    elsewhere, file = tmp_path / "elsewhere", tmp_path / "ledger.jsonl"
    elsewhere.mkdir()
    city("ledger", "anchor", QALA_ANCHOR_DIR=str(elsewhere))
    city("create-admin", "eldar")
    exported = city("ledger", "export", str(file))
    assert exported.exit_code == 0
    key = exported.stdout.split()[-1]
    checked = stand_alone(str(file), "--key", key, "--anchors", str(elsewhere))
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.startswith("sound: 4 entries")
    unpinned = stand_alone(str(file))
    assert unpinned.returncode == 0
    assert key in unpinned.stdout
    assert "by hand" in unpinned.stdout


def test_export_of_a_falsified_ledger_does_not_verify_alone(
    city: Qala, database_url: str, tmp_path: Path
) -> None:
    """The export writes what the database holds; the script finds it."""
    falsify(
        database_url,
        "UPDATE ledger_entries SET content = replace(content, 'administrator', 'crew') WHERE id = 2",
    )
    file = tmp_path / "ledger.jsonl"
    city("ledger", "export", str(file))
    checked = stand_alone(str(file))
    assert checked.returncode == 1
    assert checked.stdout.startswith("NOT SOUND: entry 2")


def test_export_leaves_no_half_written_file(city: Qala, tmp_path: Path) -> None:
    """A folder that is not there: told, and nothing is left."""
    result = city("ledger", "export", str(tmp_path / "nowhere" / "ledger.jsonl"))
    assert result.exit_code != 0
    assert [] == list(tmp_path.glob("*.tmp"))
