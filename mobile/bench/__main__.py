"""``python -m mobile.bench``: measure what is claimed of the phone app, on this machine, against a server of its own."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from mobile.bench.check_in import measure_check_ins
from mobile.bench.city import City, working_city
from mobile.bench.figures import Figure, machine_load, spread
from mobile.bench.news import measure_news
from mobile.client.api_client import VERSION
from mobile.simulated.served import PROJECT_DIR

STARTS = 5
MEMORY_GOAL_MB, START_GOAL_S = 300.0, 2.0
ROWS_GOAL = 40  # widgets for 500 people: a screen and a half of them


def main() -> int:
    """Measure and print; the exit status is 0 whether goals are met or not."""
    parser = argparse.ArgumentParser(prog="python -m mobile.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")
    parser.add_argument("--rounds", type=int, default=6, help="check-ins")
    parser.add_argument("--photos", type=int, default=2000, help="photos in the full outbox")
    parser.add_argument("--tasks", type=int, default=10, help="new tasks that must reach the phone")
    options = parser.parse_args()
    said = measure(options.rounds, options.photos, options.tasks)
    print(json.dumps(said, ensure_ascii=False) if options.json else described(said))
    return 0


def measure(rounds: int, photos: int, tasks: int) -> dict[str, Any]:
    """All figures of the phone, in the one form of measurements."""
    started_s, before = time.monotonic(), machine_load()
    with tempfile.TemporaryDirectory(prefix="qala-bench-") as name:
        folder = Path(name)
        with working_city(folder) as city:
            check_ins, times = measure_check_ins(city, folder / "supervisor", rounds)
            figures = [*check_ins, measure_news(city, folder / "open", tasks)]
            figures += _full_outbox(city, folder / "full", photos)
        figures += [*_starts(folder / "supervisor"), *_long_list(folder / "kivy")]
    faces = ", ".join(f"{times.outcomes.count(each)} {each}" for each in sorted(set(times.outcomes)))
    return {
        "name": "phone",
        "version": VERSION,
        "seconds": round(time.monotonic() - started_s, 1),
        "samples": sum(figure.samples for figure in figures),
        "data": f"a served city of its own; check-ins: {faces or 'no face here'}; {before}, {machine_load()} in the end",
        "goals": [figure.row() for figure in figures],
    }


def _full_outbox(city: City, folder: Path, photos: int) -> list[Figure]:
    said = _child("mobile.bench.full_outbox", city.server.url, str(folder), str(photos))
    stuck = said["missing"] + (said["poisoned"] != "refused")
    size = f"{photos} photos ({said['photo_bytes'] / 1e6:.0f} MB)"
    return [
        Figure(name=f"photos of {photos} that a poisoned item kept back", value=stuck, goal=0),
        Figure(name=f"MB of memory at most, {size}", value=said["peak_mb"], goal=MEMORY_GOAL_MB),
        Figure(name=f"s to save and send {size}", value=said["seconds"]),
        Figure(name="s to save a report of four photos", value=round(said["saved_s"], 3)),
    ]


def _starts(folder: Path) -> list[Figure]:
    """Warm: the files have been read before; whoever works with the phone is signed in."""
    environment = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "KIVY_NO_CONSOLELOG": "1"}
    took_s, cpu_s = [], []
    for _start in range(STARTS + 1 if folder.is_dir() else 0):
        started_s, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-m", "mobile.bench.first_frame", str(folder)],
            cwd=PROJECT_DIR,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        took_s.append(float(done.stdout) - started_s)
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s.append(spent.ru_utime + spent.ru_stime - before.ru_utime - before.ru_stime)
    return [
        spread("s from the start, warm, to the first frame", took_s[1:], START_GOAL_S),
        spread("CPU s of such a start, its end included", cpu_s[1:]),
    ]


def _long_list(folder: Path) -> list[Figure]:
    said = _child("mobile.bench.long_list", str(folder))
    if not said["last_seen"]:
        raise RuntimeError("the list of 500 was not scrolled to its end")
    return [
        Figure(name="ms to open the list of 500 people", value=round(said["opened_ms"], 1)),
        spread("ms of the app's own thread for a frame while it is scrolled", said["thread_ms"], digits=1),
        spread("ms of such a frame, drawn by the processor", said["frames_ms"], digits=1),
        Figure(name="widgets made for its rows", value=said["rows_made"], goal=ROWS_GOAL),
    ]


def _child(module: str, *arguments: str) -> dict[str, Any]:
    """A measurement in a process of its own; what it prints last."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=PROJECT_DIR,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def described(said: dict[str, Any]) -> str:
    """The figures in lines."""
    lines = [f"{said['name']} {said['version']}: {said['seconds']} s; {said['data']}"]
    for row in said["goals"]:
        between = "" if row["low"] is None else f" ({row['low']:g} to {row['high']:g})"
        goal = (
            "" if row["goal"] is None else f"; at most {row['goal']:g}: {'met' if row['met'] else 'NOT MET'}"
        )
        value = "not measured" if row["value"] is None else f"{row['value']:g}{between}"
        lines.append(f"{row['name']}: {value}{goal}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
