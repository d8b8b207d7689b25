"""Copies measured on real photos of highways; skipped where the data are not here."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.roads.evaluation.copies import CHOSE, COPIES, COPIES_OF_COPIES, evaluate_copies


@pytest.mark.slow
@pytest.mark.models
def test_photos_of_highways_taken_metres_apart_are_no_copies_and_copies_are_known(data_dir: Path) -> None:
    """On the highway whose frames lie closest; the only pair is one frame that the vehicle took twice."""
    goals = {each["name"]: each["value"] for each in evaluate_copies(data_dir, choosing=True)["goals"]}
    assert goals["pairs of photos called copies"] == 1, CHOSE
    for name in (*COPIES, *COPIES_OF_COPIES):
        assert goals[f"known again: {name}"] >= 0.99
