"""Searches on the real city: exact against SciPy, and noisy tracks matched as well as is claimed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from backend.streets.building import build
from backend.streets.evaluation.measuring import FILE, evaluate_streets
from backend.streets.network import Network
from backend.streets.osm.reading import read_osm
from backend.streets.search.graph import prepare
from backend.streets.search.grid import NO_SEGMENT
from backend.streets.search.matrix import matrix
from backend.streets.search.places import Places
from backend.streets.search.profile import TRUCK
from backend.streets.search.weights import LONGEST, METRE_BITS

pytestmark = pytest.mark.slow
COUNT = 60


@pytest.fixture
def city(data_dir: Path) -> Network:
    """Petropavl."""
    path = data_dir / FILE
    if not path.exists():
        pytest.skip(f"no file {FILE} in the data (QALA_DATA)")
    return _read(path)


@cache
def _read(path: Path) -> Network:
    return build(read_osm(path)).network


def test_seconds_between_arcs_are_scipys(city: Network) -> None:
    """From the ends of sixty arcs to the ends of sixty others: Dijkstra over the same moves, to the millisecond."""
    graph = prepare(city, TRUCK)
    skeleton = graph.skeleton
    allowed = graph.move_weight < LONGEST
    states = len(skeleton.state_arc)
    moves = csr_array(
        (
            (graph.move_weight[allowed] >> METRE_BITS).astype(float),
            (skeleton.move_tail[allowed], skeleton.move_head[allowed]),
        ),
        shape=(states, states),
    )
    rng = np.random.default_rng(4)
    arcs = rng.choice(np.flatnonzero(graph.served), COUNT, replace=False)
    arcs = arcs[np.unique(arcs // 2, return_index=True)[1]]
    plain_s = dijkstra(moves, indices=skeleton.leaving_state[arcs])[:, skeleton.arriving_state[arcs]] / 1000
    places = Places(
        segment=(arcs // 2).astype(np.int32),
        fraction=np.where(arcs % 2 == 0, 1.0, 0.0),
        distance_m=np.zeros(len(arcs)),
        on_right=np.ones(len(arcs), dtype=np.bool_),
        stops=np.column_stack((arcs % 2 == 0, arcs % 2 == 1)),
    )
    assert (places.segment != NO_SEGMENT).all()
    found_s = matrix(graph, places).seconds
    others = ~np.eye(len(arcs), dtype=bool)
    assert np.isfinite(plain_s).all()
    assert np.allclose(plain_s[others], found_s[others], rtol=1e-6, atol=1e-4)


def test_what_is_claimed_is_measured(data_dir: Path, city: Network) -> None:
    """The command's figures, with two drives each instead of twenty; the goals are met."""
    result = evaluate_streets(data_dir, seeds=2, large=False)
    assert city.segments > 10_000
    goals = {goal["name"]: goal for goal in result["goals"]}
    for drives in ("city", "quarter"):
        assert goals[f"{drives}, 10 m, a fix in 5 s: length right"]["value"] >= 0.97
    assert {"name", "version", "seconds", "samples", "data", "goals"} == set(result)
    assert all(goal["low"] <= goal["high"] for goal in result["goals"])
