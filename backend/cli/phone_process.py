"""Runs the phone's programs as processes of their own: the server never imports the phone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from backend.config import PROJECT_DIR

COMMAND = (sys.executable, "-m", "mobile.simulated")


def enrolment_photos(faces: Iterable[str], data: Path) -> dict[str, list[bytes]]:
    """JPEG photos to enrol each face with; faces whose pictures are not on this machine are left out."""
    with tempfile.TemporaryDirectory(prefix="qala-demo-") as folder:
        command = [*COMMAND, "photos", "--data", str(data.resolve()), "--out", folder, *faces]
        subprocess.run(command, check=True, cwd=PROJECT_DIR)
        found: dict[str, list[bytes]] = {}
        for path in sorted(Path(folder).rglob("*.jpg")):
            found.setdefault(str(path.parent.relative_to(folder)), []).append(path.read_bytes())
    return found


def run_phone(arguments: Sequence[str]) -> int:
    """Run a simulated phone to its end in the foreground; its exit status."""
    return subprocess.run([*COMMAND, *arguments], check=False, cwd=PROJECT_DIR).returncode


def measure_phone(arguments: Sequence[str]) -> dict[str, Any]:
    """What `python -m mobile.bench` has measured, in the one form of measurements."""
    command = [sys.executable, "-m", "mobile.bench", "--json", *arguments]
    done = subprocess.run(command, check=True, cwd=PROJECT_DIR, stdout=subprocess.PIPE, text=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said
