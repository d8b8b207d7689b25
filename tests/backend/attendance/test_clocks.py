"""When a capture was made: carried by the boot clock, bracketed by the server, or uncertain."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from backend.attendance.rules.clocks import KnownTime, known_time, moment_of
from shared.contracts import DeviceClock

NOON = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
BRACKET = timedelta(minutes=3)
HOUR_MS = 3_600_000


def clock(elapsed_ms: int, server_at: datetime = NOON, *, since_boot_ms: int = 5_000) -> DeviceClock:
    """A device that saw the server some time ago, by its boot-time clock."""
    return DeviceClock(
        boot_id="b", boot_ms=since_boot_ms + elapsed_ms, server_at=server_at, server_boot_ms=since_boot_ms
    )


def test_boot_clock_carries_the_servers_time_over_hours_offline() -> None:
    """The wall clock was set an hour back meanwhile: it is shown, and not believed."""
    captured = NOON + timedelta(hours=5)
    known = known_time(
        captured - timedelta(hours=1),
        clock(5 * HOUR_MS),
        issued_at=NOON,
        received_at=captured + timedelta(days=2),
        bracket=BRACKET,
    )
    assert KnownTime(at=captured, sure=True, offset=-timedelta(hours=1)) == known


def test_after_a_restart_the_time_is_uncertain() -> None:
    """The device has not met the server since: its wall clock is all there is."""
    restarted = DeviceClock(boot_id="b", boot_ms=60_000)
    wall = NOON + timedelta(hours=2)
    known = known_time(
        wall, restarted, issued_at=NOON, received_at=NOON + timedelta(hours=9), bracket=BRACKET
    )
    assert KnownTime(at=wall, sure=False, offset=None) == known


def test_live_challenge_needs_no_trust_in_the_device() -> None:
    """Issued and answered within two minutes: a wall clock fifteen minutes fast changes nothing."""
    received = NOON + timedelta(minutes=2)
    known = known_time(
        NOON + timedelta(minutes=16), None, issued_at=NOON, received_at=received, bracket=BRACKET
    )
    assert KnownTime(at=received, sure=True, offset=timedelta(minutes=14)) == known


def test_boot_clock_that_contradicts_the_server_is_not_believed() -> None:
    """It says the capture was made before its challenge was issued, or after the evidence arrived."""
    for elapsed_ms in (-1, 30 * HOUR_MS):
        known = known_time(
            NOON + timedelta(hours=1),
            clock(elapsed_ms, NOON - timedelta(seconds=1)),
            issued_at=NOON,
            received_at=NOON + timedelta(hours=2),
            bracket=BRACKET,
        )
        assert not known.sure


def test_frames_and_fixes_stand_on_the_same_axis() -> None:
    """By the boot clock where they carry it, else with the wall clock's error taken off."""
    known = KnownTime(at=NOON, sure=True, offset=timedelta(minutes=15))
    here = clock(0)
    assert NOON - timedelta(seconds=4) == moment_of(NOON, here.boot_ms - 4_000, here, known)
    assert NOON == moment_of(NOON + timedelta(minutes=15), None, here, known)


@given(
    wall=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    boot_ms=st.integers(0, 2**53 - 1),
    server_boot_ms=st.integers(0, 2**53 - 1),
    server_at=st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    life_s=st.integers(0, 10**6),
)
def test_no_clock_moves_a_capture_out_of_what_the_server_knows(
    wall: datetime, boot_ms: int, server_boot_ms: int, server_at: datetime, life_s: int
) -> None:
    """Never before the challenge was issued, never after the evidence arrived."""
    said = DeviceClock(
        boot_id="b", boot_ms=boot_ms, server_at=server_at.replace(tzinfo=UTC), server_boot_ms=server_boot_ms
    )
    received = NOON + timedelta(seconds=life_s)
    known = known_time(wall.replace(tzinfo=UTC), said, issued_at=NOON, received_at=received, bracket=BRACKET)
    assert NOON <= known.at <= received
