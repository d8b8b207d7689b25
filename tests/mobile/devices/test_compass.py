"""Where a camera looks, from how the device lies in space; and a desktop's compass, which looks along the way."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mobile.devices.android.compass import OLD_AFTER_S, AndroidCompass
from mobile.devices.attitude import camera_bearing_deg, facing_bearing_deg
from mobile.devices.compass import CourseCompass, Heading, NoCompass, Silence
from mobile.devices.location import FixLog
from shared.contracts import Fix
from shared.geometry import Point
from tests.mobile.capture.capture_stage import AT, NOON

Rotation = tuple[float, float, float, float]
SURE = 3  # SensorManager.SENSOR_STATUS_ACCURACY_HIGH


def about(axis: str, degrees: float) -> Rotation:
    """A turn about one of the world's axes, counter-clockwise."""
    half = math.radians(degrees) / 2
    x, y, z = ((math.sin(half) if each == axis else 0.0) for each in "xyz")
    return x, y, z, math.cos(half)


def then(first: Rotation, second: Rotation) -> Rotation:
    """One turn after another."""
    x1, y1, z1, w1 = second
    x2, y2, z2, w2 = first
    return (
        w1 * x2 + x1 * w2 + y1 * z2 - z1 * y2,
        w1 * y2 - x1 * z2 + y1 * w2 + z1 * x2,
        w1 * z2 + x1 * y2 - y1 * x2 + z1 * w2,
        w1 * w2 - x1 * x2 - y1 * y2 - z1 * z2,
    )


def held(tilt_deg: float, bearing_deg: float) -> Rotation:
    """In portrait before somebody who faces there: 0 lies flat, 90 is upright."""
    return then(about("x", tilt_deg), about("z", -bearing_deg))


@pytest.mark.parametrize("bearing_deg", [0.0, 45.0, 90.0, 200.0, 359.0])
@pytest.mark.parametrize("tilt_deg", [30.0, 60.0, 90.0, 120.0])
def test_camera_looks_where_its_bearer_faces(tilt_deg: float, bearing_deg: float) -> None:
    """Down at a hole, straight ahead, or up at a lamp."""
    rotation = held(tilt_deg, bearing_deg)
    assert pytest.approx(bearing_deg) == camera_bearing_deg(rotation)
    assert pytest.approx(bearing_deg) == facing_bearing_deg(rotation)


def test_camera_that_looks_straight_down_has_no_direction() -> None:
    """Its bearer has one: where the upper edge of the screen points."""
    rotation = held(10.0, 250.0)
    assert camera_bearing_deg(rotation) is None
    assert pytest.approx(250.0) == facing_bearing_deg(rotation)


def test_fourth_part_of_a_rotation_may_be_left_out() -> None:
    """Old sensors give three values."""
    assert pytest.approx(40.0) == camera_bearing_deg(held(80.0, 40.0)[:3])


class Phone(AndroidCompass):
    """An Android phone without Java: its sensor speaks when the test says so; a needle points 12.5° east of north."""

    def __init__(self, here: Point | None = AT, has_sensor: bool = True) -> None:
        super().__init__(lambda: here, lambda: self.passed_s)
        self.passed_s = 0.0
        self.has_sensor = has_sensor

    def _sensor(self) -> Any:
        return self if self.has_sensor else None

    def _declination_deg(self, here: Point) -> float:
        return 12.5


def test_heading_is_from_true_north() -> None:
    """The needle's error is taken off; beyond north it goes on at nought."""
    phone = Phone()
    for magnetic_deg, true_deg in ((100.0, 112.5), (350.0, 2.5)):
        phone.hear((*held(70.0, magnetic_deg), 0.1), SURE)
        assert Heading(true_deg) == phone.camera()
        assert Heading(true_deg) == phone.facing()


@pytest.mark.parametrize(
    ("phone", "values", "accuracy", "why"),
    [
        (Phone(has_sensor=False), None, SURE, Silence.MISSING),
        (Phone(), None, SURE, Silence.WAITING),
        (Phone(), (*held(70.0, 10.0), 0.1), 1, Silence.DISTURBED),
        (Phone(), (*held(70.0, 10.0), 1.2), SURE, Silence.DISTURBED),
        (Phone(), (*held(5.0, 10.0), 0.1), SURE, Silence.STEEP),
        (Phone(here=None), (*held(70.0, 10.0), -1.0), SURE, Silence.NO_PLACE),
    ],
)
def test_no_heading_has_its_reason(phone: Phone, values: Any, accuracy: int, why: Silence) -> None:
    """Rather none than a wrong one."""
    if values is not None:
        phone.hear(values, accuracy)
    assert Heading(why=why) == phone.camera()


def test_old_heading_is_none() -> None:
    """A sensor that has fallen silent says where the phone looked, not where it looks."""
    phone = Phone()
    phone.hear((*held(70.0, 10.0), 0.1), SURE)
    phone.passed_s = OLD_AFTER_S + 0.1
    assert Heading(why=Silence.WAITING) == phone.camera()


def test_desktop_looks_along_its_way() -> None:
    """North-east over some metres; standing it looks nowhere."""
    log = FixLog()
    compass = CourseCompass(log)  # type: ignore[arg-type]
    assert NoCompass().camera() == compass.facing()
    for step in range(4):
        log.add(
            Fix(
                lat=AT.lat + 0.0001 * step,
                lon=AT.lon + 0.0001 * step / math.cos(math.radians(AT.lat)),
                accuracy_m=5.0,
                taken_at=NOON.replace(second=step),
                boot_ms=1000 * step,
            )
        )
    found = compass.camera().deg
    assert found is not None
    assert pytest.approx(45.0, abs=0.1) == found
