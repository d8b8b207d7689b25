"""The measurement itself: its form, its figures on ORL, and that the shipped threshold follows from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from backend.faces import evaluation
from backend.faces.evaluation import DataMissing, OrlReadings, choose_threshold, evaluate_faces, read_orl
from backend.faces.threshold import SHIPPED


def test_missing_data_is_named_with_the_remedy(tmp_path: Path) -> None:
    """Whoever runs it without data learns what to pass."""
    with pytest.raises(DataMissing, match=r"faces/orl.*pass --data or set QALA_DATA"):
        evaluate_faces(tmp_path)


def test_code_version_changes_with_the_photos(tmp_path: Path) -> None:
    """Readings of other photos are never taken from the cache."""
    before = evaluation.code_version(tmp_path)
    (tmp_path / "s1").mkdir()
    (tmp_path / "s1" / "1.pgm").write_bytes(b"P5 1 1 255 x")
    assert before != evaluation.code_version(tmp_path)


def test_source_names_the_size_that_the_files_have() -> None:
    """A figure measured on thumbnails must say so."""
    readings = OrlReadings(np.zeros((40, 10, 128), np.float32), np.ones((40, 10), bool), (23, 28))
    assert "photos of 23 x 28 px enlarged to 276 x 336 px" in readings.source


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Readings are made once for all tests of this module."""
    return tmp_path_factory.mktemp("readings")


@pytest.fixture(scope="module")
def orl_dir(data_dir: Path) -> Path:
    """The folder of data, if it holds ORL."""
    if not (data_dir / "faces" / "orl" / "s1").is_dir():
        pytest.skip(f"no ORL photos under {data_dir}/faces/orl (QALA_DATA)")
    return data_dir


@pytest.mark.models
@pytest.mark.slow
def test_error_rates_on_orl_meet_the_goals(orl_dir: Path, cache: Path) -> None:
    """The common form, and every goal met."""
    result = evaluate_faces(orl_dir, cache=cache)
    assert {"name", "version", "seconds", "samples", "data", "goals"} == set(result)
    judged = {goal["name"]: goal["met"] for goal in result["goals"] if goal["goal"] is not None}
    assert {"FNMR 5+3 at FMR 0.001": True, "FNMR 5+5 at FMR 0.001": True} == judged
    for goal in result["goals"]:
        assert goal["low"] <= goal["value"] <= goal["high"], goal


@pytest.mark.models
@pytest.mark.slow
def test_shipped_threshold_follows_from_the_curve(orl_dir: Path, cache: Path) -> None:
    """Whoever changes encoder, detection or data must choose again."""
    readings = read_orl(orl_dir, cache=cache)
    assert replace(SHIPPED) == choose_threshold(readings, version=SHIPPED.version)


@pytest.mark.models
@pytest.mark.slow
def test_most_orl_photos_pass_the_enrolment_gate(orl_dir: Path, cache: Path) -> None:
    """They are soft but honest photos."""
    assert read_orl(orl_dir, cache=cache).passes_gate.mean() > 0.85
