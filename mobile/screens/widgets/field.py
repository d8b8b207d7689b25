"""A text to enter, with its name above and what is wrong with it below."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout


class Field(BoxLayout):
    """One line of input; ``error`` stands below it until the text changes. Fires ``on_enter``."""

    label = StringProperty("")
    text = StringProperty("")
    hint = StringProperty("")
    error = StringProperty("")
    secret = BooleanProperty(False)
    input_type = StringProperty("text")  # which keyboard the phone shows

    __events__ = ("on_enter",)

    def on_text(self, _field: Field, _text: str) -> None:
        """What was wrong is no longer what stands there."""
        self.error = ""

    def on_enter(self) -> None:
        """The keyboard's «done»."""
