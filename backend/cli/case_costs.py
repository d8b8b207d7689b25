"""What taking a report into cases costs beside many open cases: a database of its own, filled at random along a city's streets."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from flask_migrate import upgrade

from backend.accounts import service as accounts
from backend.app import create_app
from backend.cli.throughput_stage import YesVerifier
from backend.config import load_settings
from backend.database import db, transaction
from backend.roads.cases.evaluation.costs import REPORTS, fill, timed
from backend.streets import service as streets
from backend.streets.building import build
from backend.streets.invented import invented_city
from backend.streets.osm.reading import read_osm

FILE = "osm/petropavl.osm.pbf"
MEDIAN_MOST_MS = 50.0


def measure_cases(data: Path, cases: int) -> dict[str, Any]:
    """Milliseconds of a report's whole transaction, committed to disk, and of lists, beside so many open cases; on SQLite."""
    begun = time.monotonic()
    path = data / FILE
    built = build(read_osm(path)) if path.is_file() else invented_city()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            load_settings({}, instance_dir=Path(folder), log_level="ERROR"),
            verifier=YesVerifier,
            jobs_immediate=True,
        )
        with app.app_context():
            upgrade()
            with transaction():
                district_id = accounts.create_district(
                    "bench", name_ru="bench", name_kk="bench", name_en="bench", actor="bench"
                ).id
                source = streets.Provenance(
                    kind="osm" if path.is_file() else "invented",
                    source=path.name,
                    sha256="0" * 64,
                    attribution="bench",
                )
                streets.replace(built, source, by="bench")
            with transaction(read_only=True):
                streets.network()
            fill(built.network, cases, district_id)
            spent = timed(built.network, district_id)
            db.engine.dispose()
    return {
        "name": "cases",
        "version": "1",
        "data": "Petropavl" if path.is_file() else "invented",
        "samples": REPORTS,
        "seconds": round(time.monotonic() - begun, 1),
        "goals": [
            _row(f"a report beside {cases:,} open cases, CPU ms", spent["cpu"], MEDIAN_MOST_MS),
            _row("the same by the clock, committed to disk, ms", spent["all"], None),
            _row("cases of a box, a page, ms", spent["box"], None),
        ],
    }


def _row(name: str, values: list[float], goal: float | None) -> dict[str, Any]:
    """The median, with the middle 90 %."""
    median = float(np.median(values))
    return {
        "name": name,
        "value": round(median, 2),
        "low": round(float(np.percentile(values, 5)), 2),
        "high": round(float(np.percentile(values, 95)), 2),
        "goal": goal,
        "direction": "at_most",
        "met": None if goal is None else median <= goal,
    }
