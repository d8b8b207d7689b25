"""What an import of streets costs on this machine: `qala import-osm` as people run it, on an empty SQLite database each time.

Wall-clock seconds and peak memory are those of the whole process, from its start; the median of some runs, low and high the
fastest and the slowest. How a network is read back, and the pack that phones fetch, are measured in this process.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from backend.config import PREFIX
from backend.streets.building import build
from backend.streets.network import Network
from backend.streets.osm.reading import read_osm
from backend.streets.packed import packed, unpacked
from backend.streets.parts import main_segments
from backend.streets.phone_pack import phone_pack
from shared.street_pack import read_pack

FOLDER = "osm"
CITY = "petropavl.osm.pbf"  # the one with goals
CITIES = (CITY, "krems.osm.gz", "liechtenstein.osm.pbf")
SECONDS_MOST, MEMORY_MOST_MB, READ_MOST_S, PACK_MOST_KB = 10.0, 500.0, 1.0, 700.0
READS = 5
QALA = (sys.executable, "-m", "backend.cli")


def measure_imports(data: Path, repeats: int = 3) -> dict[str, Any]:
    """Rows for ``qala evaluate streets``: each city that is in ``data``, imported ``repeats`` times; none for 0."""
    started = time.monotonic()
    files = [path for name in CITIES if (path := data / FOLDER / name).exists()] if repeats else []
    goals = [row for path in files for row in _of_city(path, repeats, judged=path.name == CITY)]
    return {
        "goals": goals,
        "samples": repeats * len(files),
        "seconds": round(time.monotonic() - started, 1),
    }


def _row(
    name: str, values: Sequence[float], goal: float | None = None, direction: str = "at_most"
) -> dict[str, Any]:
    """A row of the common form: the median of some values with the least and the greatest."""
    value = statistics.median(values)
    met = None if goal is None else (value <= goal if direction == "at_most" else value >= goal)
    rounded = {"value": value, "low": min(values), "high": max(values)}
    numbers = {name: round(number, 4) for name, number in rounded.items()}
    return {"name": name, **numbers, "goal": goal, "direction": direction, "met": met}


def _of_city(path: Path, repeats: int, *, judged: bool) -> list[dict[str, Any]]:
    name = path.name.partition(".")[0]
    runs = _imports(path, repeats)
    network = build(read_osm(path)).network
    kept, pack = packed(network), phone_pack(network, 1, "")
    limits = (SECONDS_MOST, MEMORY_MOST_MB, READ_MOST_S, PACK_MOST_KB) if judged else (None,) * 4
    return [
        _row(f"{name}: import, s", [run[0] for run in runs], limits[0]),
        _row(f"{name}: import, CPU s", [run[1] for run in runs]),
        _row(f"{name}: import, peak MB", [run[2] for run in runs], limits[1]),
        _row(f"{name}: network read back, s", _timed(lambda: unpacked(kept)), limits[2]),
        _row(f"{name}: pack for phones, kB", [len(pack) / 1000], limits[3]),
        _row(f"{name}: pack read on this machine, s", _timed(lambda: read_pack(pack))),
        _row(f"{name}: segments", [network.segments]),
        _row(f"{name}: km that hang together, share", [_share(network)]),
    ]


def _share(network: Network) -> float:
    main = main_segments(network)
    return float(network.length_m[main].sum() / network.length_m.sum())


def _timed(work: Callable[[], object]) -> list[float]:
    found = []
    for _again in range(READS):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return found


def _imports(path: Path, repeats: int) -> list[tuple[float, float, float]]:
    """Wall-clock seconds, CPU seconds and peak MB of each run."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty"
        _finished(["migrate"], empty)
        runs = []
        for number in range(repeats):
            instance = Path(folder) / f"run-{number}"
            shutil.copytree(empty, instance)
            runs.append(_finished(["import-osm", "--anywhere", str(path.resolve())], instance))
    return runs


def _finished(arguments: list[str], instance: Path) -> tuple[float, float, float]:
    own = {f"{PREFIX}INSTANCE_DIR": str(instance), f"{PREFIX}LOG_LEVEL": "ERROR"}
    foreign = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    started = time.monotonic()
    process = subprocess.Popen([*QALA, *arguments], env={**foreign, **own}, stdout=subprocess.DEVNULL)
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"qala {' '.join(arguments)} ended with {process.returncode}")
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
