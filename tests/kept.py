"""Filled databases that tests copy instead of filling them again: a demo city takes longer than most tests."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask

from backend.cli.private_postgresql import PrivatePostgreSQL
from backend.config import Settings
from backend.database import db
from tests.applications import SECRETS, emptied


@dataclass
class Kept:
    """What one test process has filled, by name: the database with the files beside it."""

    folder: Path
    server: Callable[[], PrivatePostgreSQL]
    names: set[str] = field(default_factory=set)

    def fill(self, app: Flask, name: str, fill: Callable[[], None]) -> None:
        """Bring an empty instance to where ``fill`` leads: by it the first time, by a copy of that afterwards. Inside an app context."""
        settings: Settings = app.config["QALA"]
        server = self.server() if settings.database_url.startswith("postgresql") else None
        name = f"{name}-{'sqlite' if server is None else 'postgresql'}"
        known = name in self.names
        if not known:
            fill()
        db.session.remove()
        db.engine.dispose()
        if known:
            emptied(settings.instance_dir)
            shutil.copytree(self.folder / name, settings.instance_dir, dirs_exist_ok=True)
        else:
            shutil.copytree(settings.instance_dir, self.folder / name, ignore=shutil.ignore_patterns(SECRETS))
        if server is not None:
            current = settings.database_url.rpartition("/")[2]
            source, copy = (name, current) if known else (current, name)
            server.drop(copy)
            server.create(copy, source)
        self.names.add(name)
