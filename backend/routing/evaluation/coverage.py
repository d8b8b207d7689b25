"""`qala evaluate coverage`: of streets that a plough worked on, how much its noisy track shows; of others, how much it claims in vain.

Drives are simulated on a real city (`streets/search/simulated`): through thirty places within a kilometre, at half of the usual pace. Pieces
that were driven whole are to be found. Claimed in vain are directions that were not driven of streets that were driven the other way, and
streets nearby that were not driven at all. The seeds are not those that the matcher was tuned on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from backend.routing.proof.gathering import passes_of
from backend.routing.proof.rules.coverage import Key, Piece, Run, Seen, StreetPass, cover
from backend.streets.building import build
from backend.streets.network import Network
from backend.streets.osm.reading import read_osm
from backend.streets.search.graph import Graph, prepare
from backend.streets.search.matching import match
from backend.streets.search.places import Kerb, Places, stops
from backend.streets.search.profile import CAR, TRUCK
from backend.streets.search.simulated import Drive, drive_along, seen
from backend.streets.search.skeleton import survey
from backend.streets.search.stepping import Steps, steps_of
from shared.vocabulary import WinterWork

FILE = "osm/petropavl.osm.pbf"
FIRST_SEED = 1000
QUARTER_M, PLACES = 1000.0, 30
SLOWER = 2.0  # than a lorry drives that does not work
SHARE, SPEED_MAX_MPS = 0.8, 50 / 3.6
LEAST_M = 20.0  # of a piece; shorter ones are crossings' middles
WHOLE = 0.999
TRACKS = (
    (5.0, 5.0, 0.0),
    (10.0, 5.0, 0.0),
    (10.0, 10.0, 0.0),
    (10.0, 5.0, 60.0),
    (20.0, 5.0, 0.0),
    (10.0, 30.0, 0.0),
)
"""Noise in metres, seconds between fixes, seconds that the noise lasts."""


@dataclass(frozen=True, kw_only=True)
class _Truth:
    """Of one drive: what was driven whole and until when, which other directions and streets were not."""

    whole: dict[Key, float]  # seconds when it was left last
    other_way: tuple[Key, ...]
    beside: tuple[Key, ...]
    ended_s: float


def measure_coverage(data: Path, seeds: int) -> dict[str, Any]:
    """All figures in the one form of every measurement; FileNotFoundError where the city's file is not in ``data``."""
    begun = time.monotonic()
    path = data / FILE
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: give the folder that holds it with --data or QALA_DATA")
    network = build(read_osm(path)).network
    skeleton = survey(network)
    car, lorry = prepare(network, CAR, skeleton=skeleton), prepare(network, TRUCK, skeleton=skeleton)
    steps = steps_of(car)
    goals = [row for each in TRACKS for row in _rows(car, lorry, steps, seeds, *each)]
    return {
        "name": "coverage",
        "version": "streets worked on",
        "seconds": round(time.monotonic() - begun, 1),
        "samples": seeds * len(TRACKS),
        "data": f"{FILE}, {network.segments} segments",
        "goals": goals,
    }


def _rows(
    car: Graph, lorry: Graph, steps: Steps, seeds: int, noise_m: float, every_s: float, lasts_s: float
) -> list[dict[str, Any]]:
    found: dict[str, list[float]] = {"found": [], "other way claimed": [], "beside claimed": []}
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        rng = np.random.default_rng(seed)
        drive = _slower(drive_along(lorry, _quarter(lorry, rng), rng))
        track = seen(car, drive, rng, every_s=every_s, noise_m=noise_m, lasts_s=lasts_s)
        matched = match(car, replace(track, accuracy_m=np.full(len(track), 1.5 * noise_m)), steps=steps)
        passes = passes_of(car.network, matched.passes())
        truth = _truth(car.network, drive)
        found["found"].append(_covered(car.network, truth.whole.items(), passes))
        for name, keys in (("other way claimed", truth.other_way), ("beside claimed", truth.beside)):
            found[name].append(_covered(car.network, ((key, truth.ended_s) for key in keys), passes))
    what = f"{noise_m:g} m, a fix in {every_s:g} s" + (f", noise lasts {lasts_s:g} s" if lasts_s else "")
    return [
        _row(f"{what}: {name}", values, "at_least" if name == "found" else "at_most")
        for name, values in found.items()
    ]


