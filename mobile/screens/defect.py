"""The defect's screen: aim, take, say what it is if you know, save; the next one may come at once."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.properties import BooleanProperty, ListProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

import mobile.screens.pane
import mobile.screens.photo_frame  # noqa: F401  # the rules name their classes
from mobile.models.defect import Defect, KindButton
from mobile.screens.bound import load_rules
from mobile.screens.live import LiveScreen, draw


class KindKey(ButtonBehavior, BoxLayout):
    """One guess, large: icon above, word below."""

    value = StringProperty("")
    icon = StringProperty("")
    word = StringProperty("")
    chosen = BooleanProperty(False)


class KindKeys(GridLayout):
    """All guesses; a touch fires ``on_choose`` with the value."""

    kinds = ListProperty()

    __events__ = ("on_choose",)

    def on_kinds(self, _keys: KindKeys, kinds: Sequence[KindButton]) -> None:
        """The keys stay; words and the choice change."""
        if len(self.children) != len(kinds):
            self.clear_widgets()
            for kind in kinds:
                key = KindKey(value=kind.value)
                key.bind(on_release=lambda key: self.dispatch("on_choose", key.value))
                self.add_widget(key)
        for key, kind in zip(reversed(self.children), kinds, strict=True):
            key.icon, key.word, key.chosen = kind.icon, kind.word, kind.chosen

    def on_choose(self, value: str) -> None:
        """A touch on one of them."""


load_rules("defect")


class DefectScreen(LiveScreen):
    """See mobile.models.defect."""

    model: Defect

    def look(self) -> None:
        """The camera's picture."""
        if self.view.aiming:
            draw(self.ids.frame, self.model.preview())

    def save(self) -> None:
        """With the note as it stands."""
        self.model.write(self.ids.note.text)
        self.ids.note.text = ""
        self.model.save()
