"""When it happened: the server's time, carried on by the device's boot-time clock; else its wall clock, if that can be. Pure.

Evidence is never refused for its time: a phone may come out of a drawer with a clock of 1970. Such a time is not believed,
the receipt's is taken for it, and the row says that it is not sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from shared.contracts import DeviceClock, Fix

SLACK = timedelta(seconds=5)  # of the network between the server's stamp and the device's reading of it
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # no phone ran the app before


@dataclass(frozen=True, kw_only=True)
class Moment:
    """The best known time of a report, and whether it rests on the server's clock."""

    at: datetime
    sure: bool


def moment_of(wall: datetime, clock: DeviceClock | None, *, received_at: datetime) -> Moment:
    """When a report was made that says ``wall`` for it; never after its receipt."""
    carried = carried_time(clock, received_at=received_at)
    if carried is not None:
        return Moment(at=min(carried, received_at), sure=True)
    return Moment(at=wall if EARLIEST <= wall <= received_at else received_at, sure=False)


def carried_time(clock: DeviceClock | None, *, received_at: datetime) -> datetime | None:
    """The server's time plus the boot time since the device saw it; None after a restart, or when it cannot be."""
    if clock is None or clock.server_at is None or clock.server_boot_ms is None:
        return None
    elapsed_ms = clock.boot_ms - clock.server_boot_ms
    if elapsed_ms < 0:
        return None
    try:
        carried = clock.server_at + timedelta(milliseconds=elapsed_ms)
    except OverflowError:
        return None
    return carried if EARLIEST <= carried <= received_at + SLACK else None


def moment_of_fix(fix: Fix, clock: DeviceClock | None, *, received_at: datetime) -> datetime:
    """When a fix was taken: by the boot-time clock where both know it, else as the device says."""
    carried = carried_time(clock, received_at=received_at)
    if carried is None or clock is None or fix.boot_ms is None:
        return fix.taken_at
    try:
        return carried + timedelta(milliseconds=fix.boot_ms - clock.boot_ms)
    except OverflowError:
        return fix.taken_at
