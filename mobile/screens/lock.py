"""The lock's screen: dots, what is wrong, and a pad for gloves."""

from __future__ import annotations

from kivy.factory import Factory
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from mobile.models.lock import Lock
from mobile.screens.bound import BoundScreen, load_rules

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "⌫")
ERASE = "⌫"

load_rules("lock")


class Pad(GridLayout):
    """Twelve keys; fires ``on_digit`` and ``on_erase``."""

    __events__ = ("on_digit", "on_erase")

    def __init__(self, **settings: object) -> None:
        super().__init__(cols=3, **settings)
        for key in KEYS:
            button = Factory.PadKey(text=key) if key else Widget()
            if key:
                button.bind(on_release=self._press)
            self.add_widget(button)

    def on_digit(self, digit: str) -> None:
        """A digit was pressed."""

    def on_erase(self) -> None:
        """The last digit is taken back."""

    def _press(self, button: object) -> None:
        key = button.text  # type: ignore[attr-defined]
        if key == ERASE:
            self.dispatch("on_erase")
        else:
            self.dispatch("on_digit", key)


class LockScreen(BoundScreen):
    """See mobile.models.lock."""

    model: Lock
