"""Applications that tests use one after the other: building one, and learning its statements, takes longer than most tests."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from backend.app import create_app
from backend.config import Settings
from backend.database import db
from backend.extensions import limiter
from backend.ledger.feed import Feed
from tests.fakes import FakeBlurrer, FakeRoadEye, FakeVerifier

SECRETS = "secrets"


@dataclass(frozen=True)
class Built:
    """An application, and what it was bound to when it was new."""

    app: Flask
    extensions: dict[str, Any]
    config: dict[str, Any]
    limiter: dict[str, Any]  # of the one limiter, which the next application takes for itself


@dataclass
class Applications:
    """The applications of one test process, by their settings; lent to one test at a time, as good as new."""

    built: dict[Settings, Built] = field(default_factory=dict)

    def lend(self, settings: Settings, *, clock: Callable[[], datetime], chance: random.Random) -> Flask:
        """The application of these settings, with a clock and chance of the test's own."""
        if settings not in self.built:
            app = build(settings)
            self.built[settings] = Built(app, dict(app.extensions), dict(app.config), dict(vars(limiter)))
        found = self.built[settings]
        app = found.app
        for current, original in (
            (app.extensions, found.extensions),
            (app.config, found.config),
            (vars(limiter), found.limiter),
        ):
            current.clear()
            current.update(original)
        app.test_client_class = None
        app.extensions |= {"qala_clock": clock, "qala_chance": chance, "qala_feed": Feed(app)}
        limiter.reset()
        return app


def build(settings: Settings, *, describe_api: bool = False, **ports: Any) -> Flask:
    """A new application with fakes of what is heavy and jobs that run at once."""
    fakes: dict[str, Any] = {"verifier": FakeVerifier, "road_eye": FakeRoadEye, "blurrer": FakeBlurrer}
    app = create_app(settings, jobs_immediate=True, describe_api=describe_api, **fakes | ports)
    app.testing = True
    return app


def take_back(app: Flask) -> None:
    """End what an application does by itself, and let go of its database."""
    app.extensions["qala_feed"].stop()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def emptied(instance_dir: Path) -> Path:
    """An instance's folder without anything but its secrets."""
    instance_dir.mkdir(mode=0o700, exist_ok=True)
    for each in instance_dir.iterdir():
        if each.name == SECRETS:
            continue
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
    return instance_dir
