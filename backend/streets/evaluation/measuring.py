"""`qala evaluate streets`: seconds of reading, preparing and matrices, and how well noisy tracks are matched, on a real city.

Seconds are CPU seconds of one thread. The drives are simulated (`search/simulated`): a car through twelve random stops of the whole city,
and a lorry through thirty within a kilometre, yards included, by the fastest ways, with a pace that varies by leg and waits at crossings
and stops; fixes are off by normal noise on each axis, independent from fix to fix, or lasting. The seeds that are reported are not those that the matcher was tuned on (0 to 9).
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from backend.streets.building import build
from backend.streets.network import Network, arc_heads, arc_tails
from backend.streets.osm.reading import read_osm
from backend.streets.search import matching
from backend.streets.search.graph import Graph, arc_seconds, prepare
from backend.streets.search.matrix import matrix
from backend.streets.search.places import Kerb, Places, stops
from backend.streets.search.profile import CAR, TRUCK
from backend.streets.search.simulated import drive_along, metres_right, seen
from backend.streets.search.skeleton import survey
from backend.streets.search.stepping import steps_of
from backend.streets.search.ways import ways

FILE = "osm/petropavl.osm.pbf"
REPEATS = 5
MATRIX_GOAL_S, TURNS_GOAL_S, RIGHT_GOAL, READ_GOAL_S = 0.30, 0.60, 0.97, 10.0
TRACKS = (
    (5.0, 5.0),
    (10.0, 5.0),
    (20.0, 5.0),
    (40.0, 5.0),
    (10.0, 1.0),
    (10.0, 15.0),
    (10.0, 30.0),
    (20.0, 15.0),
    (20.0, 30.0),
)
GOAL_TRACK = (10.0, 5.0)
QUARTER_TRACKS = ((5.0, 5.0), (10.0, 5.0), (20.0, 5.0), (10.0, 15.0), (10.0, 30.0))
QUARTER_M, QUARTER_STOPS = 1000.0, 30
FIRST_SEED = 1000
STOPS = 12
LASTS_S = 60.0
WILD_SHARE = 0.02


def evaluate_streets(data: Path, *, seeds: int = 20, large: bool = True) -> dict[str, Any]:
    """All figures in the one form of every measurement; FileNotFoundError where the city's file is not in ``data``."""
    begun = time.monotonic()
    path = data / FILE
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: give the folder that holds it with --data or QALA_DATA")
    network, read_s = _timed(lambda: build(read_osm(path)).network)
    _warm(network)
    goals = [_row("read the file and build the network, s", [read_s], READ_GOAL_S)]
    skeleton, survey_s = _timed(lambda: survey(network), REPEATS)
    goals.append(_row("survey the network once, s", survey_s))
    truck, prepare_s = _timed(lambda: prepare(network, TRUCK, skeleton=skeleton), REPEATS)
    goals.append(_row("prepare one vehicle, s", prepare_s))
    free = prepare(network, TRUCK.without_turn_costs(), skeleton=skeleton)
    car = prepare(network, CAR, skeleton=skeleton)
    goals += _matrices(truck, free, large)
    for noise_m, every_s in TRACKS:
        goals += _tracks(car, seeds, noise_m, every_s)
    goals += _tracks(car, seeds, 10.0, 5.0, lasts_s=LASTS_S, wild_share=WILD_SHARE)
    for noise_m, every_s in QUARTER_TRACKS:
        goals += _tracks(car, seeds, noise_m, every_s, lorry=truck)
    goals += _tracks(car, seeds, 10.0, 5.0, lorry=truck, lasts_s=LASTS_S, wild_share=WILD_SHARE)
    return {
        "name": "streets",
        "version": _version(),
        "seconds": round(time.monotonic() - begun, 1),
        "samples": seeds * (len(TRACKS) + len(QUARTER_TRACKS) + 2),
        "data": f"{FILE}, {network.nodes} nodes, {network.segments} segments",
        "goals": goals,
    }


def _matrices(truck: Graph, free: Graph, large: bool) -> list[dict[str, Any]]:
    rows = []
    for name, graph, goal in (
        ("matrix 300 x 300 with turn costs, s", truck, TURNS_GOAL_S),
        ("matrix 300 x 300 without turn costs, s", free, MATRIX_GOAL_S),
    ):
        taken = [_timed(partial(matrix, graph, _places(graph, 300, seed)))[1] for seed in range(REPEATS)]
        rows.append(_row(name, taken, goal))
    network = truck.network
    seconds = arc_seconds(network, TRUCK)
    plain = csr_array(
        (seconds[truck.arc_open], (arc_tails(network)[truck.arc_open], arc_heads(network)[truck.arc_open])),
        shape=(network.nodes, network.nodes),
    )
    chosen = np.random.default_rng(1).integers(0, network.nodes, 300)
    taken = [_timed(lambda: dijkstra(plain, indices=chosen))[1] for _ in range(3)]
    rows.append(_row("the same by scipy's Dijkstra over nodes, no turns, no bans, s", taken))
    if large:
        taken = [_timed(partial(matrix, truck, _places(truck, 3000, seed)))[1] for seed in range(3)]
        rows.append(_row("matrix 3,000 x 3,000 with turn costs, s", taken))
    round_trip = _places(truck, 200, 7)
    legs, taken_s = _timed(lambda: ways(truck, round_trip), REPEATS)
    rows.append(_row("a way with its arcs, ms", [1000 * each / len(legs) for each in taken_s]))
    return rows


