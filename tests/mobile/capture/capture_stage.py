"""A stage for captures: a clock that tests move, a camera and a receiver that do what the test says, and who heard what."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from mobile.capture.guide import Guide, Subject
from mobile.capture.phases import RUNNING, Phase
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.camera import Picture, Preview
from mobile.devices.location import FixLog
from mobile.devices.trouble import Trouble
from mobile.voice.cues import Cue
from shared.contracts import Challenge, Fix
from shared.geometry import Circle, Point
from shared.vocabulary import Camera as Facing
from shared.vocabulary import Language, Move

NOON = datetime(2026, 11, 23, 7, 0, tzinfo=datetime.fromisoformat("2026-11-23T00:00+00:00").tzinfo)
AT = Point(54.87, 69.15)
PLACE = Circle(AT, 100.0)
PERSON_ID = uuid4()
SPOKEN_MS = 800
TICK_MS = 66


class Ticks:
    """Both clocks of a device that was started an hour ago."""

    boot_id = "boot-1"

    def __init__(self) -> None:
        self.ms = 3_600_000

    def boot_ms(self) -> int:
        """See BootClock."""
        return self.ms

    def now(self) -> datetime:
        """The wall clock."""
        return NOON + timedelta(milliseconds=self.ms - 3_600_000)


class Facts(dict[str, Any]):
    """Facts in memory."""

    def put(self, name: str, value: Any) -> None:
        """Keep."""
        self[name] = value


def textured(light: int, seed: int = 0) -> bytes:
    """A small preview with edges, as bright as the test says."""
    grain = random.Random(seed).randbytes(60 * 80)
    levels = bytes(min(max(light + (level - 128) // 8, 0), 255) for level in grain)
    return b"".join(bytes([level]) * 3 for level in levels)


class FakeCamera:
    """Every picture says which number it has and comes ``late_ms`` after it was asked for."""

    mirrored = False

    def __init__(self, ticks: Ticks) -> None:
        self.ticks = ticks
        self.trouble: Trouble | None = None
        self.facing: Facing | None = None
        self.rgb = textured(128)
        self.late_ms = 0
        self.shots = 0
        self._number = 0
        self._coming: list[Picture] = []

    def start(self, facing: Facing) -> None:
        """Open."""
        self.facing = facing

    def stop(self) -> None:
        """Close."""
        self.facing = None

    def preview(self) -> Preview | None:
        """A new one each time."""
        self._number += 1
        return Preview(self._number, 60, 80, self.rgb)

    def shoot(self) -> None:
        """Taken at once."""
        self.shots += 1
        self._coming.append(Picture(picture(self.shots), self.ticks.now(), self.ticks.ms))

    def pictures(self) -> tuple[Picture, ...]:
        """Those that had the time to come."""
        come = [each for each in self._coming if each.boot_ms + self.late_ms <= self.ticks.ms]
        self._coming = [each for each in self._coming if each not in come]
        return tuple(come)


def picture(number: int) -> bytes:
    """A JPEG that differs from the others."""
    written = io.BytesIO()
    Image.new("RGB", (80, 60), (number * 20 % 256, 90, 120)).save(written, "JPEG")
    return written.getvalue()


class FakeLocation(FixLog):
    """A receiver whose fixes the test gives."""

    trouble: Trouble | None = None

    def __init__(self) -> None:
        super().__init__()
        self.wishes: dict[str, float] = {}

    def start(self, every_s: float, who: str = "app") -> None:
        """Note who wants what."""
        self.wishes[who] = every_s

    def stop(self, who: str = "app") -> None:
        """Nobody does."""
        self.wishes.pop(who, None)


@dataclass
class Stage:
    """Everything together."""

    ticks: Ticks = field(default_factory=Ticks)
    facts: Facts = field(default_factory=Facts)
    heard: list[tuple[Cue, Language]] = field(default_factory=list)
    has_fixes: bool = True

    def __post_init__(self) -> None:
        self.camera = FakeCamera(self.ticks)
        self.location = FakeLocation()
        self.time = DeviceTime(self.ticks, self.facts, self.ticks.now)
        self.guide = Guide(
            self.camera,
            self.location,
            self.time,
            lambda cue, language: self.heard.append((cue, language)),
            spoken_ms=lambda _cue, _language: SPOKEN_MS,
        )

    def open(self, **changes: Any) -> None:
        """Somebody steps before the camera."""
        said: dict[str, Any] = {"person_id": PERSON_ID, "language": Language.KK, "place": PLACE}
        self.guide.open(Subject(**{**said, **changes}))

    def fix(self, **changes: Any) -> None:
        """One fix, as of now."""
        said: dict[str, Any] = {
            "lat": AT.lat,
            "lon": AT.lon,
            "accuracy_m": 8.0,
            "taken_at": self.ticks.now(),
            "boot_ms": self.ticks.ms,
        }
        self.location.add(Fix(**{**said, **changes}))

    def pass_ms(self, ms: int) -> None:
        """Let time pass as a screen would: tick by tick, a fix each second."""
        end_ms = self.ticks.ms + ms
        while self.ticks.ms < end_ms:
            before_s = self.ticks.ms // 1000
            self.ticks.ms = min(self.ticks.ms + TICK_MS, end_ms)
            if self.has_fixes and self.ticks.ms // 1000 != before_s:
                self.fix()
            self.guide.tick()

    def run(self, most_ms: int = 60_000) -> int:
        """Until the guide is done or has failed; how long it took."""
        started_ms = self.ticks.ms
        while self.guide.phase in RUNNING and self.ticks.ms - started_ms < most_ms:
            self.pass_ms(TICK_MS)
        return self.ticks.ms - started_ms

    def take(self, *moves: Move) -> int:
        """A whole check-in; how long it took."""
        self.open()
        self.pass_ms(500)
        self.guide.begin(challenge(*moves) if moves else None)
        assert self.guide.phase is Phase.STRAIGHT
        return self.run()


def challenge(
    *moves: Move, person_id: UUID = PERSON_ID, lasts: timedelta = timedelta(minutes=10)
) -> Challenge:
    """As the server issues it."""
    return Challenge(
        id=uuid4(),
        nonce=uuid4().hex,
        person_id=person_id,
        device_id=uuid4(),
        moves=moves or (Move.LEFT, Move.UP),
        issued_at=NOON,
        expires_at=NOON + lasts,
    )
