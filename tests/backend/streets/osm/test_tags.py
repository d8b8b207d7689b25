"""What tags mean for vehicles: one-ways, access, limits, speeds, lanes, names."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.streets.network import Access, StreetClass, StreetName
from backend.streets.osm.tags import blocks_vehicles, traits_of
from backend.streets.osm.values import lane_count, length_m, speed_kmh, weight_t
from backend.streets.source import Traits

CAR, TRUCK, THERE = Access.CAR, Access.TRUCK, Access.DESTINATION_ONLY
BOTH = CAR | TRUCK


def street(highway: str = "residential", **tags: str) -> Traits:
    """The traits of a way; «__» in a name stands for a colon."""
    traits = traits_of(
        {"highway": highway} | {name.replace("__", ":"): value for name, value in tags.items()}
    )
    assert traits is not None
    return traits


def access(highway: str = "residential", **tags: str) -> tuple[Access, Access]:
    """Who may drive forth and back."""
    traits = street(highway, **tags)
    return traits.forward.access, traits.backward.access


@pytest.mark.parametrize(
    "highway", ["footway", "path", "cycleway", "steps", "construction", "proposed", "platform"]
)
def test_what_no_vehicle_drives_is_no_street(highway: str) -> None:
    """Nor is an area."""
    assert traits_of({"highway": highway}) is None
    assert traits_of({"highway": "pedestrian", "area": "yes"}) is None


@pytest.mark.parametrize(
    ("tags", "forth", "back"),
    [
        ({}, BOTH, BOTH),
        ({"oneway": "yes"}, BOTH, 0),
        ({"oneway": "-1"}, 0, BOTH),
        ({"oneway": "reversible"}, 0, 0),
        ({"oneway": "no", "junction": "roundabout"}, BOTH, BOTH),
        ({"junction": "roundabout"}, BOTH, 0),
        ({"junction": "circular"}, BOTH, 0),
        ({"highway": "motorway"}, BOTH, 0),
        ({"oneway": "yes", "oneway__hgv": "no"}, BOTH, TRUCK),
        ({"oneway__motor_vehicle": "yes"}, BOTH, 0),
        ({"oneway": "yes", "oneway__bicycle": "no"}, BOTH, 0),
        ({"motor_vehicle__backward": "no"}, BOTH, 0),
        ({"access": "no"}, 0, 0),
        ({"access": "no", "motor_vehicle": "yes"}, BOTH, BOTH),
        ({"motor_vehicle": "no", "hgv": "yes"}, TRUCK, TRUCK),
        ({"hgv": "no"}, CAR, CAR),
        ({"goods": "no"}, CAR, CAR),
        ({"motorcar": "no"}, TRUCK, TRUCK),
        ({"access": "private"}, BOTH | THERE, BOTH | THERE),
        ({"hgv": "destination"}, BOTH | THERE, BOTH | THERE),
        ({"access": "agricultural"}, 0, 0),
        ({"access": "permissive"}, BOTH, BOTH),
        ({"access": "unknown"}, BOTH, BOTH),
        ({"highway": "living_street"}, BOTH | THERE, BOTH | THERE),
        ({"highway": "living_street", "motor_vehicle": "yes"}, BOTH, BOTH),
        ({"highway": "pedestrian"}, 0, 0),
        ({"highway": "pedestrian", "motor_vehicle": "destination"}, BOTH | THERE, BOTH | THERE),
        ({"highway": "service", "service": "emergency_access"}, 0, 0),
    ],
)
def test_who_may_drive_which_way(tags: dict[str, str], forth: Access, back: Access) -> None:
    """The most special key counts; what is closed stays in the network."""
    assert (forth, back) == access(**tags)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("60", 60),
        ("RU:urban", 60),
        ("KZ:rural", 90),
        ("RU:living_street", 20),
        ("AT:zone:30", 30),
        ("DE:zone30", 30),
        ("30 mph", 48.28032),
        ("walk", 5),
        ("none", 130),
        ("60;40", 40),
        ("signals", None),
        ("-5", None),
        ("1e400", None),
        ("0", None),
        ("", None),
    ],
)
def test_speeds(text: str, value: float | None) -> None:
    """Numbers, zones and words; what cannot be read falls back to the class."""
    assert speed_kmh(text) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7.5", 7.5),
        ("3,5 t", 3.5),
        ("7500 kg", 7.5),
        ("none", None),
        ("default", None),
        ("-1", None),
        ("0", None),
    ],
)
def test_weights(text: str, value: float | None) -> None:
    """Tonnes, however they are written."""
    assert weight_t(text) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "value"),
    [("3.5", 3.5), ("3,5 m", 3.5), ("350 cm", 3.5), ("12'6\"", 3.81), ("below_default", None), ("x", None)],
)
def test_heights(text: str, value: float | None) -> None:
    """Metres, however they are written."""
    assert length_m(text) == (None if value is None else pytest.approx(value))


@given(st.text(max_size=30))
def test_no_text_breaks_a_reader(text: str) -> None:
    """Mappers write what they like."""
    for read in (speed_kmh, weight_t, length_m, lane_count):
        value = read(text)
        assert value is None or 0 < value < math.inf


def test_speed_is_the_sign_s_else_the_class_s() -> None:
    """Each way its own where that is tagged; links are slow."""
    assert 60 == street("residential", maxspeed="60").forward.speed_kmh
    assert 40 == street("residential", maxspeed="signals").forward.speed_kmh
    assert 90 == street("trunk").forward.speed_kmh
    assert 40 == street("trunk_link").forward.speed_kmh
    both = street("primary", maxspeed="60", maxspeed__backward="40")
    assert (60, 40) == (both.forward.speed_kmh, both.backward.speed_kmh)


@pytest.mark.parametrize(
    ("tags", "lanes"),
    [
        ({}, (1, 1)),
        ({"lanes": "4"}, (2, 2)),
        ({"lanes": "3"}, (2, 1)),
        ({"lanes": "3", "lanes__backward": "2"}, (1, 2)),
        ({"lanes": "2", "oneway": "yes"}, (2, 0)),
        ({"lanes": "1"}, (1, 1)),
        ({"lanes": "many"}, (1, 1)),
        ({"access": "no", "lanes": "2"}, (0, 0)),
    ],
)
def test_lanes_of_each_direction(tags: dict[str, str], lanes: tuple[int, int]) -> None:
    """0 where nobody may drive."""
    traits = street(**tags)
    assert lanes == (traits.forward.lanes, traits.backward.lanes)


def test_limits_are_the_lowest_sign() -> None:
    """And infinite where there is none."""
    assert 3.5 == street(maxweight="7.5", maxweightrating="3.5").max_weight_t
    assert math.inf == street(maxweight="default").max_weight_t
    assert 2.8 == street(maxheight="2.8 m").max_height_m


def test_width_is_tagged_or_of_lanes() -> None:
    """Nonsense is not believed."""
    assert 5.5 == street(width="5.5").width_m
    assert 14.0 == street("primary", lanes="4").width_m
    assert 6.0 == street(width="0.1").width_m


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ({"name": "Гашека"}, StreetName("Гашека", "", "")),
        (
            {"name": "Абай көшесі", "name:kk": "Абай көшесі", "name:ru": "Абая", "name:en": "Abai street"},
            StreetName("Абая", "Абай көшесі", "Abai street"),
        ),
        ({"name": "Қаныш Сәтпаев көшесі"}, StreetName("Қаныш Сәтпаев көшесі", "Қаныш Сәтпаев көшесі", "")),
        ({"name": " a\x00b \n c "}, StreetName("ab c", "", "")),
        ({"name": "x" * 300}, StreetName("x" * 255, "", "")),
        ({}, StreetName()),
    ],
)
def test_names_in_three_languages(tags: dict[str, str], name: StreetName) -> None:
    """A name without a language stands for Russian, and for Kazakh where its letters are."""
    traits = traits_of({"highway": "residential", **tags})
    assert traits is not None
    assert name == traits.name


@pytest.mark.parametrize(
    ("tags", "blocks"),
    [
        ({"barrier": "bollard"}, True),
        ({"barrier": "block", "access": "yes"}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "no"}, True),
        ({"barrier": "gate", "access": "no", "motor_vehicle": "private"}, False),
        ({"highway": "crossing"}, False),
    ],
)
def test_barriers(tags: dict[str, str], blocks: bool) -> None:
    """A gate opens for those who have business behind it, unless its sign says otherwise."""
    assert blocks == blocks_vehicles(tags)


def test_classes_of_links_are_those_of_their_streets() -> None:
    """And «road» is anything."""
    assert StreetClass.PRIMARY == street("primary_link").street_class
    assert StreetClass.UNCLASSIFIED == street("road").street_class
