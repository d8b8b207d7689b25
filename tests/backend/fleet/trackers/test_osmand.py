"""The OsmAnd protocol: every spelling that clients use, and what none of them sends."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.fleet.trackers.osmand import Heard, Unreadable, read_fields, read_json

AT = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
GOOD = {"id": "secret", "lat": "54.87", "lon": "69.15"}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def heard(fields: dict[str, str]) -> Heard:
    """The one position of a message of fields."""
    [found] = read_fields(GOOD | fields).heard
    return found


@pytest.mark.parametrize(
    "text",
    [
        str(int(AT.timestamp())),
        str(int(AT.timestamp() * 1000)),
        f"{AT.timestamp():.3f}",
        "2026-11-23T04:00:00Z",
        "2026-11-23T09:00:00+05:00",
        "2026-11-23 04:00:00",
    ],
)
def test_a_time_has_many_spellings(text: str) -> None:
    """Seconds, milliseconds, RFC 3339, and a date with a blank."""
    assert AT == heard({"timestamp": text}).at


def test_fields_have_the_units_of_the_protocol() -> None:
    """Knots, degrees, percent; a dilution stands for an accuracy that is not said."""
    report = read_fields(
        GOOD | {"speed": "10", "bearing": "370", "hdop": "2", "batt": "87", "altitude": "120", "rpm": "933"}
    )
    [found] = report.heard
    assert (None, 10.0, None, 0.87) == (found.at, found.accuracy_m, found.heading_deg, report.battery)
    assert 5.14444 == pytest.approx(found.speed_mps)
    assert (12.0, 90.0) == (
        heard({"accuracy": "12", "hdop": "9"}).accuracy_m,
        heard({"heading": "90"}).heading_deg,
    )
    assert (60.0, 30.0) == (
        heard({"location": "60.0,30.0"}).lat,
        heard({"location": "60.0,30.0"}).lon,
    )
    assert "x" == read_fields({"deviceid": "x", "lat": "1", "lon": "1"}).secret


def test_json_is_that_of_newer_clients() -> None:
    """Metres a second; below 0 is not known; one location or a list."""
    place = {
        "timestamp": "2026-11-23T04:00:00.000Z",
        "coords": {
            "latitude": 54.87,
            "longitude": 69.15,
            "accuracy": 8,
            "speed": -1,
            "heading": -1,
            "altitude": 120,
        },
        "is_moving": True,
        "battery": {"level": 0.5, "is_charging": False},
        "activity": {"type": "in_vehicle"},
        "extras": {},
    }
    report = read_json({"device_id": "secret", "location": place})
    wished = Heard(at=AT, lat=54.87, lon=69.15, accuracy_m=8)
    assert ("secret", (wished,), 0.5) == (report.secret, report.heard, report.battery)
    assert 3 == len(read_json({"device_id": 7, "location": [place] * 3}).heard)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"id": ""}, "id"),
        ({"lat": "north"}, "lat"),
        ({"lon": "nan"}, "lon"),
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": "1e300"}, "timestamp"),
        ({"speed": "fast"}, "speed"),
    ],
)
def test_what_no_client_sends_is_named(fields: dict[str, str], wrong: str) -> None:
    """The field, its value and what it should be."""
    with pytest.raises(Unreadable) as caught:
        read_fields(GOOD | fields)
    assert [wrong] == list(caught.value.errors)


@given(
    st.dictionaries(
        st.sampled_from(["id", "lat", "lon", "timestamp", "speed", "hdop", "batt", "location"]),
        st.text(max_size=12),
    )
)
def test_no_fields_break_the_reading(fields: dict[str, str]) -> None:
    """A report, or a reason."""
    with suppress(Unreadable):
        read_fields(fields)


@given(
    JSON
    | st.fixed_dictionaries(
        {
            "device_id": JSON,
            "location": st.fixed_dictionaries({"timestamp": JSON, "coords": JSON, "battery": JSON}) | JSON,
        }
    )
)
def test_no_json_breaks_the_reading(message: Any) -> None:
    """Likewise."""
    with suppress(Unreadable):
        read_json(message)
