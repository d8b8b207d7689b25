"""What can be tested of Android's devices without Android: how a Java location is read, and that nothing is imported early."""

from __future__ import annotations

import io
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from mobile.devices.android.camera import upright
from mobile.devices.android.location import MOCK_FROM_SDK, fix_of


class JavaLocation:
    """An android.location.Location."""

    def __init__(self, **said: Any) -> None:
        self._said = {
            "Latitude": 54.87,
            "Longitude": 69.15,
            "Accuracy": 6.26,
            "Time": 1_763_880_000_123,
            "Provider": "gps",
            "Speed": 1.234,
            "ElapsedRealtimeNanos": 3_600_000_999_999,
            "mock": False,
            **said,
        }

    def __getattr__(self, name: str) -> Any:
        if name.startswith("has"):
            return lambda: self._said[name[3:]] is not None
        if name in ("isMock", "isFromMockProvider"):
            return lambda: self._said["mock"]
        return lambda: self._said[name.removeprefix("get")]


def test_java_location_is_read_with_all_it_knows() -> None:
    """Provider, mock flag and boot time are what plyer does not give."""
    fix = fix_of(JavaLocation(mock=True), MOCK_FROM_SDK)
    assert fix is not None
    assert (54.87, 69.15, 6.3, "gps", True, 1.23, 3_600_000) == (
        fix.lat,
        fix.lon,
        fix.accuracy_m,
        fix.provider,
        fix.mock,
        fix.speed_mps,
        fix.boot_ms,
    )
    assert datetime(2025, 11, 23, 6, 40, 0, 123_000, tzinfo=UTC) == fix.taken_at


@pytest.mark.parametrize("accuracy_m", [None, 0.0, float("nan"), 1e9])
def test_java_location_without_an_accuracy_says_nothing(accuracy_m: float | None) -> None:
    """It cannot be held against a border."""
    assert fix_of(JavaLocation(Accuracy=accuracy_m), MOCK_FROM_SDK - 1) is None


def test_java_location_may_know_no_speed() -> None:
    """Then the way from the last fix says it."""
    fix = fix_of(JavaLocation(Speed=None, Provider=None), MOCK_FROM_SDK)
    assert fix is not None
    assert (None, "unknown") == (fix.speed_mps, fix.provider)


@pytest.mark.parametrize(("turn_deg", "size"), [(0, (40, 30)), (90, (30, 40)), (270, (30, 40))])
def test_sensor_s_picture_is_turned_upright(turn_deg: int, size: tuple[int, int]) -> None:
    """Clockwise: what was at the left of the sensor is at the top after 90 degrees."""
    picture = Image.new("RGB", (40, 30), (0, 0, 200))
    picture.paste((200, 0, 0), (0, 0, 12, 30))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=95)
    turned = Image.open(io.BytesIO(upright(written.getvalue(), turn_deg))).convert("RGB")
    assert size == turned.size
    red, _green, blue = turned.getpixel({0: (4, 15), 90: (15, 4), 270: (15, 36)}[turn_deg])
    assert red > blue


def test_android_s_modules_import_without_android() -> None:
    """pyjnius and plyer are loaded when a device is used; no module of the devices loads Kivy."""
    program = (
        "import sys, mobile.devices.android, mobile.devices.android.shift_notice, mobile.devices.platform;"
        "print([name for name in ('kivy', 'plyer', 'jnius', 'numpy', 'mobile.simulated') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "[]" == said.stdout.strip()
