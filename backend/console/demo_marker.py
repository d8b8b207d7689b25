"""The mark of a demo city: a file in the instance folder with the logins that the front page shows and the phones' cast."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from backend.config import PREFIX, BadSetting, Settings

FILE = "demo.json"


@dataclass
class Demo:
    """Who may sign in to a demo city, and which face each enrolled person has."""

    logins: list[dict[str, str]] = field(default_factory=list)  # role, login, password
    faces: dict[str, str] = field(default_factory=dict)  # person's id -> `portrait` or `orl/s14`
    strangers: list[str] = field(default_factory=list)  # faces of nobody in the city


def demo_path(settings: Settings) -> Path:
    """Where the mark is."""
    return settings.instance_dir / FILE


def read_demo(settings: Settings) -> Demo | None:
    """The demo city of an instance, if it is one. BadSetting in production: its passwords are known to everybody."""
    path = demo_path(settings)
    if not path.exists():
        return None
    if settings.mode == "production":
        raise BadSetting(
            f"{path} marks a demo city, whose passwords are shown to everybody: "
            f"set {PREFIX}INSTANCE_DIR to another folder, and start with an empty database"
        )
    return Demo(**json.loads(path.read_text(encoding="utf-8")))


def write_demo(settings: Settings, demo: Demo) -> None:
    """Mark an instance as a demo city; whole or not at all, readable by its owner alone."""
    path = demo_path(settings)
    temporary = path.with_name(f"{FILE}.{os.getpid()}.tmp")
    with os.fdopen(
        os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(asdict(demo), file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
