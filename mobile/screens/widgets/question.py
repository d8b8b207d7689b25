"""A question that must be answered before something is lost; touching beside it answers nothing."""

from __future__ import annotations

from kivy.properties import StringProperty
from kivy.uix.modalview import ModalView


class Question(ModalView):
    """Fires ``on_confirm``; everything else closes it without a consequence."""

    title = StringProperty("")
    text = StringProperty("")
    yes = StringProperty("")
    no = StringProperty("")
    colour = StringProperty("bad")  # of the answer that costs something

    __events__ = ("on_confirm",)

    def confirm(self) -> None:
        """The user means it."""
        self.dismiss(animation=False)
        self.dispatch("on_confirm")

    def on_confirm(self) -> None:
        """The user means it."""
