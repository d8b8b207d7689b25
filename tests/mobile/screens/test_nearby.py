"""Distances: the receiver runs while a screen shows them, and rests otherwise; an old place is no place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from mobile.devices.location import FixLog
from mobile.devices.platform import SEEN_OF_LATE_MS, no_devices
from mobile.models.desk import Desk
from mobile.models.navigation import Place
from mobile.models.nearby import WHO
from mobile.shots.example_core import AtOnce, example_core
from mobile.shots.examples import NOW
from shared.contracts import Fix


class Receiver(FixLog):
    """Remembers who wants fixes."""

    trouble = None

    def __init__(self) -> None:
        super().__init__()
        self.wanted: set[str] = set()

    def start(self, every_s: float, who: str = "app") -> None:
        self.wanted.add(who)

    def stop(self, who: str = "app") -> None:
        self.wanted.discard(who)


class StillClock:
    """A boot-time clock that tests set."""

    boot_id = "b"
    ms = 0

    def boot_ms(self) -> int:
        return self.ms


def open_desk(folder: Path, receiver: Receiver) -> Desk:
    """Somebody who has just entered the PIN."""
    core = example_core(folder)
    devices = replace(core.equipment.devices, location=receiver)
    desk = Desk(replace(core, equipment=replace(core.equipment, devices=devices)), AtOnce(), frozenset(Place))
    desk.start()
    for _time in range(2):
        for digit in "2580":
            desk.lock.press(digit)
        desk.lock.confirm()
    return desk


def test_the_receiver_runs_while_distances_are_in_sight(tmp_path: Path) -> None:
    """On the list of today and on a task; not on other screens, behind the lock or in a pocket."""
    receiver = Receiver()
    desk = open_desk(tmp_path, receiver)
    assert {WHO} == receiver.wanted
    away: list[tuple[Callable[[], object], Callable[[], object]]] = [
        (lambda: desk.navigation.go(Place.OUTBOX), lambda: desk.navigation.go(Place.TODAY)),
        (lambda: desk.in_hand(False), lambda: desk.in_hand(True)),
    ]
    for leave, come_back in away:
        leave()
        assert set() == receiver.wanted
        come_back()
        assert {WHO} == receiver.wanted
    desk.lock.ask()
    assert set() == receiver.wanted


def test_a_place_of_long_ago_is_no_distance(tmp_path: Path) -> None:
    """Nobody is sent by where the phone was an hour before."""
    receiver, clock = Receiver(), StillClock()
    devices = replace(no_devices(tmp_path), location=receiver, boot_clock=clock)
    assert devices.whereabouts() is None
    receiver.add(Fix(taken_at=NOW, lat=54.87, lon=69.15, accuracy_m=5.0, provider="gps", boot_ms=0))
    assert devices.whereabouts() is not None
    clock.ms = SEEN_OF_LATE_MS + 1
    assert devices.whereabouts() is None
