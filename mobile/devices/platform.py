"""The devices of this platform, put together in one place: Android's own, or what stands for them on a desktop."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from mobile.devices.battery import Battery, LinuxBattery
from mobile.devices.boot_clock import BootClock, SystemBootClock
from mobile.devices.camera import Camera, NoCamera
from mobile.devices.compass import Compass, CourseCompass, NoCompass
from mobile.devices.location import Location, NoLocation
from mobile.devices.navigator import DesktopNavigator, Navigator
from mobile.devices.network import Network, SwitchedNetwork
from mobile.devices.notifier import Notifier, QuietNotifier
from mobile.devices.sharer import NoSharer, Sharer
from mobile.devices.shift_notice import NoShiftNotice, ShiftNotice
from mobile.devices.speaker import KivySpeaker, SilentSpeaker, Speaker
from mobile.devices.talker import EspeakTalker, SilentTalker, Talker
from mobile.keeping.seal import KeyFile, KeyStore
from mobile.voice.cues import Cue, Prompted
from mobile.voice.voice import Voice
from shared.geometry import Point
from shared.vocabulary import Language

if TYPE_CHECKING:
    from mobile.simulated.faces import Turnable

ANDROID = "ANDROID_PRIVATE"  # set by python-for-android
KEY_FILE = "store.key"
SEEN_OF_LATE_MS = 10 * 60_000  # an older place would be a wrong distance


class DesktopCameraKind(StrEnum):
    """What stands before a desktop's camera."""

    HEAD = "head"  # the demonstration's, which turns as it is asked
    FOLDER = "folder"
    NONE = "none"


def system_now() -> datetime:
    """The device's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class DeviceSettings:
    """What a desktop is to play; a phone reads only ``folder``."""

    folder: Path
    """Where the app keeps its data."""
    camera: DesktopCameraKind = DesktopCameraKind.HEAD
    pictures: Path | None = None
    """The folder of pictures, for FOLDER."""
    faces: Callable[[UUID], Turnable | None] = lambda _person_id: None
    """Who looks like whom, for HEAD."""
    gpx: Path | None = None
    """A track to drive along; without one the desktop stands."""
    pace: float = 1.0
    """How many times faster than recorded."""
    here: Callable[[], Point | None] = lambda: None
    """Where the desktop stands; may change."""
    sound: bool = True
    now: Callable[[], datetime] = system_now
    rng: random.Random = field(default_factory=random.Random)


@dataclass(frozen=True, kw_only=True)
class Devices:
    """Everything that the app senses and says with."""

    camera: Camera
    location: Location
    boot_clock: BootClock
    network: Network
    battery: Battery
    notifier: Notifier
    navigator: Navigator
    speaker: Speaker
    keys: KeyStore
    compass: Compass = field(default_factory=NoCompass)
    sharer: Sharer = field(default_factory=NoSharer)
    shift_notice: ShiftNotice = field(default_factory=NoShiftNotice)
    talker: Talker = field(default_factory=SilentTalker)
    prompted: tuple[Prompted, ...] = ()

    def meet(self, person_id: UUID) -> None:
        """Tell everybody who stands before the phone."""
        for each in self.prompted:
            each.meet(person_id)

    def prompt(self, cue: Cue, language: Language) -> None:
        """Tell everybody what is asked for."""
        for each in self.prompted:
            each.prompt(cue, language)

    def whereabouts(self) -> Point | None:
        """Where the device was seen of late; None where it has not been."""
        fix = self.location.latest
        if fix is None or fix.boot_ms is None or self.boot_clock.boot_ms() - fix.boot_ms > SEEN_OF_LATE_MS:
            return None
        return Point(fix.lat, fix.lon)

    def close(self) -> None:
        """The app ends."""
        self.camera.stop()
        self.location.stop()
        self.speaker.stop()
        self.talker.hush()


def on_android() -> bool:
    """Whether python-for-android runs this."""
    return ANDROID in os.environ


def for_this_platform(settings: DeviceSettings) -> Devices:
    """The devices of whatever this runs on; ValueError or OSError for settings that name what is not there."""
    if on_android():
        from mobile.devices.android import devices  # imports pyjnius, which only Android has

        return devices(settings.folder, settings.now)
    return _desktop(settings)


def _desktop(settings: DeviceSettings) -> Devices:
    boot = SystemBootClock()
    speaker = KivySpeaker() if settings.sound else SilentSpeaker()
    camera, obedient = _desktop_camera(settings, boot)
    location = _desktop_location(settings, boot)
    return Devices(
        camera=camera,
        location=location,
        boot_clock=boot,
        compass=CourseCompass(location),
        network=SwitchedNetwork(),
        battery=LinuxBattery(),
        notifier=QuietNotifier(),
        navigator=DesktopNavigator(),
        speaker=speaker,
        talker=EspeakTalker() if settings.sound else SilentTalker(),
        keys=KeyFile(settings.folder / KEY_FILE),
        prompted=(Voice(speaker), *obedient),
    )


def _desktop_camera(settings: DeviceSettings, boot: BootClock) -> tuple[Camera, tuple[Prompted, ...]]:
    from mobile.devices.desktop_camera import DesktopCamera, PictureFolder

    if settings.camera is DesktopCameraKind.NONE:
        return NoCamera(), ()
    if settings.camera is DesktopCameraKind.FOLDER:
        if settings.pictures is None:
            raise ValueError("a camera that reads a folder needs `pictures`, was None")
        return DesktopCamera(PictureFolder(settings.pictures), boot, settings.now), ()
    from mobile.devices.simulated_head import SimulatedHead  # numpy: a fifth of a second

    head = SimulatedHead(settings.faces, boot, settings.rng)
    return DesktopCamera(head, boot, settings.now), (head,)


def _desktop_location(settings: DeviceSettings, boot: BootClock) -> Location:
    from mobile.devices.desktop_location import Course, DesktopLocation, Standing, Track
    from mobile.devices.gpx import read_track

    course: Course
    if settings.gpx is not None:
        course = Track(read_track(settings.gpx), settings.pace)
    else:
        course = Standing(settings.here)
    return DesktopLocation(course, boot, settings.now, settings.rng)


def no_devices(folder: Path) -> Devices:
    """For tests and pictures of screens: nothing is sensed and nothing said."""
    return Devices(
        camera=NoCamera(),
        location=NoLocation(),
        boot_clock=SystemBootClock(),
        network=SwitchedNetwork(),
        battery=LinuxBattery(folder / "no batteries"),
        notifier=QuietNotifier(),
        navigator=DesktopNavigator(lambda _link: False),
        speaker=SilentSpeaker(),
        keys=KeyFile(folder / KEY_FILE),
    )
