"""The commands of `qala`, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from backend.app import driver_url
from backend.cli import COMMANDS, main
from tests.architecture.project_files import PROJECT_DIR
from tests.backend.cli.conftest import Qala

PASSWORD = "correct horse battery"


def rows(database_url: str, statement: str) -> list[tuple[object, ...]]:
    """What a statement finds, on a connection of its own."""
    engine = sa.create_engine(driver_url(database_url), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def test_help_names_every_command_without_importing_any() -> None:
    """One line each."""
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for name in COMMANDS:
        assert f"  {name}  " in result.output


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    """The registry names a command that exists, and the command says what it does."""
    result = CliRunner().invoke(main, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert len(result.output.splitlines()[2].strip()) > 20


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("QALA_PORT", "eighty", "QALA_PORT = 'eighty' cannot be used"),
        ("QALA_WEB_PROCESSES", "0", "QALA_WEB_PROCESSES = '0' cannot be used"),
        ("QALA_MODE", "production", "must be set in production"),
        ("QALA_MASTER_KEY", "c2hvcnQ=", "QALA_MASTER_KEY must be 32 bytes in base64"),
        ("QALA_POTR", "8080", "QALA_POTR is not a setting"),
    ],
)
def test_bad_setting_is_told_in_one_line(tmp_path: Path, variable: str, value: str, told: str) -> None:
    """Exit status 2, the variable and the remedy, no trace."""
    environment = {"QALA_INSTANCE_DIR": str(tmp_path / "instance"), variable: value}
    result = CliRunner(env=environment).invoke(main, ["config"])
    assert result.exit_code == 2
    assert told in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_database_that_was_not_migrated_is_told_in_one_line(tmp_path: Path, quiet_logging: None) -> None:
    """The remedy is named."""
    result = CliRunner(env={"QALA_INSTANCE_DIR": str(tmp_path / "instance")}).invoke(
        main, ["ledger", "verify"]
    )
    assert result.exit_code == 1
    assert "qala migrate" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_migrate_works_from_any_directory(tmp_path: Path, quiet_logging: None) -> None:
    """A real process, started elsewhere: the schema is made, and a second run, from here, finds nothing to do."""
    instance = {"QALA_INSTANCE_DIR": str(tmp_path / "instance")}
    command = [sys.executable, "-m", "backend.cli", "migrate"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT_DIR), **instance}
    first = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert first.stdout.startswith("schema (empty) → ")
    second = CliRunner(env=instance).invoke(main, ["migrate"])
    assert second.stdout == f"schema {first.stdout.split()[-1]}\n"


def test_instance_folder_is_private(instance_dir: Path, qala: Qala) -> None:
    """Nobody but its owner reads keys, evidence or database."""
    qala("config")
    assert {0o700} == {path.stat().st_mode & 0o777 for path in (instance_dir, instance_dir / "secrets")}


def test_first_administrator_gets_a_one_time_code(qala: Qala, database_url: str) -> None:
    """The code is printed once; the database keeps its hash."""
    result = qala("create-admin", "boss", "--name", "The Boss")
    assert result.exit_code == 0, result.output
    code = result.stdout.splitlines()[-1]
    assert len(code) > 30
    assert [("boss", "The Boss", "administrator", None)] == rows(
        database_url, "SELECT login, display_name, role, password_hash FROM users"
    )
    assert code not in str(rows(database_url, "SELECT code_hash FROM one_time_codes"))


def test_administrator_may_be_given_a_password_at_once(qala: Qala, database_url: str) -> None:
    """From standard input, so that it stands in no process list."""
    result = qala("create-admin", "boss", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    [(password_hash,)] = rows(database_url, "SELECT password_hash FROM users")
    assert str(password_hash).startswith("$argon2id$")


@pytest.mark.parametrize(
    ("login", "password", "told"),
    [("boss", "short", "password must be 10 to 200"), ("B", PASSWORD, "login must be 3 to 40")],
)
def test_bad_administrator_is_refused_and_nothing_is_written(
    qala: Qala, database_url: str, login: str, password: str, told: str
) -> None:
    """The same rules as over HTTP."""
    result = qala("create-admin", login, "--password-stdin", stdin=f"{password}\n")
    assert result.exit_code == 1
    assert told in result.stderr
    assert [] == rows(database_url, "SELECT login FROM users")


def test_taken_login_is_refused(qala: Qala) -> None:
    """Not overwritten."""
    qala("create-admin", "boss")
    result = qala("create-admin", "boss")
    assert result.exit_code == 1
    assert "boss is taken" in result.stderr


def test_openapi_is_written(qala: Qala, tmp_path: Path) -> None:
    """A whole document of version 3.1."""
    file = tmp_path / "openapi.json"
    assert qala("openapi", str(file)).exit_code == 0
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/events" in document["paths"]