def _covered(network: Network, wished: Iterable[tuple[Key, float]], passes: Sequence[StreetPass]) -> float:
    """The share of metres that count as covered, each piece asked for by itself."""
    length_m = dict(zip(network.segment_id.tolist(), network.length_m.tolist(), strict=True))
    runs = [
        Run(
            pieces=[
                Piece(
                    segment_id=key[0],
                    forward=key[1],
                    either=False,
                    work=WinterWork.CLEAR,
                    number=1,
                    length_m=length_m[key[0]],
                )
            ],
            around=datetime.fromtimestamp(left_s, UTC) + timedelta(minutes=1),
            may_be_unseen=False,
        )
        for key, left_s in wished
    ]
    proofs = [proof for (proof,) in cover(runs, passes, share_least=SHARE, speed_max_mps=SPEED_MAX_MPS)]
    metres = sum(each.length_m for each in proofs)
    return sum(each.length_m for each in proofs if each.seen is Seen.COVERED) / metres if metres else 0.0


def _truth(network: Network, drive: Drive) -> _Truth:
    arcs = 2 * network.segments
    driven = np.bincount(drive.arc, weights=drive.leaves - drive.enters, minlength=arcs)
    left_s = np.full(arcs, -np.inf)
    np.maximum.at(left_s, drive.arc, drive.left_at_s)
    long = np.repeat(network.length_m >= LEAST_M, 2)
    is_open = network.access != 0
    other = np.arange(arcs) ^ 1
    whole = np.flatnonzero(long & (driven >= WHOLE))
    other_way = np.flatnonzero(long & is_open & (driven == 0) & (driven[other] >= WHOLE))
    box = _box_of(network, drive)
    beside = np.flatnonzero(long & is_open & (driven == 0) & (driven[other] == 0) & np.repeat(box, 2))
    return _Truth(
        whole={_key(network, arc): float(left_s[arc]) for arc in whole.tolist()},
        other_way=tuple(_key(network, arc) for arc in other_way.tolist()),
        beside=tuple(_key(network, arc) for arc in beside.tolist()),
        ended_s=float(drive.left_at_s[-1]),
    )


def _box_of(network: Network, drive: Drive) -> np.ndarray:
    """(S) segments that begin within the box of what was driven."""
    nodes = network.from_node[np.unique(drive.arc // 2)]
    lon, lat = network.node_lon, network.node_lat
    at = network.from_node
    return np.asarray(
        (lon[at] >= lon[nodes].min())
        & (lon[at] <= lon[nodes].max())
        & (lat[at] >= lat[nodes].min())
        & (lat[at] <= lat[nodes].max())
    )


def _key(network: Network, arc: int) -> Key:
    return int(network.segment_id[arc // 2]), arc % 2 == 0


def _slower(drive: Drive) -> Drive:
    return replace(drive, entered_at_s=drive.entered_at_s * SLOWER, left_at_s=drive.left_at_s * SLOWER)


def _quarter(lorry: Graph, rng: np.random.Generator) -> Places:
    """Random places within a kilometre of one of them."""
    network, plane = lorry.network, lorry.skeleton.plane
    served = lorry.served[0::2] | lorry.served[1::2]
    points = np.flatnonzero(np.repeat(served, np.diff(network.line_start)))
    middle = rng.choice(points)
    near = points[np.hypot(plane.x[points] - plane.x[middle], plane.y[points] - plane.y[middle]) < QUARTER_M]
    chosen = rng.choice(near, PLACES)
    return stops(lorry, network.point_lon[chosen], network.point_lat[chosen], kerb=Kerb.RIGHT_WHERE_WIDE)


def _row(name: str, values: Sequence[float], direction: str) -> dict[str, Any]:
    """Mean and the middle 95 % of many seeds, or least and most of a few."""
    share = 2.5 if len(values) >= 20 else 0.0
    return {
        "name": name,
        "value": round(float(np.mean(values)), 6),
        "low": round(float(np.percentile(values, share)), 6),
        "high": round(float(np.percentile(values, 100 - share)), 6),
        "goal": None,
        "direction": direction,
        "met": None,
    }
