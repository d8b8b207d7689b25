"""What is seen when the phone cannot open its own data: the reason and what to do, instead of an app that vanishes."""

from __future__ import annotations

from kivy.app import App
from kivy.core.window import Window
from kivy.factory import Factory
from kivy.properties import ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

import mobile.screens.widgets  # noqa: F401  # registers the rule of «Notice»
from mobile.theme import Theme


class TroubleApp(App):
    """One notice in an empty window."""

    title = "Qala"
    theme = ObjectProperty(rebind=True)

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(theme=Theme())

    def build(self) -> BoxLayout:
        """The notice, at the height of the eyes."""
        Window.clearcolor = self.theme.surface
        notice = Factory.Notice()
        notice.text, notice.colour = self.text, "bad"
        box = BoxLayout(orientation="vertical", padding=24)
        for part in (Widget(), notice, Widget(size_hint_y=2)):
            box.add_widget(part)
        return box
