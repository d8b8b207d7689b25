"""A desktop's camera: a thread that paints what a scene shows, as often as a phone's preview would come.

There is no webcam: Python reads one only through OpenCV or GStreamer, and the app carries neither.
"""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageOps

from mobile.devices.boot_clock import BootClock
from mobile.devices.camera import Picture, Preview
from mobile.devices.trouble import Trouble
from shared.vocabulary import Camera as Facing

PREVIEW_PX = (240, 320)
PREVIEW_EVERY_S = 0.1
PICTURES_KEPT = 16
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".ppm", ".pgm"})


class Scene(Protocol):
    """What stands before a desktop's camera."""

    def preview(self) -> Image.Image:
        """It now, small."""
        ...

    def expose(self) -> Callable[[], bytes]:
        """It now; what comes back makes a JPEG of that, when there is time for it."""
        ...


class DesktopCamera:
    """A camera whose scene is painted; ``threaded=False`` leaves the painting to ``paint()``, for tests."""

    mirrored = False

    def __init__(
        self, scene: Scene, boot: BootClock, now: Callable[[], datetime], *, threaded: bool = True
    ) -> None:
        self.trouble: Trouble | None = None
        self._scene = scene
        self._boot = boot
        self._now = now
        self._threaded = threaded
        self._numbers = count(1)
        self._preview: Preview | None = None
        self._asked: list[tuple[datetime, int, Callable[[], bytes]]] = []
        self._pictures: deque[Picture] = deque(maxlen=PICTURES_KEPT)
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._stopped.set()
        self._thread: threading.Thread | None = None

    def start(self, facing: Facing) -> None:
        """See Camera; both sides show the same scene."""
        if not self._stopped.is_set():
            return
        self._stopped = threading.Event()
        self.trouble = None
        if self._threaded:
            self._thread = threading.Thread(
                target=self._run, args=(self._stopped,), name="camera", daemon=True
            )
            self._thread.start()

    def stop(self) -> None:
        """See Camera."""
        self._stopped.set()
        with self._lock:
            self._asked, self._preview = [], None
            self._pictures.clear()

    def preview(self) -> Preview | None:
        """See Camera."""
        return self._preview

    def shoot(self) -> None:
        """See Camera. Taken at once, however late it is painted: the pose of this moment, and not of the next thing that is asked for."""
        asked = (self._now(), self._boot.boot_ms(), self._scene.expose())
        with self._lock:
            self._asked.append(asked)

    def pictures(self) -> tuple[Picture, ...]:
        """See Camera."""
        with self._lock:
            come = tuple(self._pictures)
            self._pictures.clear()
        return come

    def paint(self) -> None:
        """One preview, and the pictures that were asked for meanwhile."""
        stopped = self._stopped
        if stopped.is_set():
            return
        small = self._scene.preview().convert("RGB")
        with self._lock:
            asked, self._asked = self._asked, []
        pictures = [Picture(painted(), taken_at, boot_ms) for taken_at, boot_ms, painted in asked]
        with self._lock:
            if not stopped.is_set():
                self._preview = Preview(next(self._numbers), small.width, small.height, small.tobytes())
                self._pictures.extend(pictures)

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.wait(PREVIEW_EVERY_S):
            try:
                self.paint()
            except (OSError, ValueError):  # a picture that cannot be read: say so instead of standing still
                self.trouble = Trouble.FAILED
                return


class PictureFolder:
    """A folder's pictures in the order of their names, one a picture taken, over and over."""

    def __init__(self, folder: Path) -> None:
        self._paths = sorted(
            path for path in folder.iterdir() if path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()
        )
        if not self._paths:
            raise ValueError(f"{folder} must hold pictures ({', '.join(sorted(PICTURE_SUFFIXES))})")
        self._at = 0
        self._small: tuple[int, Image.Image] | None = None

    def preview(self) -> Image.Image:
        """The picture that would be taken next."""
        if self._small is None or self._small[0] != self._at:
            self._small = (self._at, ImageOps.fit(self._opened(), PREVIEW_PX))
        return self._small[1]

    def expose(self) -> Callable[[], bytes]:
        """See Scene; pictures lie still."""
        return self._picture

    def _picture(self) -> bytes:
        """That picture as JPEG."""
        data = self._paths[self._at].read_bytes()
        if self._paths[self._at].suffix.lower() not in {".jpg", ".jpeg"}:
            written = io.BytesIO()
            self._opened().save(written, "JPEG", quality=92)
            data = written.getvalue()
        self._at = (self._at + 1) % len(self._paths)
        return data

    def _opened(self) -> Image.Image:
        with Image.open(self._paths[self._at]) as image:
            return ImageOps.exif_transpose(image).convert("RGB")
