"""The question for a note: a reason to touch, and a line for words."""

from __future__ import annotations

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.modalview import ModalView

from mobile.models.check_in_note import NoteView
from mobile.screens.bound import load_rules
from mobile.screens.widgets import Choice

EMPTY = NoteView(title="", reasons=(), label="", save="", leave="")

load_rules("check_in_note")


class NoteQuestion(ModalView):
    """Fires ``on_save`` with the chosen reason and the words, both empty where no note is wanted."""

    view = ObjectProperty(EMPTY, rebind=True)
    reason = StringProperty("")

    __events__ = ("on_save",)

    def on_kv_post(self, _base: object) -> None:
        """One line for each reason, for their words are long."""
        for reason in self.view.reasons:
            line = Choice()
            line.options = [reason]
            line.bind(on_choose=self._choose)
            self.ids.reasons.add_widget(line)

    def save(self) -> None:
        """Close with the note."""
        self.dismiss(animation=False)
        self.dispatch("on_save", self.reason, self.ids.text.text)

    def leave(self) -> None:
        """Close without one."""
        self.dismiss(animation=False)
        self.dispatch("on_save", "", "")

    def on_save(self, reason: str, text: str) -> None:
        """The note was given."""

    def _choose(self, _line: Choice, reason: str) -> None:
        self.reason = reason
        for line in self.ids.reasons.children:
            line.chosen = reason
