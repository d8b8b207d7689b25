"""The camera: a preview for the screen, and pictures with the time at which they were taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from mobile.devices.trouble import Trouble
from shared.vocabulary import Camera as Facing


@dataclass(frozen=True, slots=True)
class Preview:
    """What the camera sees, small and upright: 3 bytes a pixel, red green blue, the top row first."""

    number: int  # grows with every picture, so that a screen draws each once
    width: int
    height: int
    rgb: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as JPEG, its EXIF orientation honoured by whoever reads it."""

    jpeg: bytes
    taken_at: datetime  # by the device's clock
    boot_ms: int


class Camera(Protocol):
    """One camera at a time; every call returns at once, whatever the device does meanwhile."""

    @property
    def mirrored(self) -> bool:
        """Whether its pictures are mirror images."""
        ...

    @property
    def trouble(self) -> Trouble | None:
        """Why there are no pictures, None while nothing is wrong."""
        ...

    def start(self, facing: Facing) -> None:
        """Open the camera on this side; the other one is closed."""
        ...

    def stop(self) -> None:
        """Close it; pictures on their way are dropped."""
        ...

    def preview(self) -> Preview | None:
        """What it sees now; None before the first picture."""
        ...

    def shoot(self) -> None:
        """Ask for one picture."""
        ...

    def pictures(self) -> tuple[Picture, ...]:
        """Those that have arrived since the last call, oldest first."""
        ...


class NoCamera:
    """Where there is none."""

    mirrored = False
    trouble: Trouble | None = Trouble.MISSING

    def start(self, facing: Facing) -> None:
        """There is nothing to open."""

    def stop(self) -> None:
        """There is nothing to close."""

    def preview(self) -> Preview | None:
        """Nothing is seen."""
        return None

    def shoot(self) -> None:
        """Nothing comes of it."""

    def pictures(self) -> tuple[Picture, ...]:
        """None come."""
        return ()
