"""Boundaries from strangers: what is wrong is named with its place; what is right comes out normalised."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.geofences.rules import (
    BoundaryError,
    BoundaryLimits,
    Bounds,
    Fence,
    FenceIndex,
    area_m2,
    validate_boundary,
)
from shared.geometry import Point
from shared.i18n import Message

ALWAYS_THE_SAME = settings(derandomize=True, database=None, deadline=None, max_examples=200)
Ring = list[list[float]]


def box(west: float, south: float, size: float = 0.01) -> Ring:
    """A closed square, counter-clockwise."""
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


PARK = box(69.15, 54.87)
POND = [[69.153, 54.873], [69.153, 54.876], [69.156, 54.876], [69.156, 54.873], [69.153, 54.873]]


def polygon(*rings: Ring) -> dict[str, Any]:
    """A Polygon of rings."""
    return {"type": "Polygon", "coordinates": list(rings)}


def multi(*polygons: list[Ring]) -> dict[str, Any]:
    """A MultiPolygon of polygons."""
    return {"type": "MultiPolygon", "coordinates": list(polygons)}


def refusal(geojson: object, **options: Any) -> dict[str, str]:
    """The messages of a refusal by path, joined."""
    with pytest.raises(BoundaryError) as refused:
        validate_boundary(geojson, **options)
    assert all(isinstance(message, Message) for _path, message in refused.value.errors)
    return {path: "; ".join(messages) for path, messages in refused.value.by_field().items()}


def test_polygon_with_hole_is_accepted() -> None:
    """The area is the park without its pond."""
    boundary = validate_boundary(polygon(PARK, POND))
    assert boundary.equals(shapely.Polygon(PARK, [POND]))


def test_multipolygon_stays_one_even_with_one_part() -> None:
    """What was sent as a MultiPolygon is stored as one; corners may touch."""
    assert validate_boundary(multi([PARK])).geom_type == "MultiPolygon"
    corner = [PARK[2], [69.17, 54.88], [69.17, 54.89], PARK[2]]
    assert len(validate_boundary(multi([PARK], [corner])).geoms) == 2


@pytest.mark.parametrize(
    "wrapped",
    [
        {"type": "Feature", "properties": {"name": "Парк"}, "geometry": polygon(PARK)},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": None, "geometry": polygon(PARK)}],
        },
        {**polygon(PARK), "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
        {**polygon(PARK), "bbox": [69, 54, 70, 55]},
    ],
)
def test_what_map_editors_export_is_accepted(wrapped: dict[str, Any]) -> None:
    """A Feature, a collection of one, the old way to say WGS 84, a bbox."""
    assert validate_boundary(wrapped).equals(shapely.Polygon(PARK))


def test_rings_come_out_in_the_order_of_rfc_7946() -> None:
    """Shells counter-clockwise, holes clockwise, whatever came in."""
    for rings in ([PARK, POND], [PARK[::-1], POND[::-1]]):
        boundary = validate_boundary(polygon(*rings))
        assert boundary.exterior.is_ccw
        assert not boundary.interiors[0].is_ccw


def test_altitude_is_dropped() -> None:
    """A third value is allowed and not kept."""
    boundary = validate_boundary(polygon([[*position, 136.5] for position in PARK]))
    assert not boundary.has_z
    assert boundary.equals(shapely.Polygon(PARK))


@pytest.mark.parametrize(
    ("geojson", "path", "reason"),
    [
        (None, "body", "must be a GeoJSON object"),
        ("POLYGON((0 0))", "body", "must be a GeoJSON object"),
        ([PARK], "body", "was a list"),
        ({}, "type", "was null"),
        ({"type": "Point", "coordinates": [69.15, 54.87]}, "type", "was «Point»: draw an area"),
        ({"type": "LineString", "coordinates": PARK}, "type", "was «LineString»"),
        ({"type": "GeometryCollection", "geometries": [polygon(PARK)]}, "type", "was «GeometryCollection»"),
        ({"type": ["Polygon"], "coordinates": [PARK]}, "type", "was a list"),
        ({"type": "Feature", "geometry": None}, "geometry", "was null"),
        ({"type": "Feature", "geometry": {"type": "Feature"}}, "geometry.type", "was «Feature»"),
        ({"type": "FeatureCollection", "features": []}, "features", "exactly one feature, has 0"),
        ({"type": "FeatureCollection", "features": [{}, {}]}, "features", "has 2"),
        ({"type": "FeatureCollection", "features": None}, "features", "has 0"),
        ({"type": "Polygon"}, "coordinates", "polygon 1 must be a list of rings"),
        ({"type": "Polygon", "coordinates": []}, "coordinates", "polygon 1 must be a list of rings"),
        ({"type": "MultiPolygon", "coordinates": []}, "coordinates", "must be a list of polygons"),
        ({"type": "MultiPolygon", "coordinates": {}}, "coordinates", "must be a list of polygons"),
        ({"type": "MultiPolygon", "coordinates": [[PARK], []]}, "coordinates[1]", "polygon 2 must be"),
        ({"type": "Polygon", "coordinates": [PARK, 5]}, "coordinates[1]", "hole 1 of polygon 1 must be"),
        ({"type": "Polygon", "coordinates": PARK}, "coordinates[0][0]", "must be two numbers"),
        ({"type": "Polygon", "coordinates": [[]]}, "coordinates[0]", "at least 4 positions"),
        ({**polygon(PARK), "crs": {"properties": {"name": "EPSG:3857"}}}, "crs", "send WGS 84"),
        ({**polygon(PARK), "crs": "EPSG:28413"}, "crs", "send WGS 84"),
    ],
)
def test_what_is_no_area_is_refused_by_name(geojson: object, path: str, reason: str) -> None:
    """The path leads to the member, the message names what came."""
    errors = refusal(geojson)
    assert [path] == list(errors)[:1]
    assert reason in errors[path]


@pytest.mark.parametrize(
    ("position", "reason"),
    [
        (["69.15", 54.87], "two numbers [lon, lat], was [«69.15», 54.87]"),
        ([69.15], "two numbers"),
        ([69.15, 54.87, 1, 2], "two numbers"),
        ([69.15, None], "was [69.15, null]"),
        ([True, 54.87], "was [true, 54.87]"),
        ({"lon": 69.15}, "was an object"),
        ([69.15, math.nan], "must be finite numbers, was [69.15, nan]"),
        ([math.inf, 54.87], "must be finite numbers"),
        ([10**400, 54.87], "must be finite numbers"),
        ([69.15, 91], "lat -90 to 90, was [69.150000, 91.000000]"),
        ([-181, 54.87], "lon -180 to 180"),
    ],
)
def test_wrong_position_is_named(position: Any, reason: str) -> None:
    """Which position of which ring, and what stood there."""
    errors = refusal(polygon(PARK, [POND[0], position, *POND[2:]]))
    assert "position 2 of hole 1 of polygon 1" in errors["coordinates[1][1]"]
    assert reason in errors["coordinates[1][1]"]


def test_unclosed_ring_is_named_with_the_remedy() -> None:
    """Which ring of which polygon, and which position to repeat."""
    errors = refusal(multi([PARK], [box(69.2, 54.9), box(69.203, 54.903, 0.003)[:-1]]))
    assert set(errors) == {"coordinates[1][1]"}
    expected = (
        "hole 1 of polygon 2 is not closed: add its first position [69.203000, 54.903000] again at the end"
    )
    assert errors["coordinates[1][1]"].startswith(expected)


def test_ring_of_three_positions_is_refused() -> None:
    """A line there and back is no ring; a triangle has four positions."""
    assert "at least 4 positions" in refusal(polygon([PARK[0], PARK[1], PARK[0]]))["coordinates[0]"]
    assert validate_boundary(polygon([PARK[0], PARK[1], PARK[2], PARK[0]]))


def test_self_intersection_says_where() -> None:
    """A bow-tie crosses in its middle."""
    bow_tie = [[69.15, 54.87], [69.16, 54.88], [69.16, 54.87], [69.15, 54.88], [69.15, 54.87]]
    message = refusal(polygon(bow_tie))["coordinates[0]"]
    assert "the outer ring of polygon 1 crosses or touches itself at [69.155000, 54.875000]" in message


def test_spike_is_refused_where_it_is() -> None:
    """A needle out and back along the same line is a self-intersection."""
    spiked = [*PARK[:2], [69.17, 54.88], *PARK[2:3], [69.17, 54.88], *PARK[2:]]
    assert "crosses or touches itself at" in refusal(polygon(spiked))["coordinates[0]"]


@pytest.mark.parametrize(
    ("hole", "near"),
    [
        (box(69.2, 54.9, 0.001), "near [69.200"),
        (box(69.155, 54.875, 0.01), "reaches outside its outer ring"),
    ],
)
def test_hole_outside_its_shell_is_refused(hole: Ring, near: str) -> None:
    """Wholly or in part, with a place that is outside."""
    assert near in refusal(polygon(PARK, hole))["coordinates[1]"]


def test_holes_that_overlap_are_refused() -> None:
    """Two ponds are not one in the other, nor across each other."""
    inner = box(69.154, 54.874, 0.001)
    for other in (inner, box(69.155, 54.875, 0.003)):
        assert "the rings of polygon 1 overlap" in refusal(polygon(PARK, POND, other))["coordinates"]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (box(69.155, 54.875), "polygons 1 and 2 overlap near [69.15"),
        (box(69.152, 54.872, 0.002), "polygons 1 and 2 overlap"),
        (PARK, "polygons 1 and 2 overlap"),
        ([PARK[1], [69.18, 54.87], [69.18, 54.88], PARK[2], PARK[1]], "share a border near [69.16"),
    ],
)
def test_polygons_of_one_boundary_do_not_overlap(other: Ring, reason: str) -> None:
    """Across, within, equal, or side by side: the message says which two and where."""
    assert reason in refusal(multi([PARK], [other]))["coordinates"]


def test_polygon_inside_the_hole_of_another_is_fine() -> None:
    """An island in the pond is part of the park."""
    island = box(69.154, 54.874, 0.001)
    assert validate_boundary(multi([PARK, POND], [island])).is_valid


def test_swapped_axes_are_recognised() -> None:
    """lat,lon lands in the Barents Sea; turned round it is the city."""
    errors = refusal(polygon([[lat, lon] for lon, lat in PARK]))
    expected = "this looks like lat,lon: GeoJSON is lon,lat. Write [69.150000, 54.870000] instead of [54.87"
    assert set(errors) == {"coordinates"}
    assert errors["coordinates"].startswith(expected)


def test_swapped_axes_are_recognised_where_latitudes_run_out() -> None:
    """A city east of 90 degrees: swapped positions are out of range, but the reason is the swap."""
    yakutsk = Bounds(centre=Point(lat=62.05, lon=129.7))
    errors = refusal(polygon([[lat, lon] for lon, lat in box(129.7, 62.0)]), city=yakutsk)
    assert "lat,lon" in errors["coordinates"]


def test_boundary_far_from_the_city_names_the_distance() -> None:
    """A fence in Astana."""
    message = refusal(polygon(box(71.43, 51.13)))["coordinates[0]"]
    assert "lies 445 km from the city, at most 100 km" in message


def test_one_position_far_away_is_named() -> None:
    """A slip of one digit in one corner."""
    slipped = [*PARK[:2], [60.16, 54.88], *PARK[3:]]
    errors = refusal(polygon(slipped))
    assert set(errors) == {"coordinates[0][2]"}
    assert "position 3 of the outer ring of polygon 1" in errors["coordinates[0][2]"]
    assert " km from the city" in errors["coordinates[0][2]"]


def test_far_is_a_setting() -> None:
    """Another city, another reach."""
    suburb = polygon(box(69.5, 54.87))
    assert validate_boundary(suburb)
    small = Bounds(centre=Point(lat=54.9, lon=69.15), far_km=10)
    assert "at most 10 km" in refusal(suburb, city=small)["coordinates[0]"]


def test_crossing_the_antimeridian_is_refused_with_the_remedy() -> None:
    """RFC 7946 wants such a boundary cut in two."""
    fiji = [[179.5, -17.0], [-179.5, -17.0], [-179.5, -16.0], [179.5, -16.0], [179.5, -17.0]]
    message = refusal(polygon(fiji))["coordinates[0]"]
    assert (
        "crosses the antimeridian between [179.500000, -17.000000] and [-179.500000, -17.000000]" in message
    )


@pytest.mark.parametrize("third", [[69.17, 54.87], [69.15, 54.87]])
def test_ring_without_area_is_refused(third: list[float]) -> None:
    """All positions on one line, or all in one point."""
    flat = [[69.15, 54.87], [69.16, 54.87], third, [69.15, 54.87]]
    assert "has no area" in refusal(polygon(flat))["coordinates[0]"]


def test_tiny_area_is_refused_in_square_metres() -> None:
    """A square of 5 m: no fix could ever be inside."""
    message = refusal(polygon(box(69.15, 54.87, 0.00006)))["coordinates"]
    assert "polygon 1 has 25.6 m², needs at least 100 m²" in message
    assert "polygon 2" in refusal(multi([PARK], [box(69.2, 54.9, 0.00006)]))["coordinates[1]"]


def test_huge_area_is_refused_in_square_kilometres() -> None:
    """The whole district is not a place of work."""
    message = refusal(polygon(box(68.9, 54.6, 0.6)))["coordinates"]
    assert "may have at most 1000 km²" in message


def test_number_of_positions_and_polygons_is_bounded() -> None:
    """Before anything is computed with them."""
    many = [[69.15 + k * 1e-6, 54.87] for k in range(20_000)]
    assert "at most 10000 positions" in refusal(polygon(many))["coordinates"]
    limits = BoundaryLimits(max_vertices=5)
    assert validate_boundary(polygon(PARK), limits=limits)
    assert "at most 5 positions" in refusal(polygon(PARK, POND), limits=limits)["coordinates"]
    parts = [[box(69.1 + k * 4e-4, 54.87, 2e-4)] for k in range(201)]
    assert "at most 200 polygons, has 201" in refusal(multi(*parts))["coordinates"]
    assert validate_boundary(multi(*parts[:200]))


def test_number_of_errors_is_bounded() -> None:
    """Twenty are enough to repair by."""
    with pytest.raises(BoundaryError) as refused:
        validate_boundary(polygon([["x", "y"]] * 5000))
    assert len(refused.value.errors) == 20


def test_area_is_right_to_one_percent() -> None:
    """Against an area computed on the sphere by a strip sum."""
    south, size = 54.87, 0.1
    strip = math.radians(size) * (math.sin(math.radians(south + size)) - math.sin(math.radians(south)))
    expected = 6_371_008.8**2 * strip
    assert expected == pytest.approx(area_m2(shapely.Polygon(box(69.15, south, size))), rel=0.01)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=20,
)
NEAR = st.tuples(st.floats(69.1, 69.2), st.floats(54.8, 54.9)).map(list)
WILD_RINGS = st.lists(NEAR | st.lists(st.floats(), max_size=4), max_size=8).map(lambda ring: ring + ring[:1])


@ALWAYS_THE_SAME
@given(
    st.builds(
        lambda kind, coordinates: {"type": kind, "coordinates": coordinates},
        st.sampled_from(["Polygon", "MultiPolygon"]),
        JSON_VALUES
        | st.lists(WILD_RINGS, max_size=3)
        | st.lists(st.lists(WILD_RINGS, max_size=3), max_size=3),
    )
    | JSON_VALUES
)
def test_any_json_is_either_a_valid_boundary_or_refused(geojson: object) -> None:
    """No other exception, no invalid geometry."""
    try:
        boundary = validate_boundary(geojson)
    except BoundaryError:
        return
    assert boundary.is_valid


@ALWAYS_THE_SAME
@given(st.lists(NEAR, min_size=3, max_size=7, unique_by=tuple))
def test_accepted_ring_is_accepted_again(ring: Ring) -> None:
    """What came out goes in and comes out the same."""
    try:
        boundary = validate_boundary(polygon([*ring, ring[0]]))
    except BoundaryError:
        return
    again = validate_boundary(json.loads(shapely.to_geojson(boundary)))
    assert boundary.equals_exact(again, 1e-12)


def fence(number: int, ring: Ring, **validity: Any) -> Fence[int]:
    """A fence with a number for an id."""
    return Fence(id=number, boundary=shapely.Polygon(ring), **validity)


def test_index_finds_every_fence_that_holds_a_point() -> None:
    """In the order of the fences; holes do not hold."""
    with_pond = Fence(id=3, boundary=shapely.Polygon(PARK, [POND]))
    index = FenceIndex([fence(1, PARK), fence(2, box(69.155, 54.875)), with_pond])
    points = [[69.1501, 54.8701], [69.158, 54.878], [69.154, 54.874], [0, 0], [math.nan, 54.87]]
    expected = [[1, 3], [1, 2, 3], [1], [], []]
    assert expected == index.containing(np.array(points))
    assert expected == index.containing(points)


def test_empty_index_and_no_points_find_nothing() -> None:
    """A new city has no geofences."""
    assert FenceIndex([]).containing([[69.15, 54.87]]) == [[]]
    assert FenceIndex([fence(1, PARK)]).containing(np.empty((0, 2))) == []
    assert len(FenceIndex([])) == 0


def test_index_keeps_to_validity() -> None:
    """From a moment on, and until but not at another."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    end = start + timedelta(days=1)
    index = FenceIndex(
        [
            fence(1, PARK),
            fence(2, PARK, valid_from=start, valid_until=end),
            fence(3, PARK, valid_from=end),
            fence(4, PARK, valid_until=start),
        ]
    )
    inside = [[69.151, 54.871]]
    assert index.containing(inside) == [[1, 2, 3, 4]]
    assert index.containing(inside, valid_at=start - timedelta(seconds=1)) == [[1, 4]]
    assert index.containing(inside, valid_at=start) == [[1, 2]]
    assert index.containing(inside, valid_at=end) == [[1, 3]]
    with pytest.raises(ValueError, match="must carry its offset"):
        index.containing(inside, valid_at=datetime(2026, 1, 1))


def test_index_agrees_with_asking_each_fence() -> None:
    """A thousand fences and a thousand points, the slow way and the fast way."""
    random = np.random.default_rng(7)
    fences = [
        fence(number, box(west, south, size))
        for number, (west, south, size) in enumerate(
            zip(*random.uniform([[69.0], [54.8], [0.001]], [[69.3], [55.0], [0.02]], (3, 1000)), strict=True)
        )
    ]
    points = random.uniform([69.0, 54.8], [69.3, 55.0], (1000, 2))
    found = FenceIndex(fences).containing(points)
    inside = np.array([shapely.contains_xy(each.boundary, points) for each in fences])
    expected = [list(np.flatnonzero(column)) for column in inside.T]
    assert expected == found
    assert sum(len(ids) for ids in found) > 1000
