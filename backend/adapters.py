"""The application's ports as code asks for them: settings, blob store, face verifier. create_app chooses each."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, cast

from flask import Flask, current_app

from backend.blobs import BlobStore
from backend.config import Settings
from backend.faces.verifier import FaceVerifier

_LOADING = threading.Lock()


def bind_adapters(
    app: Flask, settings: Settings, blobs: BlobStore, makers: Mapping[str, Callable[[], Any]]
) -> None:
    """Give an application its adapters; what ``makers`` make is heavy, and is made when a worker first needs it."""
    app.config["QALA"] = settings
    app.extensions["qala_blobs"] = blobs
    for name, make in makers.items():
        app.extensions[f"qala_make_{name}"] = make


def settings() -> Settings:
    """The application's settings."""
    return cast(Settings, current_app.config["QALA"])


def blobs() -> BlobStore:
    """Where sealed bytes are kept."""
    return cast(BlobStore, current_app.extensions["qala_blobs"])


def face_verifier() -> FaceVerifier:
    """The face verifier, one a process; its models take seconds and 150 MB to load, so only workers ask."""
    return cast(FaceVerifier, made_once("verifier"))


def made_once(name: str) -> Any:
    """What a maker of that name makes, once a process."""
    made = current_app.extensions
    with _LOADING:
        if f"qala_{name}" not in made:
            made[f"qala_{name}"] = made[f"qala_make_{name}"]()
    return made[f"qala_{name}"]
