"""The rungs of a ladder below each other: icon and word, nothing to touch."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.factory import Factory
from kivy.properties import ListProperty
from kivy.uix.boxlayout import BoxLayout

from mobile.models.outbox import Step


class Steps(BoxLayout):
    """Shows ``steps``."""

    steps = ListProperty()

    def on_steps(self, _steps: Steps, steps: Sequence[Step]) -> None:
        """As many lines as there are rungs."""
        self.clear_widgets()
        for step in steps:
            chip = Factory.Chip()
            chip.icon, chip.word, chip.colour = step.icon, step.word, step.colour
            self.add_widget(chip)
