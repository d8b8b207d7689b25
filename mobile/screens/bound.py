"""A screen that shows a model's view: it reads it anew when the model says that it has changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.lang import Builder
from kivy.properties import ObjectProperty
from kivy.uix.screenmanager import Screen

import mobile.screens.widgets  # noqa: F401  # the rules name its classes
from mobile.models.observed import Observed

FOLDER = Path(__file__).parent


def load_rules(screen: str) -> None:
    """Load the .kv file beside a screen's module."""
    Builder.load_file(str(FOLDER / f"{screen}.kv"))


class BoundScreen(Screen):
    """Its rules read ``root.view``; its buttons call ``root.model``. Hidden screens do no work."""

    view = ObjectProperty(rebind=True)

    def __init__(self, model: Observed, **settings: Any) -> None:
        self.model = model
        super().__init__(view=self.read(), **settings)
        model.listen(self.refresh)

    def read(self) -> Any:
        """The model's view as it is now."""
        return self.model.view  # type: ignore[attr-defined]

    def show(self, key: str) -> None:
        """Be opened; ``key`` is the id of what the screen is about."""
        self.view = self.read()

    def refresh(self) -> None:
        """Read the view anew, if anybody sees it."""
        if self.manager is not None and self.manager.current_screen is self:
            self.view = self.read()
