"""What a device says of itself and of its surroundings: fixes, clocks, the pictures that travel beside a message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from shared.i18n import Message as _
from shared.shapes import limits

MAX_WHOLE_NUMBER = 2**53 - 1  # what every JSON reader keeps exactly
SHA256 = limits(
    "SHA-256 of the bytes", pattern="^[0-9a-f]{64}$", pattern_means=_("64 digits 0-9 a-f in lower case")
)
BOOT_MS = limits(
    "When, by the device's boot-time clock (CLOCK_BOOTTIME, which runs on in deep sleep), in milliseconds",
    minimum=0,
    maximum=MAX_WHOLE_NUMBER,
)
LAT = limits("Latitude in degrees, WGS 84", minimum=-90, maximum=90)
LON = limits("Longitude in degrees, WGS 84", minimum=-180, maximum=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One location fix of the device, WGS 84."""

    lat: float = field(metadata=limits("Latitude in degrees", minimum=-90, maximum=90))
    lon: float = field(metadata=limits("Longitude in degrees", minimum=-180, maximum=180))
    accuracy_m: float = field(
        metadata=limits("Claimed radius in metres of 68 % confidence", above=0, maximum=100_000)
    )
    taken_at: datetime = field(metadata=limits("When the receiver took the fix, by the device's clock"))
    provider: str = field(
        default="gps", metadata=limits("What made the fix: gps, network, fused", min_length=1, max_length=32)
    )
    mock: bool = field(default=False, metadata=limits("Whether the system says that an app made the fix up"))
    speed_mps: float | None = field(
        default=None, metadata=limits("Speed over ground in metres per second", minimum=0, maximum=1000)
    )
    boot_ms: int | None = field(default=None, metadata=BOOT_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceClock:
    """The device's boot-time clock at the capture, and when it last saw the server's time.

    ``server_at`` and ``server_boot_ms`` are null when the device has not met the server since it was started.
    """

    boot_id: str = field(
        metadata=limits("Changes with every start of the device", min_length=1, max_length=64)
    )
    boot_ms: int = field(metadata=BOOT_MS)
    server_at: datetime | None = field(
        default=None, metadata=limits("The server's time when the device last saw it since its start")
    )
    server_boot_ms: int | None = field(default=None, metadata=BOOT_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """One photo; its bytes travel beside the message in the same order."""

    sha256: str = field(metadata=SHA256)
    taken_at: datetime = field(metadata=limits("When the camera took it, by the device's clock"))
    boot_ms: int | None = field(default=None, metadata=BOOT_MS)
