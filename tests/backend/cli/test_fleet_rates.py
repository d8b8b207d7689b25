"""`qala evaluate fleet`: what it names is what was kept."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.architecture.project_files import PROJECT_DIR


@pytest.mark.slow
def test_rates_of_trackers_phones_and_cameras_are_measured_on_a_real_server() -> None:
    """Every position and frame that was answered lies in the database: the command fails otherwise."""
    command = [sys.executable, "-m", "backend.cli", "evaluate", "fleet", "--seconds", "1", "--json"]
    answer = subprocess.run(
        command, cwd=PROJECT_DIR, capture_output=True, text=True, timeout=300, check=False
    )
    assert 0 == answer.returncode, answer.stderr
    found = json.loads(answer.stdout)
    names = [goal["name"] for goal in found["goals"] if goal["name"].endswith("SQLite")]
    assert [
        "tracker, one fix a request, fixes",
        "tracker, JSON of 10, fixes",
        "phone, batches of 60, fixes",
        "phone, batches of 500, fixes",
        "camera, questions of 500, frames asked about",
        "camera, frames kept",
    ] == [name.removesuffix("/s, SQLite") for name in names]
    assert found["samples"] > 0
