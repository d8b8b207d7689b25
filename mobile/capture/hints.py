"""What is wrong with the picture, by cheap measures on the preview: too dark, too bright, the phone moves, blurred.

About 1 ms a preview. They know nothing of faces: the server judges those, these only spare a second try.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PIL import Image, ImageChops, ImageFilter, ImageStat

from mobile.devices.camera import Preview
from shared.i18n import Message as _

MEASURED_PX = (96, 128)
FACE_BOX = (0.2, 0.12, 0.8, 0.82)  # of the picture: where the outline asks the face to be
DARK_BELOW, BRIGHT_ABOVE = 45.0, 215.0  # mean of the grey levels 0 to 255
BURNT_FROM, BURNT_SHARE = 250, 0.35
MOVING_ABOVE = 14.0  # mean difference of two previews in grey levels
SHARP_ABOVE = 3.2  # standard deviation of the edges in grey levels
LAPLACE = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)


class Hint(StrEnum):
    """What to change; the first that holds is shown, one at a time."""

    DARK = "dark"
    BRIGHT = "bright"
    MOVING = "moving"
    BLURRED = "blurred"


HINT_WORDS: dict[Hint, _] = {
    Hint.DARK: _("Too dark: turn the face to the light"),
    Hint.BRIGHT: _("Too bright: turn away from the sun"),
    Hint.MOVING: _("Hold the phone still"),
    Hint.BLURRED: _("Blurred: wipe the lens or step back"),
}


@dataclass(frozen=True, slots=True)
class Looks:
    """What was measured on one preview, in grey levels 0 to 255."""

    light: float
    burnt_share: float
    change: float | None  # None on the first preview
    edges: float

    def hint(self, *, turning: bool) -> Hint | None:
        """What to say; a head that was asked to turn moves and blurs by itself."""
        if self.light < DARK_BELOW:
            return Hint.DARK
        if self.light > BRIGHT_ABOVE or self.burnt_share > BURNT_SHARE:
            return Hint.BRIGHT
        if turning:
            return None
        if self.change is not None and self.change > MOVING_ABOVE:
            return Hint.MOVING
        return Hint.BLURRED if self.edges < SHARP_ABOVE else None


class Eye:
    """Looks at one preview after the other."""

    def __init__(self) -> None:
        self._last: Image.Image | None = None
        self._number: int | None = None
        self.looks: Looks | None = None

    def see(self, preview: Preview) -> bool:
        """Measure a preview; False when it was seen before."""
        if preview.number == self._number:
            return False
        self._number = preview.number
        picture = Image.frombytes("RGB", (preview.width, preview.height), preview.rgb)
        left, top, right, bottom = FACE_BOX
        box = (
            left * preview.width,
            top * preview.height,
            right * preview.width,
            bottom * preview.height,
        )
        grey = picture.convert("L").resize(MEASURED_PX, Image.Resampling.BILINEAR, box=box, reducing_gap=2.0)
        levels = grey.histogram()
        self.looks = Looks(
            light=ImageStat.Stat(grey).mean[0],
            burnt_share=sum(levels[BURNT_FROM:]) / (MEASURED_PX[0] * MEASURED_PX[1]),
            change=ImageStat.Stat(ImageChops.difference(grey, self._last)).mean[0] if self._last else None,
            edges=ImageStat.Stat(grey.filter(LAPLACE)).stddev[0],
        )
        self._last = grey
        return True

    def forget(self) -> None:
        """Another camera, another person."""
        self._last, self._number, self.looks = None, None, None