def _tracks(
    car: Graph,
    seeds: int,
    noise_m: float,
    every_s: float,
    *,
    lorry: Graph | None = None,
    lasts_s: float = 0.0,
    wild_share: float = 0.0,
) -> list[dict[str, Any]]:
    """Of drives through the city, or of a ``lorry`` in one quarter; matched on the streets of a car."""
    steps = steps_of(car)
    right, vain, speed = [], [], []
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        rng = np.random.default_rng(seed)
        drives, places = (
            (car, _places(car, STOPS, seed, Kerb.RIGHT)) if lorry is None else (lorry, _quarter(lorry, seed))
        )
        drive = drive_along(drives, places, rng)
        track = seen(
            car, drive, rng, every_s=every_s, noise_m=noise_m, lasts_s=lasts_s, wild_share=wild_share
        )
        found, taken_s = _timed(partial(matching.match, car, track, steps=steps))
        true_m, right_m, vain_m = metres_right(car, drive, found.driven_arc, found.enters, found.leaves)
        right.append(right_m / true_m)
        vain.append(vain_m / true_m)
        speed.append(len(track) / taken_s)
    what = f"{'city' if lorry is None else 'quarter'}, {noise_m:g} m, a fix in {every_s:g} s"
    if lasts_s:
        what += f", noise lasts {lasts_s:g} s, {wild_share:.0%} wild"
    goal = RIGHT_GOAL if (noise_m, every_s) == GOAL_TRACK else None
    return [
        _row(f"{what}: length right", right, goal, "at_least"),
        _row(f"{what}: length found in vain", vain),
        _row(f"{what}: fixes/s", speed, None, "at_least"),
    ]


def _quarter(lorry: Graph, seed: int) -> Places:
    """Random places within a kilometre of one of them."""
    rng = np.random.default_rng(seed)
    network, plane = lorry.network, lorry.skeleton.plane
    served = lorry.served[0::2] | lorry.served[1::2]
    points = np.flatnonzero(np.repeat(served, np.diff(network.line_start)))
    middle = rng.choice(points)
    near = points[np.hypot(plane.x[points] - plane.x[middle], plane.y[points] - plane.y[middle]) < QUARTER_M]
    chosen = rng.choice(near, QUARTER_STOPS)
    return stops(lorry, network.point_lon[chosen], network.point_lat[chosen], kerb=Kerb.RIGHT_WHERE_WIDE)


def _places(graph: Graph, count: int, seed: int, kerb: Kerb = Kerb.RIGHT_WHERE_WIDE) -> Places:
    """Random places that the vehicle can serve: near points of streets, 30 m off."""
    rng = np.random.default_rng(seed)
    network = graph.network
    served = graph.served[0::2] | graph.served[1::2]
    points = np.flatnonzero(np.repeat(served, np.diff(network.line_start)))
    chosen = rng.choice(points, count)
    off = rng.normal(0.0, 2e-4, (2, count))
    return stops(graph, network.point_lon[chosen] + off[0], network.point_lat[chosen] + off[1], kerb=kerb)


def _warm(network: Network) -> None:
    """Compile everything once, on the same kinds of arrays."""
    graph = prepare(network, CAR)
    places = _places(graph, 3, 0)
    matrix(graph, places)
    rng = np.random.default_rng(0)
    matching.match(graph, seen(graph, drive_along(graph, places, rng), rng, every_s=5.0, noise_m=5.0))


def _timed(act: Callable[[], Any], repeats: int | None = None) -> tuple[Any, Any]:
    """What an act gives and the CPU seconds it takes: a number, or a list of them with ``repeats``."""
    taken = []
    result = None
    for _ in range(repeats or 1):
        begun = time.process_time()
        result = act()
        taken.append(time.process_time() - begun)
    return result, taken if repeats else taken[0]


def _row(
    name: str, values: Sequence[float], goal: float | None = None, direction: str = "at_most"
) -> dict[str, Any]:
    """Mean and spread: least and most of a few repeats, the middle 95 % of many seeds."""
    value = float(np.mean(values))
    share = 2.5 if len(values) >= 20 else 0.0
    return {
        "name": name,
        "value": round(value, 6),
        "low": round(float(np.percentile(values, share)), 6),
        "high": round(float(np.percentile(values, 100 - share)), 6),
        "goal": goal,
        "direction": direction,
        "met": None if goal is None else value <= goal if direction == "at_most" else value >= goal,
    }


def _version() -> str:
    """A hash of the searches' sources."""
    digest = hashlib.sha256()
    for path in sorted(Path(matching.__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
