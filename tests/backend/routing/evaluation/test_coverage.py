"""How much of worked streets noisy tracks show is measured on a real city, where its file is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.routing.evaluation.coverage import FILE, TRACKS, measure_coverage


@pytest.mark.slow
def test_most_of_what_was_worked_on_is_found_and_little_is_claimed_in_vain(data_dir: Path) -> None:
    """Three drives for each kind of noise."""
    if not (data_dir / FILE).exists():
        pytest.skip(f"no {FILE} in {data_dir}")
    result = measure_coverage(data_dir, 3)
    assert 3 * len(TRACKS) == len(result["goals"])
    for goal in result["goals"]:
        least, most = (0.9, 1.0) if goal["name"].endswith(": found") else (0.0, 0.08)
        assert least <= goal["value"] <= most, goal


def test_a_city_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With the way to give it."""
    with pytest.raises(FileNotFoundError, match="QALA_DATA"):
        measure_coverage(tmp_path, 1)
