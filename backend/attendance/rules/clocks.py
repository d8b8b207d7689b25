"""When it happened: the server's time, carried on by the device's boot-time clock; the wall clock is only evidence.

The boot-time clock (CLOCK_BOOTTIME) runs on in deep sleep and cannot be set, but starts anew with the device; so
time = the server's time when the device last saw it + boot time elapsed since. A live challenge brackets the capture
between its issue and the receipt, which needs no trust in the device at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.attendance.rules.findings import DOUBT, OK, Finding, at_most
from shared.contracts import DeviceClock
from shared.vocabulary import FindingCode

SLACK = timedelta(seconds=5)  # of the network between the server's stamp and the device's reading of it


@dataclass(frozen=True, kw_only=True)
class KnownTime:
    """The best known time of a capture; ``offset`` is how far ahead of it the wall clock was, None when unknown."""

    at: datetime
    sure: bool
    offset: timedelta | None


def known_time(
    wall: datetime,
    clock: DeviceClock | None,
    *,
    issued_at: datetime | None,
    received_at: datetime,
    bracket: timedelta,
) -> KnownTime:
    """When a capture was made.

    Sure when the boot clock carries the server's time on to it without contradiction, or when challenge and receipt are
    no farther apart than ``bracket``. Otherwise the wall clock's time, kept between what is known, and not sure.
    """
    earliest = issued_at or datetime.min.replace(tzinfo=received_at.tzinfo)
    carried = carried_time(clock)
    if carried is not None and not earliest - SLACK <= carried <= received_at + SLACK:
        carried = None  # the device contradicts the server: somebody has changed something
    bracketed = issued_at is not None and received_at - issued_at <= bracket
    if carried is not None:
        at = min(max(carried, earliest), received_at)
        return KnownTime(at=at, sure=True, offset=wall - at)
    at = min(max(wall, earliest), received_at)
    return KnownTime(at=at, sure=bracketed, offset=wall - at if bracketed else None)


def carried_time(clock: DeviceClock | None) -> datetime | None:
    """The server's time plus the boot time since the device saw it; None after a restart, or when it makes no sense."""
    if clock is None or clock.server_at is None or clock.server_boot_ms is None:
        return None
    elapsed_ms = clock.boot_ms - clock.server_boot_ms
    if elapsed_ms < 0:
        return None
    try:
        return clock.server_at + timedelta(milliseconds=elapsed_ms)
    except OverflowError:
        return None


def moment_of(
    taken_at: datetime, boot_ms: int | None, clock: DeviceClock | None, known: KnownTime
) -> datetime:
    """When a frame or fix was taken, on the same axis as the capture's best known time."""
    try:
        if boot_ms is not None and clock is not None:
            return known.at + timedelta(milliseconds=boot_ms - clock.boot_ms)
        return taken_at - (known.offset or timedelta())
    except OverflowError:
        return taken_at


def clock_findings(known: KnownTime, tolerance: timedelta) -> list[Finding]:
    """Whether the time is known, and whether the wall clock was right; a wrong one is shown, it is nobody's guilt."""
    findings = [Finding(code=FindingCode.CLOCK, result=OK if known.sure else DOUBT)]
    if known.offset is not None:
        findings.append(
            at_most(
                FindingCode.CLOCK_CHANGED,
                abs(known.offset.total_seconds()) / 60,
                tolerance.total_seconds() / 60,
                "min",
            )
        )
    return findings
