"""A camera's picture on the screen, fitted into its frame; and a row of those that were taken, to touch one away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.app import App
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.metrics import dp
from kivy.properties import ListProperty, ObjectProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from mobile.devices.camera import Preview
from mobile.models.viewfinder import TakenPhoto

LOOK_DP = 72


class PhotoFrame(Widget):
    """Shows ``preview``; the texture is made anew only when its size changes."""

    preview = ObjectProperty(None, allownone=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._texture: Texture | None = None
        with self.canvas:
            self._ground = Color(*App.get_running_app().theme.line)
            self._frame = Rectangle()
            self._light = Color(1, 1, 1, 0)
            self._picture = Rectangle()
        App.get_running_app().theme.bind(tints=self._recolour)
        self.bind(pos=self._place, size=self._place, preview=self._show)
        self._show()

    def _show(self, *_event: object) -> None:
        preview: Preview | None = self.preview
        self._light.a = 1 if preview else 0
        if preview is not None:
            size = (preview.width, preview.height)
            if self._texture is None or tuple(self._texture.size) != size:
                self._texture = Texture.create(size=size, colorfmt="rgb")
                self._texture.flip_vertical()
                self._picture.texture = self._texture
            self._texture.blit_buffer(preview.rgb, colorfmt="rgb", bufferfmt="ubyte")
        self._place()
        self.canvas.ask_update()

    def _recolour(self, _theme: object, tints: Any) -> None:
        self._ground.rgba = tints["line"]

    def _place(self, *_event: object) -> None:
        self._frame.pos, self._frame.size = self.pos, self.size
        if self._texture is None:
            return
        scale = min(self.width / self._texture.width, self.height / self._texture.height)
        size = self._texture.width * scale, self._texture.height * scale
        self._picture.size = size
        self._picture.pos = self.x + (self.width - size[0]) / 2, self.y + (self.height - size[1]) / 2


class Look(ButtonBehavior, PhotoFrame):
    """One taken photo."""


class PhotoStrip(BoxLayout):
    """Shows ``photos``; a touch on one fires ``on_choose`` with its number."""

    photos = ListProperty()

    __events__ = ("on_choose",)

    def on_photos(self, _strip: PhotoStrip, photos: Sequence[TakenPhoto]) -> None:
        """As many as were taken."""
        self.clear_widgets()
        for number, photo in enumerate(photos):
            look = Look(preview=photo.look, size_hint=(None, None), size=(dp(48), dp(LOOK_DP)))
            look.bind(on_release=lambda _look, number=number: self.dispatch("on_choose", number))
            self.add_widget(look)

    def on_choose(self, number: int) -> None:
        """A touch on a photo."""
