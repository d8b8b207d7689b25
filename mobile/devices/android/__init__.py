"""Android's own devices through pyjnius and plyer. Never run on a device: written against the documentation alone.

Imported only on Android; see README.md in this folder for what buildozer.spec must hold for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mobile.devices.android.battery import AndroidBattery
from mobile.devices.android.camera import AndroidCamera
from mobile.devices.android.compass import AndroidCompass
from mobile.devices.android.key_store import AndroidKeyStore
from mobile.devices.android.location import AndroidLocation
from mobile.devices.android.navigator import AndroidNavigator
from mobile.devices.android.network import AndroidNetwork
from mobile.devices.android.notifier import AndroidNotifier
from mobile.devices.android.sharer import AndroidSharer
from mobile.devices.android.shift_notice import AndroidShiftNotice
from mobile.devices.android.talker import AndroidTalker
from mobile.devices.boot_clock import SystemBootClock
from mobile.devices.speaker import KivySpeaker
from mobile.voice.voice import Voice
from shared.geometry import Point

if TYPE_CHECKING:
    from mobile.devices.platform import Devices


def devices(folder: Path, now: Callable[[], datetime]) -> Devices:
    """The phone's devices; nothing is opened before it is used."""
    from mobile.devices.platform import Devices

    boot, speaker, location = SystemBootClock(), KivySpeaker(), AndroidLocation()

    def here() -> Point | None:
        fix = location.latest
        return None if fix is None else Point(fix.lat, fix.lon)

    return Devices(
        camera=AndroidCamera(boot, now),
        location=location,
        compass=AndroidCompass(here),
        shift_notice=AndroidShiftNotice(),
        boot_clock=boot,
        network=AndroidNetwork(),
        battery=AndroidBattery(),
        notifier=AndroidNotifier(),
        navigator=AndroidNavigator(),
        sharer=AndroidSharer(),
        speaker=speaker,
        talker=AndroidTalker(),
        keys=AndroidKeyStore(folder / "store.key.wrapped"),
        prompted=(Voice(speaker),),
    )
