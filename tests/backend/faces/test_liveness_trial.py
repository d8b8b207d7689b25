"""A field trial's folder: read strictly, judged like check-ins, counted with exact intervals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.faces.evaluation import DataMissing
from backend.faces.liveness_trial import BadTrial, clopper_pearson, evaluate_trial
from backend.faces.reading import MODEL_VERSION, FrameReading
from backend.faces.verifier import EnrolmentReading
from tests.backend.faces.solid_faces import flat_face, seen, solid_face

MOVES = ["left", "up"]
POSES = ((0, 0), (0, 0), (11, 0), (22, 0), (0, 9), (0, 18))
PROMPTS = [None, None, 0, 0, 1, 1]


class SolidVerifier:
    """A file is «solid yaw pitch» or «flat yaw pitch»: landmarks of the made-up head, or of its picture."""

    model_version = MODEL_VERSION

    def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading:
        raise NotImplementedError

    def read(self, frames: Sequence[bytes]) -> list[FrameReading]:
        return [self._read(*frame.decode().split()) for frame in frames]

    def _read(self, shape: str, yaw: str, pitch: str) -> FrameReading:
        points = solid_face() if shape == "solid" else flat_face()
        landmarks = seen(points, yaw_deg=float(yaw), pitch_deg=float(pitch))
        return FrameReading(encoding=np.zeros(128, np.float32), landmarks=landmarks, face_count=1)


def record(folder: Path, kind: str, shape: str, **changes: Any) -> None:
    """An attempt of the made-up head or its picture."""
    folder.mkdir()
    names = [f"{index}.jpg" for index in range(len(POSES))]
    for name, (yaw, pitch) in zip(names, POSES, strict=True):
        (folder / name).write_text(f"{shape} {yaw} {pitch}")
    attempt = {
        "kind": kind,
        "subject": "7",
        "moves": MOVES,
        "frames": names,
        "prompts": PROMPTS,
        "times_s": [0.5 * index for index in range(len(POSES))],
        "mirrored": False,
    }
    (folder / "attempt.json").write_text(json.dumps(attempt | changes))


def test_rates_are_by_species_with_exact_intervals(tmp_path: Path) -> None:
    """One genuine attempt and two prints."""
    record(tmp_path / "1", "bona_fide", "solid")
    record(tmp_path / "2", "print", "flat")
    record(tmp_path / "3", "print", "flat")
    result = evaluate_trial(tmp_path, SolidVerifier())
    rows = {goal["name"]: (goal["low"], goal["value"], goal["high"]) for goal in result["goals"]}
    assert (0.0, 0.0, 0.975) == rows["BPCER (0 of 1)"]
    assert (0.0, 0.0, 0.841886) == rows["APCER print (0 of 2)"]
    assert 3 == result["samples"]


def test_mask_that_moves_like_a_head_is_counted(tmp_path: Path) -> None:
    """APCER is the share judged live."""
    record(tmp_path / "1", "mask", "solid")
    rows = {goal["name"]: goal["value"] for goal in evaluate_trial(tmp_path, SolidVerifier())["goals"]}
    assert 1.0 == rows["APCER mask (1 of 1)"]


def test_folder_without_attempts_is_named(tmp_path: Path) -> None:
    """With where to read how it looks."""
    with pytest.raises(DataMissing, match="had none"):
        evaluate_trial(tmp_path, SolidVerifier())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"moves": ["sideways"]}, "moves"),
        ({"prompts": [0]}, "equally many, were 6, 1 and 6"),
        ({"frames": ["../x.jpg"] * 6}, "beside it"),
        ({"frames": ["9.jpg"] * 6}, "beside it"),
        ({"name": "Ivan"}, "name"),
    ],
)
def test_bad_attempt_names_file_and_field(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    """Nobody should guess which of a thousand files is wrong."""
    record(tmp_path / "1", "print", "flat", **changes)
    with pytest.raises(BadTrial, match=said) as caught:
        evaluate_trial(tmp_path, SolidVerifier())
    assert "attempt.json" in str(caught.value)


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (0, 10, 0.0, 0.308497),
        (1, 10, 0.002529, 0.445016),
        (10, 10, 0.691503, 1.0),
        (5, 100, 0.016432, 0.112835),
    ],
)
def test_interval_agrees_with_published_tables(hits: int, trials: int, low: float, high: float) -> None:
    """Clopper and Pearson."""
    rate = clopper_pearson(hits, trials)
    assert (low, high) == pytest.approx((rate.low, rate.high), abs=1e-5)
