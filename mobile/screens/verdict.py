"""The verdict over the whole screen: icon, word, name, the first reason; all of them where somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.factory import Factory
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from mobile.models.verdict import Reason, VerdictView
from mobile.screens.bound import load_rules

NONE = VerdictView(
    icon="", colour="muted", word="", name="", reason="", reasons=(), more="", again=False, final=False
)

load_rules("verdict")


class VerdictReasons(BoxLayout):
    """Every reason with its mark, below each other."""

    reasons = ListProperty()

    def on_reasons(self, _reasons: VerdictReasons, reasons: Sequence[Reason]) -> None:
        """As many lines as there are reasons."""
        self.clear_widgets()
        for reason in reasons:
            line = Factory.VerdictReason()
            line.icon, line.colour, line.text = reason.icon, reason.colour, reason.text
            self.add_widget(line)


class VerdictCover(BoxLayout):
    """Covers its screen while there is a ``verdict``; fires ``on_retake`` and ``on_leave``."""

    verdict = ObjectProperty(None, allownone=True)
    shown = ObjectProperty(NONE, rebind=True)
    is_open = BooleanProperty(False)  # whether all reasons are to be seen
    retake_word = StringProperty("")
    leave_word = StringProperty("")

    __events__ = ("on_retake", "on_leave")

    def on_verdict(self, _cover: VerdictCover, verdict: VerdictView | None) -> None:
        """Rules read what is never absent."""
        self.shown = verdict or NONE

    def on_touch_down(self, touch: Any) -> bool:
        """What it covers cannot be touched."""
        if self.verdict is None:
            return False
        super().on_touch_down(touch)
        return bool(self.collide_point(*touch.pos))

    def on_retake(self) -> None:
        """Another try."""

    def on_leave(self) -> None:
        """Back to the list."""
