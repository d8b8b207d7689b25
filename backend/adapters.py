"""The application's ports as code asks for them: settings, blob store, face verifier. create_app chooses each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

from flask import Flask, current_app

from backend.blobs import BlobStore
from backend.config import Settings
from backend.faces.verifier import FaceVerifier

_LOADING = threading.Lock()


def bind_adapters(
    app: Flask, settings: Settings, blobs: BlobStore, make_verifier: Callable[[], FaceVerifier]
) -> None:
    """Give an application its adapters; the verifier is made when a worker first needs it."""
    app.config["QALA"] = settings
    app.extensions["qala_blobs"] = blobs
    app.extensions["qala_make_verifier"] = make_verifier


def settings() -> Settings:
    """The application's settings."""
    return cast(Settings, current_app.config["QALA"])


def blobs() -> BlobStore:
    """Where sealed bytes are kept."""
    return cast(BlobStore, current_app.extensions["qala_blobs"])


def face_verifier() -> FaceVerifier:
    """The face verifier, one a process; its models take seconds and 150 MB to load, so only workers ask."""
    with _LOADING:
        if "qala_verifier" not in current_app.extensions:
            current_app.extensions["qala_verifier"] = current_app.extensions["qala_make_verifier"]()
    return cast(FaceVerifier, current_app.extensions["qala_verifier"])
