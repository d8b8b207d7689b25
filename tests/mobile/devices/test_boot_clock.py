"""The boot clock, and the server's time that it carries on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from mobile.devices.boot_clock import HEARD_FACT, KEEP_EVERY, DeviceTime, SystemBootClock
from tests.mobile.capture.capture_stage import NOON, Facts, Ticks


def test_system_s_clock_runs_and_names_its_start() -> None:
    """Two looks at it belong to the same start of the device."""
    clock = SystemBootClock()
    first = clock.boot_ms()
    assert first > 0
    assert clock.boot_ms() >= first
    assert 1 <= len(clock.boot_id) <= 64


def test_system_without_a_boot_id_gets_one_of_the_app_s(tmp_path: Path) -> None:
    """It changes with every start of the app, so that no server's time is carried over what is not known."""
    missing, empty = tmp_path / "missing", tmp_path / "empty"
    empty.touch()
    ids = {SystemBootClock(path).boot_id for path in (missing, missing, empty)}
    assert 3 == len(ids)


def test_reading_says_when_the_server_was_heard() -> None:
    """By the boot clock; before that it says that it was not."""
    ticks, facts = Ticks(), Facts()
    time = DeviceTime(ticks, facts, ticks.now)
    assert (None, None) == (time.reading().server_at, time.reading().server_boot_ms)
    time.hear(NOON)
    ticks.ms += 5000
    said = time.reading()
    assert (NOON, 3_600_000, 3_605_000, "boot-1") == (
        said.server_at,
        said.server_boot_ms,
        said.boot_ms,
        said.boot_id,
    )


def test_what_was_heard_outlives_the_app_but_not_the_device() -> None:
    """After a restart of the phone the boot clock counts anew."""
    ticks, facts = Ticks(), Facts()
    DeviceTime(ticks, facts, ticks.now).hear(NOON)
    assert NOON == DeviceTime(ticks, facts, ticks.now).reading().server_at
    ticks.boot_id = "boot-2"
    assert DeviceTime(ticks, facts, ticks.now).reading().server_at is None


def test_disk_is_woken_now_and_then_only() -> None:
    """Sync hears the server every half minute, and a boot clock drifts by milliseconds meanwhile."""
    ticks, facts = Ticks(), Facts()
    time = DeviceTime(ticks, facts, ticks.now)
    time.hear(NOON)
    kept = facts[HEARD_FACT]
    time.hear(NOON + timedelta(seconds=30))
    assert kept is facts[HEARD_FACT]
    assert NOON + timedelta(seconds=30) == time.reading().server_at
    time.hear(NOON + KEEP_EVERY)
    assert kept is not facts[HEARD_FACT]
