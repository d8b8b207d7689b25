"""How a fault looked to whoever reported it: fetched when its screen is opened, looked at, never kept on the phone."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

from PIL import Image

from mobile.devices.camera import Preview
from mobile.models.background import Background
from mobile.models.ports import FaultPhoto


class SeenFault:
    """One photo at a time; without a network there is none, and nobody is kept from the work."""

    def __init__(self, fetch: FaultPhoto, background: Background, changed: Callable[[], None]) -> None:
        self._fetch = fetch
        self._background = background
        self._changed = changed
        self._wanted: UUID | None = None
        self._number = 0
        self.photo: Preview | None = None
        self.is_missing = False  # it was asked for and did not come

    def show(self, fault_id: UUID) -> None:
        """Fetch the photo of a fault, unless it is here or on its way."""
        if fault_id == self._wanted and not self.is_missing:
            return
        self._wanted, self.photo, self.is_missing = fault_id, None, False
        self._number += 1
        number = self._number

        def done(photo: Preview) -> None:
            if self._wanted == fault_id:
                self.photo = photo
                self._changed()

        def failed(_error: Exception) -> None:
            if self._wanted == fault_id:
                self.is_missing = True
                self._changed()

        self._background.run(lambda: _drawn(self._fetch(fault_id), number), done, failed)


def _drawn(jpeg: bytes, number: int) -> Preview:
    with Image.open(io.BytesIO(jpeg)) as opened:
        picture = opened.convert("RGB")
    return Preview(number, picture.width, picture.height, picture.tobytes())
