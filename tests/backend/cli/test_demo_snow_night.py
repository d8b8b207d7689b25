"""`qala demo snow-night`: a real server, the app's own outbox and sync in another process, a whole night; and how its city is cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backend.cli.snow_night.city import cut, mix
from backend.cli.snow_night.night import play
from backend.streets.invented import invented_city


@pytest.mark.parametrize("machines", [1, 2, 5, 22, 100])
def test_a_district_has_as_many_machines_as_it_was_given(machines: int) -> None:
    """Of every kind where there are enough."""
    found = dict(mix(machines))
    assert machines == sum(found.values())
    assert all(count >= (1 if machines >= 5 else 0) for count in found.values())


def test_districts_tile_the_city_with_about_as_many_streets_each() -> None:
    """No street lies in two, none in none."""
    network = invented_city().network
    boxes = [box for box, _middle in cut(network, 3)]
    lon = (network.node_lon[network.from_node] + network.node_lon[network.to_node]) / 2
    lat = (network.node_lat[network.from_node] + network.node_lat[network.to_node]) / 2
    inside = np.array([(lon > w) & (lon <= e) & (lat > s) & (lat <= n) for w, s, e, n in boxes])
    assert (inside.sum(axis=0) == 1).all()
    metres = [network.length_m[each].sum() for each in inside]
    assert max(metres) < 1.5 * min(metres)


def test_a_place_with_hardly_a_street_is_cut_too() -> None:
    """A demo city may stand on any file; a district may be empty."""
    network = invented_city().network
    some = np.flatnonzero(network.length_m > 0)[:1]
    one = replace(
        network,
        **{
            name: getattr(network, name)[some]
            for name in ("from_node", "to_node", "length_m", "street_class")
        },
    )
    boxes = [box for box, _middle in cut(one, 4)]
    assert 4 == len(boxes)
    assert all(west <= east and south <= north for west, south, east, north in boxes)


@pytest.mark.slow
def test_a_night_is_planned_driven_broken_replanned_and_closed() -> None:
    """Machines report every run by driving it or say why not, and tracks prove it; snow is hauled; a foreman's list of the same night breaks no rule."""
    summary = play(
        osm=None,
        districts=2,
        machines=10,
        loaders=1,
        trucks=2,
        seconds=6.0,
        say=lambda _line: None,
        beside=True,
    )
    assert ("closed", 0) == (summary["plan"], summary["list_violations"])
    assert summary["worked_km"] > 100
    assert summary["runs_done"] > 0.9 * summary["runs"]
    assert summary["dead_head_share"] < summary["list_dead_head_share"]
    assert summary["by_track_km"] > 0.9 * summary["reported_km"] > 100
    assert summary["told_m3"] > 0
    assert summary["by_track_km"] > 0.95 * (summary["by_track_km"] + summary["by_report_km"]) > 0
