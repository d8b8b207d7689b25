"""The design tokens as Kivy properties: whatever is bound to them changes with the theme, by hand or with the sun."""

from __future__ import annotations

from dataclasses import asdict

from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty, ColorProperty, DictProperty
from kivy.utils import get_color_from_hex

from shared.design_tokens import DARK, LIGHT, Palette

TOUCH_DP = 48  # smallest thing to touch with a glove
GAP_DP = 8  # between two of them
ACTION_DP = 64  # the main action, at the thumb
ROW_DP = 72  # a row of a list


class Theme(EventDispatcher):
    """One theme's colours by token name, and whether it is the dark one."""

    dark = BooleanProperty(False)
    surface = ColorProperty(LIGHT.surface)
    raised = ColorProperty(LIGHT.raised)
    line = ColorProperty(LIGHT.line)
    text = ColorProperty(LIGHT.text)
    muted = ColorProperty(LIGHT.muted)
    accent = ColorProperty(LIGHT.accent)
    upon_accent = ColorProperty(LIGHT.on_accent)  # «on_accent» would be the handler of «accent»
    good = ColorProperty(LIGHT.good)
    wait = ColorProperty(LIGHT.wait)
    warn = ColorProperty(LIGHT.warn)
    bad = ColorProperty(LIGHT.bad)

    tints = DictProperty({})  # the same by token name, for states that carry theirs

    def __init__(self, *, dark: bool = False) -> None:
        super().__init__()
        self._take(DARK if dark else LIGHT)
        self.dark = dark

    def on_dark(self, _theme: Theme, dark: bool) -> None:
        """Take the colours of the other palette."""
        self._take(DARK if dark else LIGHT)

    def _take(self, palette: Palette) -> None:
        named = asdict(palette)
        tints = {token: get_color_from_hex(value) for token, value in named.items()}
        self.tints = {
            **tints,
            "": tints["muted"],
        }  # a rule runs once before its widget has been told its colour
        for token, value in named.items():
            setattr(self, "upon_accent" if token == "on_accent" else token, value)
