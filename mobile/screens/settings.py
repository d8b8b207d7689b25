"""The settings' screen: choices work at once, there is nothing to save."""

from __future__ import annotations

from mobile.models.settings import Settings
from mobile.screens.bound import BoundScreen, load_rules
from mobile.screens.widgets import Question

load_rules("settings")


class SettingsScreen(BoundScreen):
    """See mobile.models.settings."""

    model: Settings

    def show(self, key: str) -> None:
        """Count what lies on the phone each time the screen is opened."""
        super().show(key)
        self.model.measure()

    def ask_to_sign_out(self, app: object) -> None:
        """Ask first, and say what waits."""
        view = self.view
        question = Question(
            title=view.question, text=view.question_text, yes=view.yes, no=view.no, colour="bad"
        )
        question.bind(on_confirm=lambda _question: app.sign_out())  # type: ignore[attr-defined]
        question.open(animation=False)
