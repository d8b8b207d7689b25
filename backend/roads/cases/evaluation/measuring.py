"""`qala evaluate merging`: pairwise precision and recall of merging simulated reports, and milliseconds of taking one in.

Faults lie at random along the streets of a part of a city, none nearer than 20 m to another of its side; five reports of each come in
over two months, in one stream. A place is off by normal noise on each axis, its deviation uniform between 5 and 30 m; receivers claim 0.7
to 1.3 times of it. Four of five have a heading: 85 % along the fault's own lane, 15° off, a tenth anywhere. 85 % name the right kind. Looks are unit
vectors of 32 axes: two views of one place have a cosine of 0.7 in the mean, of two places 0.2 (0.5 and 0.3 in the rows of «poor looks»).
Parameters of merging were tuned on seeds 0 to 3, 100 to 103 and 200 to 204; reported are others.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from backend.roads.cases.evaluation.simulated import Simulation, merged, pairwise, simulated
from backend.roads.cases.rules.streets import StreetIndex
from backend.streets.building import build
from backend.streets.invented import invented_city
from backend.streets.network import Network
from backend.streets.osm.reading import read_osm

FILE = "osm/petropavl.osm.pbf"
FIRST_SEED = 1000
PRECISION_GOAL, RECALL_GOAL = 0.98, 0.90
USUAL = Simulation(faults=120, street_m=400.0, apart_m=20.0)
RUNS: tuple[tuple[str, Simulation, bool], ...] = (
    ("a fault on 400 m of street", USUAL, True),
    ("a fault on 150 m", replace(USUAL, street_m=150.0), False),
    ("a fault on 1,000 m", replace(USUAL, street_m=1000.0, faults=80), False),
    ("poor looks", replace(USUAL, look_same=0.5, look_other=0.3), False),
    ("without looks", replace(USUAL, looks=False), False),
    ("without looks, a fault on 1,000 m", replace(USUAL, looks=False, street_m=1000.0, faults=80), False),
    ("without looks, noise 5 to 15 m", replace(USUAL, looks=False, noise_m=(5.0, 15.0)), False),
    ("without looks, noise 5 m", replace(USUAL, looks=False, noise_m=(5.0, 5.0)), False),
)


def evaluate_merging(data: Path, *, seeds: int = 8) -> dict[str, Any]:
    """All figures in the one form of every measurement; a real city's where its file is in ``data``."""
    begun = time.monotonic()
    cities: list[tuple[str, Network, Sequence[tuple[str, Simulation, bool]]]] = [
        ("invented city", invented_city().network, RUNS)
    ]
    path = data / FILE
    if path.is_file():
        cities.append(("Petropavl", build(read_osm(path)).network, (RUNS[0], RUNS[4])))
    goals: list[dict[str, Any]] = []
    reports = 0
    for city, network, runs in cities:
        index = StreetIndex(network)
        for name, said, judged in runs:
            found = [_measured(network, index, said, FIRST_SEED + seed) for seed in range(seeds)]
            reports += seeds * said.faults * said.views
            what = f"{city}, {name}"
            goals += [
                _row(f"{what}: precision", [each[0] for each in found], PRECISION_GOAL if judged else None),
                _row(f"{what}: recall", [each[1] for each in found], RECALL_GOAL if judged else None),
                _row(f"{what}: cases for a fault", [each[2] for each in found], None, "at_most"),
            ]
            if judged:
                goals.append(_row(f"{what}: ms a report", [each[3] for each in found], None, "at_most"))
    return {
        "name": "merging",
        "version": "1",
        "data": hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "invented",
        "samples": reports,
        "seconds": round(time.monotonic() - begun, 1),
        "goals": goals,
    }


def _measured(
    network: Network, index: StreetIndex, said: Simulation, seed: int
) -> tuple[float, float, float, float]:
    views, truth = simulated(network, said, seed)
    begun = time.process_time()
    found = merged(views, index)
    spent_s = time.process_time() - begun
    precision, recall = pairwise(found, truth)
    return precision, recall, len(set(found)) / said.faults, 1000 * spent_s / len(views)


def _row(
    name: str, values: Sequence[float], goal: float | None, direction: str = "at_least"
) -> dict[str, Any]:
    """Mean, with least and most of the seeds; a goal is met when the mean meets it."""
    mean = float(np.mean(values))
    return {
        "name": name,
        "value": round(mean, 4),
        "low": round(float(min(values)), 4),
        "high": round(float(max(values)), 4),
        "goal": goal,
        "direction": direction,
        "met": None if goal is None else bool(mean >= goal),
    }
