"""The encoder on numpy against dlib's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from backend.faces.blas_threads import use_one_blas_thread
from backend.faces.dlib_models import weights_dir
from backend.faces.resnet import ResNet

WEIGHTS = "dlib_face_recognition_resnet_model_v1.dat"


@pytest.mark.models
def test_encoder_gives_dlibs_own_numbers() -> None:
    """Noise, plain surfaces and the portrait: equal to 1e-5 of a length of 1.4."""
    import dlib
    from skimage.data import astronaut

    theirs = dlib.face_recognition_model_v1(str(weights_dir() / WEIGHTS))
    ours = ResNet.load(weights_dir() / WEIGHTS)
    rng = np.random.default_rng(1)
    chips = [
        rng.integers(0, 256, (150, 150, 3)).astype(np.uint8),
        np.zeros((150, 150, 3), np.uint8),
        np.ascontiguousarray(astronaut()[40:190, 150:300]),
    ]
    for chip in chips:
        expected = np.array(theirs.compute_face_descriptor(chip))
        assert np.abs(expected - ours.encode(chip)).max() < 1e-5


def test_other_weights_are_refused(tmp_path: Path) -> None:
    """A changed file is an error at start, not wrong numbers later."""
    (tmp_path / WEIGHTS).write_bytes(b"\x01\x05con_4" + bytes(1000))
    with pytest.raises(RuntimeError, match="encoder weights must hold con_"):
        ResNet.load(tmp_path / WEIGHTS)


def test_models_hold_matrix_products_to_one_thread() -> None:
    """The installed numpy carries an OpenBLAS that obeys; otherwise a check-in would cost twice the CPU."""
    assert use_one_blas_thread()


def test_crop_of_wrong_size_is_refused() -> None:
    """The network was trained on 150 px."""
    with pytest.raises(ValueError, match=r"was \(160, 160, 3\)"):
        ResNet.load(weights_dir() / WEIGHTS).encode(np.zeros((160, 160, 3), np.uint8))
