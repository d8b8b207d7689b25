"""`qala evaluate fleet`: what it names is what was kept."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.architecture.project_files import PROJECT_DIR


@pytest.mark.slow
def test_rates_of_trackers_and_phones_are_measured_on_a_real_server() -> None:
    """Every position that was answered lies in the database: the command fails otherwise."""
    command = [sys.executable, "-m", "backend.cli", "evaluate", "fleet", "--seconds", "1", "--json"]
    answer = subprocess.run(
        command, cwd=PROJECT_DIR, capture_output=True, text=True, timeout=300, check=False
    )
    assert 0 == answer.returncode, answer.stderr
    found = json.loads(answer.stdout)
    names = [goal["name"] for goal in found["goals"] if goal["name"].endswith("SQLite")]
    assert [
        "tracker, one fix a request",
        "tracker, JSON of 10",
        "phone, batches of 60",
        "phone, batches of 500",
    ] == [name.split(", fixes/s")[0] for name in names]
    assert found["samples"] > 0
