"""A part of a screen that may be absent: then it takes no room, and no touch meant for what lies there."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout


class Part(BoxLayout):
    """As high as its content while ``shown``; a box of height 0 alone would still catch touches with its children."""

    shown = BooleanProperty(True)

    def on_touch_down(self, touch: Any) -> bool:
        """Only what is seen can be touched."""
        return bool(self.shown and super().on_touch_down(touch))
