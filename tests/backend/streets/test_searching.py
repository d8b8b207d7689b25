"""Searches in the network in force."""

from __future__ import annotations

import numpy as np
import pytest
from flask import Flask

from backend.database import transaction
from backend.errors import Conflict
from backend.streets import service
from backend.streets.invented import invented_city


def _install(app: Flask) -> None:
    built = invented_city()
    with app.app_context(), transaction():
        service.replace(
            built,
            service.Provenance(kind="invented", source="", sha256="", attribution="invented"),
            by="test",
        )


def test_without_streets_the_answer_says_what_to_do(app: Flask) -> None:
    """Nobody plans on nothing."""
    with app.app_context(), transaction(read_only=True), pytest.raises(Conflict, match="import-osm"):
        service.search()


def test_ways_cost_what_the_matrix_says(app: Flask) -> None:
    """A plan's times and the way that a driver is shown are the same."""
    _install(app)
    with app.app_context(), transaction(read_only=True):
        search = service.search()
        assert search is service.search()
    network = search.network
    chosen = np.linspace(0, network.nodes - 1, 7).astype(int)
    positions = np.column_stack((network.node_lon[chosen], network.node_lat[chosen]))
    times = search.matrix(positions, service.truck()).seconds
    for number, leg in enumerate(search.legs(positions, service.truck())):
        assert leg is not None
        assert (
            times[number, number + 1] <= leg.seconds + 0.01
        )  # chosen together, a way may go round a corner first
        assert len(leg.line) >= 2


def test_a_closed_street_is_not_driven(app: Flask) -> None:
    """What the way took before it takes no more."""
    _install(app)
    with app.app_context(), transaction(read_only=True):
        search = service.search()
    network = search.network
    ends = np.array([0, network.nodes - 1])
    positions = np.column_stack((network.node_lon[ends], network.node_lat[ends]))
    (leg,) = search.legs(positions, service.truck())
    assert leg is not None
    middle = int(leg.arcs[len(leg.arcs) // 2]) // 2
    (other,) = search.legs(positions, service.truck(), closed=[int(network.segment_id[middle])])
    assert other is not None
    assert middle not in set((other.arcs // 2).tolist())
    assert other.seconds >= leg.seconds
