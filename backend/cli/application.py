"""The application as commands use it: settings from the environment, no web server, an open application context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from backend.memory import all_kept

with all_kept():
    from backend.app import create_app
    from backend.config import load_settings


@contextmanager
def application(*, describe_api: bool = False) -> Iterator[Flask]:
    """The application within its context, its database connections closed at the end."""
    from backend.database import db

    app = create_app(load_settings(), describe_api=describe_api)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
