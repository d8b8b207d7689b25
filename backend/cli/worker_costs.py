"""What a photo costs the worker that looks at it: `qala work --photos` on a database of its own is given reports and watched from outside."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import click
from flask_migrate import upgrade
from PIL import Image

from backend.accounts import service as accounts
from backend.app import create_app
from backend.blobs import sha256_hex
from backend.clock import now
from backend.config import PREFIX, PROJECT_DIR, Settings, load_settings
from backend.database import db, transaction
from backend.memory import cpu_s, peak_mb
from backend.roads import receiving
from backend.roads.looking import holding as looking
from backend.uploads import evidence
from shared.vocabulary import DefectSource

SIZES_PX = ((4000, 3000), (3000, 4000), (3464, 3464))
"""Lying, upright and square in turn: what one shape leaves in memory, the next one may find no use for."""
JPEG_QUALITY = 90
CPU_GOAL_MS, MEMORY_GOAL_MB = 150.0, 400.0
PATIENCE_S = 180.0
POLL_S = 0.1
SETTLED_S = 0.5
"""Then the rest is done too; an idle worker uses next to nothing."""


def measure_worker(pictures: Sequence[Path]) -> list[dict[str, Any]]:
    """Peak memory, and CPU of all that is done for a photo, of a worker that gets each picture as a 12-megapixel JPEG, of another shape each time.

    Each is a report of its own, without a place, so that it makes no case. The first loads the networks: it counts for the memory, not for the CPU.
    """
    photos = [_as_of_a_phone(each, SIZES_PX[place % len(SIZES_PX)]) for place, each in enumerate(pictures)]
    with tempfile.TemporaryDirectory(prefix="qala-worker-") as folder:
        chosen = load_settings({}, instance_dir=Path(folder), log_level="ERROR")
        app = create_app(chosen, jobs_immediate=False, describe_api=False)
        with app.app_context():
            upgrade()
            with transaction():
                district_id = accounts.create_district(
                    "bench", name_ru="bench", name_kk="bench", name_en="bench", actor="bench"
                ).id
            spent = []
            with _worker(chosen) as process:
                for photo in photos:
                    before = cpu_s(process.pid)
                    _report(photo, district_id)
                    _wait(process)
                    time.sleep(SETTLED_S)
                    spent.append(1000 * (cpu_s(process.pid) - before))
                memory = peak_mb(process.pid)
            db.engine.dispose()
    return _rows(memory, sorted(spent[1:]))


def _rows(memory: float, spent: list[float]) -> list[dict[str, Any]]:
    whole = (spent[len(spent) // 2], spent[0], spent[-1])
    return [
        _row("CPU ms of the whole step of a 12-MP photo in `qala work --photos`", whole, CPU_GOAL_MS),
        _row("peak memory of that worker, MB", (memory,) * 3, MEMORY_GOAL_MB),
    ]


def _row(name: str, values: tuple[float, float, float], goal: float) -> dict[str, Any]:
    value, low, high = (round(each, 1) for each in values)
    line = {"name": name, "value": value, "low": low, "high": high, "goal": goal}
    return {**line, "direction": "at_most", "met": value <= goal}


def _as_of_a_phone(picture: Path, size_px: tuple[int, int]) -> bytes:
    with Image.open(picture) as opened:
        large = opened.convert("RGB").resize(size_px, Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    large.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()


@contextmanager
def _worker(chosen: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """The product's own worker, as it is started; nothing of this process's settings but the folder."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    environment[f"{PREFIX}INSTANCE_DIR"] = str(chosen.instance_dir)
    environment[f"{PREFIX}LOG_LEVEL"] = "ERROR"
    command = [sys.executable, "-m", "backend.cli", "work", "--photos"]
    process = subprocess.Popen(command, env=environment, cwd=PROJECT_DIR)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _report(photo: bytes, district_id: UUID) -> None:
    report_id = uuid4()
    sealed = evidence.seal_photos(receiving.owner(report_id), [photo])
    evidence.keep(sealed)
    with transaction():
        evidence.remember(sealed)
        receiving.enter(
            report_id,
            DefectSource.VEHICLE,
            photo_hashes=[sha256_hex(photo)],
            place=None,
            district_id=district_id,
            captured_at=now(),
            actor="bench",
            heading_deg=None,
        )


def _wait(process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        with transaction(read_only=True):
            if not looking.are_waiting(1):
                return
        time.sleep(POLL_S)
    raise click.ClickException(f"the worker has not looked at a photo within {PATIENCE_S:.0f} s")
