"""Taking a few photos of one thing: what the camera sees, what was taken, what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from mobile.capture.reporting import PHOTOS_MOST
from mobile.devices.camera import Camera, Picture, Preview
from mobile.devices.trouble import Trouble
from shared.vocabulary import Camera as Facing


@dataclass(frozen=True, slots=True)
class TakenPhoto:
    """A photo, and the small look at it that the screen shows."""

    picture: Picture
    look: Preview | None


class Viewfinder:
    """One camera, lent to one screen at a time; ``tick`` collects what has arrived."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        self._taken: list[TakenPhoto] = []
        self._looks: list[Preview | None] = []  # of the pictures that are still to come
        self.is_open = False

    def open(self) -> None:
        """Look through the rear camera."""
        self._camera.start(Facing.REAR)
        self.is_open = True

    def close(self) -> None:
        """The camera rests; what was taken stays."""
        if self.is_open:
            self.tick()
            self._camera.stop()
        self.is_open = False
        self._looks = []

    def preview(self) -> Preview | None:
        """What it sees now."""
        return self._camera.preview() if self.is_open else None

    @property
    def trouble(self) -> Trouble | None:
        """Why there are no pictures."""
        return self._camera.trouble if self.is_open else None

    @property
    def taken(self) -> tuple[TakenPhoto, ...]:
        """The photos so far, oldest first."""
        return tuple(self._taken)

    @property
    def is_taking(self) -> bool:
        """Whether a picture was asked for and has not come."""
        return bool(self._looks)

    @property
    def has_room(self) -> bool:
        """Whether one more may be taken."""
        return len(self._taken) + len(self._looks) < PHOTOS_MOST

    def shoot(self) -> None:
        """Take one, if there is room."""
        if self.is_open and self.has_room and self.trouble is None:
            self._looks.append(self._camera.preview())
            self._camera.shoot()

    def tick(self) -> bool:
        """Collect what has arrived; whether anything has."""
        come = self._camera.pictures() if self.is_open else ()
        for picture in come:
            look = self._looks.pop(0) if self._looks else None
            self._taken.append(TakenPhoto(picture, look))
        return bool(come)

    def discard(self, number: int) -> None:
        """Without the photo of this number, counted from 0."""
        if 0 <= number < len(self._taken):
            del self._taken[number]

    def hand_over(self) -> tuple[Picture, ...]:
        """All photos; the next one is the first of something else."""
        pictures = tuple(taken.picture for taken in self._taken)
        self._taken = []
        return pictures
