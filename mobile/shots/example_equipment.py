"""Example devices for pictures and tests of screens: a painted face before the camera, a receiver at the park, time that is set."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from PIL import Image, ImageDraw, ImageFilter

from mobile.capture.phases import Phase
from mobile.client.answers import RetryLater, Why
from mobile.client.api_client import NotNow
from mobile.client.challenges import ChallengeBatch
from mobile.devices.boot_clock import DeviceTime
from mobile.devices.camera import Picture, Preview
from mobile.devices.location import FixLog
from mobile.devices.platform import Devices, no_devices
from mobile.devices.trouble import Trouble
from mobile.models.equipment import Equipment
from mobile.outbox.ladder import Item, ItemState, NewItem
from mobile.shots.examples import HERE, NOW, USER, uuid
from shared.contracts import Challenge, Fix
from shared.geometry import Point
from shared.vocabulary import Camera as Facing
from shared.vocabulary import Move

PREVIEW_PX = (240, 320)
TICK_MS = 66


class ExampleTime:
    """Both clocks; they stand still until they are moved."""

    boot_id = "example"

    def __init__(self) -> None:
        self.ms = 3_600_000

    def boot_ms(self) -> int:
        """See BootClock."""
        return self.ms

    def now(self) -> datetime:
        """The wall clock."""
        return NOW + timedelta(milliseconds=self.ms - 3_600_000)


class ExampleCamera:
    """Somebody in a hat in the snow; pictures come at once."""

    mirrored = False
    trouble: Trouble | None = None

    def __init__(self, time: ExampleTime, light: float = 1.0) -> None:
        self._time = time
        self._picture = painted_face(light)
        self._rgb = self._picture.tobytes()
        self._came: list[Picture] = []
        self._number = 0
        self.is_open = False

    def start(self, facing: Facing) -> None:
        self.is_open = True

    def stop(self) -> None:
        self.is_open = False

    def preview(self) -> Preview | None:
        self._number += 1
        return Preview(self._number, *PREVIEW_PX, self._rgb) if self.is_open else None

    def shoot(self) -> None:
        written = io.BytesIO()
        self._picture.save(written, "JPEG")
        self._came.append(Picture(written.getvalue(), self._time.now(), self._time.ms))

    def pictures(self) -> tuple[Picture, ...]:
        came, self._came = tuple(self._came), []
        return came


class ExampleLocation(FixLog):
    """A receiver that stands still."""

    trouble: Trouble | None = None

    def start(self, every_s: float, who: str = "app") -> None:
        """Nothing to do."""

    def stop(self, who: str = "app") -> None:
        """Nothing to do."""


@dataclass
class ExampleSigner:
    """Signs nothing."""

    device_id: UUID | None = field(default_factory=lambda: uuid(3))
    sign: Callable[[bytes], str] = lambda _message: "signed"


class ExampleServer:
    """Asks for left and up; ``refuse`` makes it fail. Holds nothing beforehand."""

    def __init__(self, refuse: Exception | None = None) -> None:
        self.refuse = refuse
        self.held: dict[UUID, dict[UUID, int]] = {}
        self.asked: list[tuple[UUID, tuple[UUID, ...], int, bool]] = []

    def ask(
        self, task_id: UUID, person_ids: Sequence[UUID], *, each: int = 1, offline: bool = False
    ) -> ChallengeBatch:
        self.asked.append((task_id, tuple(person_ids), each, offline))
        if self.refuse is not None:
            raise self.refuse
        items = tuple(_challenge(person_id) for person_id in person_ids for _one in range(each))
        return ChallengeBatch(items=items, server_time=NOW)

    def hold(self, task_id: UUID, batch: ChallengeBatch) -> None:
        counts = self.held.setdefault(task_id, {})
        for challenge in batch.items:
            counts[challenge.person_id] = counts.get(challenge.person_id, 0) + 1

    def take(self, task_id: UUID, person_id: UUID, now: datetime) -> Challenge | None:
        counts = self.held.get(task_id, {})
        if not counts.get(person_id):
            return None
        counts[person_id] -= 1
        return _challenge(person_id)

    def count(self, task_id: UUID, now: datetime) -> dict[UUID, int]:
        return dict(self.held.get(task_id, {}))

    def stocked(self, people: Iterable[UUID], now: datetime) -> set[UUID]:
        return set(people)


class ExampleKeeper:
    """Puts what was captured before the items of an example outbox."""

    def __init__(self, outbox: Any) -> None:
        self._outbox = outbox
        self.put_items: list[NewItem] = []

    def put(self, item: NewItem) -> None:
        self.put_items.append(item)
        kept = Item(
            number=1000 + len(self.put_items),
            id=item.id,
            kind=item.kind,
            owner_id=item.owner_id,
            state=ItemState.SAVED,
            created_at=item.created_at,
            about=item.about,
            photo_count=len(item.photos),
            photo_bytes=sum(len(photo) for photo in item.photos),
            photos_kept=True,
        )
        self._outbox.held.insert(0, kept)
        self._outbox.tell()


def example_equipment(
    folder: Path,
    outbox: Any,
    *,
    server: ExampleServer | None = None,
    time: ExampleTime | None = None,
    light: float = 1.0,
    at: Point | None = HERE,
) -> Equipment:
    """Everything that a capture needs; ``at`` None is a receiver that finds no satellites."""
    time, server = time or ExampleTime(), server or ExampleServer()
    location = ExampleLocation()
    for second in range(6) if at is not None else ():
        assert at is not None
        moment, ms = time.now() - timedelta(seconds=6 - second), time.ms - 1000 * (6 - second)
        location.add(Fix(lat=at.lat, lon=at.lon, accuracy_m=6.0, taken_at=moment, boot_ms=ms))
    devices: Devices = replace(
        no_devices(folder), camera=ExampleCamera(time, light), location=location, boot_clock=time
    )
    return Equipment(
        devices=devices,
        time=DeviceTime(time, _Forgetful(), time.now),
        signer=ExampleSigner(),
        outbox=ExampleKeeper(outbox),
        owner_id=lambda: USER.id,
        ask=server.ask,
        held=server,
    )


class _Forgetful:
    """Facts that nobody keeps."""

    def get(self, name: str, default: Any = None) -> Any:
        return default

    def put(self, name: str, value: Any) -> None:
        """Nothing is kept."""


def _challenge(person_id: UUID) -> Challenge:
    return Challenge(
        id=uuid4(),
        nonce="0" * 32,
        person_id=person_id,
        device_id=uuid(3),
        moves=(Move.LEFT, Move.UP),
        issued_at=NOW,
        expires_at=NOW + timedelta(hours=72),
    )


def unreachable() -> NotNow:
    """What a server out of reach answers."""
    return NotNow(RetryLater(15, Why.UNREACHABLE))


def painted_face(light: float) -> Image.Image:
    """A head and shoulders before snow; no likeness of anybody."""
    wide, high = PREVIEW_PX
    picture = Image.effect_noise(PREVIEW_PX, 22).convert("RGB").point(lambda level: min(level + 78, 255))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((-20, high - 92, wide + 20, high + 140), fill=(52, 70, 92))
    draw.rectangle((96, 196, 144, 246), fill=(196, 150, 124))
    draw.ellipse((66, 74, 174, 226), fill=(214, 168, 140))
    draw.pieslice((60, 46, 180, 178), 180, 360, fill=(40, 44, 54))
    draw.rectangle((60, 106, 180, 120), fill=(66, 72, 86))
    for centre in (98, 142):
        draw.ellipse((centre - 10, 136, centre + 10, 147), fill=(246, 244, 240))
        draw.ellipse((centre - 5, 136, centre + 5, 147), fill=(44, 36, 30))
    draw.line((120, 142, 114, 172, 124, 174), fill=(168, 118, 96), width=3)
    draw.arc((98, 174, 142, 204), 20, 160, fill=(150, 76, 74), width=4)
    smooth = picture.filter(ImageFilter.GaussianBlur(0.8))
    return smooth.point(lambda level: int(level * light))


def pass_time(
    time: ExampleTime, tick: Callable[[], None], guide_phase: Callable[[], str], until: Phase
) -> None:
    """Let the clocks go, tick by tick, until a phase of the guide is reached."""
    for _tick in range(1000):
        if guide_phase() == until.value:
            return
        time.ms += TICK_MS
        tick()
    raise AssertionError(f"{until} was never reached, the last was {guide_phase()}")
