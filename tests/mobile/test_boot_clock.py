"""A simulated phone's boot-time clock: it runs on, cannot be set, and forgets the server when the phone is restarted."""

from __future__ import annotations

import pytest

from mobile.simulated.boot_clock import RUNNING_MS, BootClock
from tests.mobile.scripted_server import NOON


class Seconds:
    """Seconds that tests count by hand."""

    def __init__(self) -> None:
        self.value = 50.0

    def __call__(self) -> float:
        return self.value


@pytest.fixture
def seconds() -> Seconds:
    """What the boot-time clock ticks by."""
    return Seconds()


def test_counts_milliseconds_since_the_phone_was_started(seconds: Seconds) -> None:
    """The phone had been running before somebody picked it up."""
    clock = BootClock(seconds)
    seconds.value += 1.5
    assert RUNNING_MS + 1500 == clock.boot_ms()


def test_remembers_when_it_heard_the_server_last(seconds: Seconds) -> None:
    """Server time and boot time of that moment, beside those of now."""
    clock = BootClock(seconds)
    clock.hear(NOON)
    seconds.value += 60
    reading = clock.reading()
    assert (NOON, RUNNING_MS) == (reading.server_at, reading.server_boot_ms)
    assert RUNNING_MS + 60_000 == reading.boot_ms


def test_restart_counts_anew_and_forgets_the_server(seconds: Seconds) -> None:
    """Another boot id: nothing carries the server's time across."""
    clock = BootClock(seconds)
    clock.hear(NOON)
    before = clock.reading()
    seconds.value += 5
    clock.restart()
    after = clock.reading()
    assert before.boot_id != after.boot_id
    assert (0, None, None) == (after.boot_ms, after.server_at, after.server_boot_ms)
