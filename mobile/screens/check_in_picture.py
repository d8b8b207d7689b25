"""What the camera sees, with the outline for the face, the arrow of the movement and the ring that fills."""

from __future__ import annotations

from typing import Any

from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.floatlayout import FloatLayout

from mobile.devices.camera import Preview


class FacePicture(FloatLayout):
    """The preview covers the widget; what does not fit is cut off on both sides alike."""

    texture = ObjectProperty(None, allownone=True)  # the part that is seen
    outlined = BooleanProperty(False)
    progress = NumericProperty(0.0)

    def __init__(self, **settings: Any) -> None:
        self._number = 0
        self._whole: Any = None
        super().__init__(**settings)
        self.bind(size=self._cut)

    def draw(self, preview: Preview | None) -> None:
        """Show a preview; each is drawn once."""
        if preview is None:
            self.texture = self._whole = None
            self._number = 0
            return
        if preview.number == self._number:
            return
        self._number = preview.number
        size, is_new = (preview.width, preview.height), False
        if self._whole is None or self._whole.size != size:
            self._whole, is_new = Texture.create(size=size, colorfmt="rgb"), True
        self._whole.blit_buffer(preview.rgb, colorfmt="rgb", bufferfmt="ubyte")
        if is_new:
            self._cut()
        self.canvas.ask_update()

    def _cut(self, *_event: object) -> None:
        """Which part of the preview fills the widget; it begins with its top row, a texture with its bottom one."""
        if self._whole is None or not self.width or not self.height:
            return
        wide, high = self._whole.size
        scale = max(self.width / wide, self.height / high)
        across, down = min(self.width / scale, wide), min(self.height / scale, high)
        seen = self._whole.get_region((wide - across) / 2, (high - down) / 2, across, down)
        seen.flip_vertical()
        self.texture = seen
