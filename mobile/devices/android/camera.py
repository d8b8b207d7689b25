"""The phone's cameras by Camera2: a stream of YUV images, turned into previews and, when asked, JPEG. Never run on a device.

Only ImageReader.acquireLatestImage is polled: CameraDevice.StateCallback and CameraCaptureSession.StateCallback are abstract
classes, which pyjnius cannot extend, so a small Java class (java/kz/qala/phone here) opens the camera and hands out images.
"""

from __future__ import annotations

import io
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from itertools import count
from typing import Any

from PIL import Image

from mobile.devices.android.java import allowed, as_bytes, ask_for, context, java
from mobile.devices.boot_clock import BootClock
from mobile.devices.camera import Picture, Preview
from mobile.devices.trouble import Trouble
from shared.vocabulary import Camera as Facing

OPENER = "kz.qala.phone.CameraOpener"  # android.add_src of the build, see README.md
SIZE_PX = (1280, 960)
PREVIEW_EVERY = 4  # pixels of the image a pixel of the preview
LOOK_EVERY_S = 0.06
JPEG_QUALITY = 92
PICTURES_KEPT = 16


def upright(jpeg: bytes, turn_deg: int) -> bytes:
    """A picture of the sensor, turned clockwise so that the phone's top is its top."""
    if turn_deg % 360 == 0:
        return jpeg
    written = io.BytesIO()
    with Image.open(io.BytesIO(jpeg)) as picture:
        picture.rotate(-turn_deg, expand=True).save(written, "JPEG", quality=JPEG_QUALITY)
    return written.getvalue()


class AndroidCamera:
    """See Camera."""

    mirrored = False  # Camera2 gives the sensor's image; only a preview would be shown as a mirror

    def __init__(self, boot: BootClock, now: Callable[[], datetime]) -> None:
        self.trouble: Trouble | None = None
        self._boot = boot
        self._now = now
        self._opener: Any = None
        self._numbers = count(1)
        self._preview: Preview | None = None
        self._asked = 0
        self._pictures: deque[Picture] = deque(maxlen=PICTURES_KEPT)
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def start(self, facing: Facing) -> None:
        """See Camera; the first time the system asks the user, and the next start goes on."""
        self.stop()
        if not allowed("CAMERA"):
            ask_for("CAMERA")
            self.trouble = Trouble.NOT_ALLOWED
            return
        self.trouble, self._stopped = None, threading.Event()
        try:
            self._opener = java(OPENER)(context(), facing is Facing.FRONT, *SIZE_PX)
        except import_module("jnius").JavaException:  # the build has left the class out
            self.trouble = Trouble.MISSING
            return
        self._opener.open()
        threading.Thread(target=self._run, args=(self._opener, self._stopped), daemon=True).start()

    def stop(self) -> None:
        """See Camera."""
        self._stopped.set()
        if self._opener is not None:
            self._opener.close()
            self._opener = None
        with self._lock:
            self._asked, self._preview = 0, None
            self._pictures.clear()

    def preview(self) -> Preview | None:
        """See Camera."""
        return self._preview

    def shoot(self) -> None:
        """See Camera."""
        with self._lock:
            self._asked += 1

    def pictures(self) -> tuple[Picture, ...]:
        """See Camera."""
        with self._lock:
            come = tuple(self._pictures)
            self._pictures.clear()
        return come

    def _run(self, opener: Any, stopped: threading.Event) -> None:
        while not stopped.wait(LOOK_EVERY_S):
            if opener.failed():
                self.trouble = Trouble.FAILED
                return
            image = opener.latest()  # an android.media.Image, or null
            if image is None:
                continue
            try:
                self._take_in(image, opener)
            finally:
                image.close()

    def _take_in(self, image: Any, opener: Any) -> None:
        boot_ms = int(image.getTimestamp()) // 1_000_000  # CLOCK_BOOTTIME where the source is REALTIME
        if not opener.countsBootTime():
            boot_ms = self._boot.boot_ms()
        taken_at = self._now() - timedelta(milliseconds=self._boot.boot_ms() - boot_ms)
        small = as_bytes(opener.rgb(image, PREVIEW_EVERY))
        with self._lock:
            asked, self._asked = self._asked, 0
            self._preview = Preview(
                next(self._numbers), int(opener.previewWidth()), int(opener.previewHeight()), small
            )
        if asked:  # one image answers every wish of this moment
            jpeg = upright(as_bytes(opener.jpeg(image, JPEG_QUALITY)), opener.turn())
            with self._lock:
                self._pictures.append(Picture(jpeg, taken_at, boot_ms))
