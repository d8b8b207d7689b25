"""One of a few: the chosen one carries a tick and the accent, so that it is not told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label


class ChoiceButton(ButtonBehavior, Label):
    """One of the options."""

    value = StringProperty("")
    word = StringProperty("")
    chosen = BooleanProperty(False)


class Choice(BoxLayout):
    """``options`` are pairs of value and word; a touch fires ``on_choose`` with the value."""

    options = ListProperty()
    chosen = StringProperty("")

    __events__ = ("on_choose",)

    def on_options(self, _choice: Choice, options: Sequence[tuple[str, str]]) -> None:
        """Words change with the language; the buttons stay while their values do."""
        if [button.value for button in reversed(self.children)] != [value for value, _word in options]:
            self.clear_widgets()
            for value, _word in options:
                self.add_widget(ChoiceButton(value=value))
        for button, (_value, word) in zip(reversed(self.children), options, strict=True):
            button.word = word
        self.on_chosen(self, self.chosen)

    def on_chosen(self, _choice: Choice, chosen: str) -> None:
        """Mark the chosen one."""
        for button in self.children:
            button.chosen = button.value == chosen

    def on_choose(self, value: str) -> None:
        """A touch on one of them."""
