"""The one door to dlib: detector, landmark predictor and encoder, loaded once a process on first use.

dlib is used directly and not through ``face_recognition.api``: that module loads two models nobody needs
here, doubles the start-up time and, worst, sets Pillow's ``LOAD_TRUNCATED_IMAGES`` for the whole process,
after which half a photo decodes without an error. The weights come from the package
``face_recognition_models`` (CC0, by Davis King).
"""

from __future__ import annotations

import importlib.util
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.faces.blas_threads import use_one_blas_thread
from backend.faces.resnet import ResNet

_lock = threading.RLock()  # dlib's detector keeps state while it runs, so one thread at a time


class DlibModels:
    """Detector, 68-point shape predictor (sp68) and ResNet encoder; every method is safe to call from any
    thread."""

    def __init__(self) -> None:
        import dlib  # here and not above: importing this module must stay cheap

        use_one_blas_thread()
        weights = weights_dir()
        self._dlib: Any = dlib
        self._detector = dlib.get_frontal_face_detector()
        self._predictor = dlib.shape_predictor(str(weights / "shape_predictor_68_face_landmarks.dat"))
        self._encoder = ResNet.load(weights / "dlib_face_recognition_resnet_model_v1.dat")

    def detect(
        self, pixels: NDArray[np.uint8], *, upsample: int, score_above: float
    ) -> list[tuple[Any, float]]:
        """Rectangles (left, top, right, bottom in px, may reach over the edge) with their scores."""
        with _lock:
            rectangles, scores, _detectors = self._detector.run(pixels, upsample, score_above)
        return [
            ((r.left(), r.top(), r.right() + 1, r.bottom() + 1), float(score))
            for r, score in zip(rectangles, scores, strict=True)
        ]

    def landmarks(self, pixels: NDArray[np.uint8], box: tuple[int, int, int, int]) -> Any:
        """dlib's own shape object of 68 points in a box (left, top, right, bottom)."""
        left, top, right, bottom = box
        with _lock:
            return self._predictor(pixels, self._dlib.rectangle(left, top, right - 1, bottom - 1))

    def chip(
        self, pixels: NDArray[np.uint8], shape: Any, *, side_px: int, padding: float
    ) -> NDArray[np.uint8]:
        """The face, upright and scaled, as a square RGB picture."""
        chip: NDArray[np.uint8] = self._dlib.get_face_chip(pixels, shape, side_px, padding)
        return chip

    def encode(self, chip: NDArray[np.uint8]) -> NDArray[np.float32]:
        """128 numbers of a 150 × 150 RGB chip; not normalised, length about 1.4."""
        return self._encoder.encode(chip)


@cache
def _load() -> DlibModels:
    return DlibModels()


def dlib_models() -> DlibModels:
    """This process's models; the first call takes about a second."""
    with _lock:
        return _load()


def weights_dir() -> Path:
    """Folder of the package face_recognition_models that holds the weights."""
    # find_spec does not run the package, which would import the deprecated pkg_resources.
    spec = importlib.util.find_spec("face_recognition_models")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("face_recognition_models is not installed: run make setup")
    return Path(spec.submodule_search_locations[0]) / "models"
