"""A screen's other half: it takes all the room that is left while it is shown, and none while it is not."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty
from kivy.uix.boxlayout import BoxLayout


class Pane(BoxLayout):
    """See the docstring of the module; unseen it catches no touch."""

    shown = BooleanProperty(True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"orientation": "vertical", **settings})
        self.on_shown(self, self.shown)

    def on_shown(self, _pane: Pane, shown: bool) -> None:
        """Come or go."""
        self.size_hint_y = 1 if shown else None
        self.opacity = 1 if shown else 0
        if not shown:
            self.height = 0

    def on_touch_down(self, touch: Any) -> bool:
        """Only what is seen can be touched."""
        return bool(self.shown and super().on_touch_down(touch))
