"""Every setting is described and shown by `qala config`."""

from __future__ import annotations

import ast
import dataclasses
import json
from pathlib import Path

from click.testing import CliRunner

from backend.cli import main
from backend.config import PREFIX, Settings
from tests.architecture.project_files import PROJECT_DIR, project_files

ENVIRONMENT_READERS = {  # file -> why it may look at the environment itself
    "backend/config.py": "the one reader of settings",
    "backend/web/metrics.py": "prometheus_client is told its folder by a variable of its own",
}


def test_every_setting_says_in_one_line_what_it_is_for() -> None:
    """Short, not empty, one line."""
    for field in dataclasses.fields(Settings):
        why = field.metadata["why"]
        assert why.strip(), field.name
        assert "\n" not in why, field.name
        assert len(why) <= 110, field.name


def test_config_shows_every_setting_and_no_secret(tmp_path: Path) -> None:
    """Names, variables and descriptions of all; secrets only as (set) or (generated)."""
    secret = "c2VjcmV0IHNlY3JldCBzZWNyZXQgc2VjcmV0IHNlY3I="
    environment = {
        "QALA_INSTANCE_DIR": str(tmp_path / "instance"),
        "QALA_SECRET_KEY": secret,
        "QALA_DATABASE_URL": "postgresql://qala:pass-word@db/qala",
    }
    result = CliRunner(env=environment).invoke(main, ["config", "--json"])
    assert result.exit_code == 0, result.output
    rows = {row["name"]: row for row in json.loads(result.stdout)}
    assert set(rows) == {field.name for field in dataclasses.fields(Settings)}
    assert rows["secret_key"]["value"] == "(set)"
    assert rows["master_key"]["value"] == "(generated)"
    assert rows["database_url"]["value"] == "postgresql://qala:***@db/qala"
    for field in dataclasses.fields(Settings):
        assert rows[field.name]["variable"] == PREFIX + field.name.upper()
        assert rows[field.name]["why"] == field.metadata["why"]
    assert secret not in result.output
    assert "pass-word" not in result.output


def test_only_config_reads_the_environment() -> None:
    """So that every knob is a described setting; commands only hand their environment on to child processes."""
    readers = {
        str(path.relative_to(PROJECT_DIR))
        for path in project_files()
        if path.suffix == ".py"
        and path.relative_to(PROJECT_DIR).parts[0] in {"backend", "shared"}
        and _reads_environment(path)
    }
    assert {name for name in readers if not name.startswith("backend/cli/")} == set(ENVIRONMENT_READERS)


def _reads_environment(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
        for node in ast.walk(tree)
    )
