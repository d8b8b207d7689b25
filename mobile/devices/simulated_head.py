"""A head before the desktop's camera that does what it is asked, so that a whole check-in can be shown without a phone.

It is drawn from one photo of the demonstration (see mobile.simulated.heads) and proves nothing about real movements.
"""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from PIL import Image, ImageDraw

from mobile.devices.boot_clock import BootClock
from mobile.devices.desktop_camera import PREVIEW_PX
from mobile.simulated.faces import Turnable
from mobile.simulated.heads import LiveHead
from mobile.simulated.warp import Turn
from mobile.voice.cues import MOVES, Cue
from shared.vocabulary import Language

REACTION_MS = 350  # from the word to the first movement
TURNING_MS = 450
FULL = {
    Cue.LEFT: Turn(yaw_deg=21.0),
    Cue.RIGHT: Turn(yaw_deg=-21.0),
    Cue.UP: Turn(pitch_deg=19.0),
    Cue.DOWN: Turn(pitch_deg=-17.5),
}
EMPTY_RGB = (92, 104, 118)


@dataclass(frozen=True)
class _Movement:
    """From one pose to another, beginning at a moment of the boot clock."""

    start: Turn
    end: Turn
    from_ms: int

    def at(self, boot_ms: int) -> Turn:
        """Where the head points then: slow, fast, slow."""
        share = min(max((boot_ms - self.from_ms - REACTION_MS) / TURNING_MS, 0.0), 1.0)
        share = share * share * (3 - 2 * share)
        return Turn(
            self.start.yaw_deg + share * (self.end.yaw_deg - self.start.yaw_deg),
            self.start.pitch_deg + share * (self.end.pitch_deg - self.start.pitch_deg),
        )


class SimulatedHead:
    """Hears each prompt, as the person would, and turns; ``faces`` knows whom a person of the roster looks like."""

    def __init__(self, faces: Callable[[UUID], Turnable | None], boot: BootClock, rng: random.Random) -> None:
        self._faces = faces
        self._boot = boot
        self._rng = rng
        self._movement = _Movement(Turn(), Turn(), 0)
        self._face: Turnable | None = None
        self._head: LiveHead | None = None
        self._small: LiveHead | None = None
        self._lock = threading.Lock()

    # --- what it hears ------------------------------------------------------------------------------

    def meet(self, person_id: UUID) -> None:
        """Somebody steps before the camera."""
        face = self._faces(person_id)
        with self._lock:
            if face is not self._face:
                self._face, self._head, self._small = face, None, None
            self._movement = _Movement(Turn(), Turn(), 0)

    def prompt(self, cue: Cue, language: Language) -> None:
        """Turn as asked; any other word that asks for a pose means straight ahead."""
        if cue not in MOVES and cue not in (Cue.STRAIGHT, Cue.AGAIN, Cue.THANKS):
            return
        now_ms = self._boot.boot_ms()
        with self._lock:
            self._movement = _Movement(self._movement.at(now_ms), FULL.get(cue, Turn()), now_ms)

    # --- what the camera sees -----------------------------------------------------------------------

    def preview(self) -> Image.Image:
        """The head as it points now, small; an empty place where nobody's picture is known."""
        with self._lock:
            face, small, movement = self._face, self._small, self._movement
        if face is None:
            return _nobody(PREVIEW_PX)
        if small is None:
            head = self._full(face)
            small = self._small = head.scaled(PREVIEW_PX[0] / head.size[0])
        return small.picture(movement.at(self._boot.boot_ms()))

    def expose(self) -> Callable[[], bytes]:
        """See Scene: as a camera saves it."""
        with self._lock:
            face, movement = self._face, self._movement
        turn = movement.at(self._boot.boot_ms())
        if face is None:
            return lambda: _as_jpeg(_nobody((720, 960)))
        return lambda: self._full(face).jpeg(turn, self._rng)

    def _full(self, face: Turnable) -> LiveHead:
        if self._head is None:
            self._head = face.head(self._rng)
        return self._head


def _nobody(size: tuple[int, int]) -> Image.Image:
    """An empty place; the demonstration has no picture of this person."""
    picture = Image.new("RGB", size, EMPTY_RGB)
    width, height = size
    ImageDraw.Draw(picture).ellipse(
        (0.28 * width, 0.2 * height, 0.72 * width, 0.7 * height),
        outline=(214, 220, 226),
        width=max(width // 80, 2),
    )
    return picture


def _as_jpeg(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88)
    return written.getvalue()
