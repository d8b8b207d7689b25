"""Searches in the network in force."""

from __future__ import annotations

import numpy as np
import pytest
from flask import Flask

from backend.database import transaction
from backend.errors import Conflict
from backend.streets import service
from backend.streets.invented import invented_city
from backend.streets.search.tracks import Track
from shared.vocabulary import Turn


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


def test_legs_say_their_turns_and_stops_what_is_in_their_way(app: Flask) -> None:
    """From departure to arrival; a stop in the river has a reason."""
    _install(app)
    with app.app_context(), transaction(read_only=True):
        search = service.search()
    network = search.network
    ends = np.array([0, network.nodes - 1])
    positions = np.column_stack((network.node_lon[ends], network.node_lat[ends]))
    (leg,) = search.legs(positions, service.truck())
    assert leg is not None
    assert (Turn.DEPART, Turn.ARRIVE) == (leg.steps[0].turn, leg.steps[-1].turn)
    assert sum(step.distance_m for step in leg.steps) == pytest.approx(leg.metres, abs=1.0)
    river = positions + np.array([[0.0, 0.0], [5.0, 0.0]])
    said = search.obstacles(river, service.truck())
    assert said[0] is None
    assert str(said[1]).startswith("No street lies within 150 m")


def test_a_driven_leg_is_matched_to_its_arcs(app: Flask) -> None:
    """Fixes every 30 m along the way that was planned."""
    _install(app)
    with app.app_context(), transaction(read_only=True):
        search = service.search()
    network = search.network
    ends = np.array([0, network.nodes - 1])
    positions = np.column_stack((network.node_lon[ends], network.node_lat[ends]))
    (leg,) = search.legs(positions, service.truck())
    assert leg is not None
    gone_m = np.concatenate(
        ([0.0], np.cumsum(np.hypot(*(np.diff(leg.line, axis=0) * [64_000.0, 111_000.0]).T)))
    )
    at_m = np.arange(0.0, gone_m[-1], 30.0)
    lon, lat = (np.interp(at_m, gone_m, leg.line[:, axis]) for axis in (0, 1))
    found = search.match(Track(lon=lon, lat=lat, time_s=np.arange(len(at_m)) * 3.0))
    driven = {each.arc for each in found.passes()}
    assert len(driven & set(leg.arcs.tolist())) >= 0.95 * len(leg.arcs)
