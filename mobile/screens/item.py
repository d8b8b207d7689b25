"""One item of the outbox: its ladder, why it waits, and what can be done."""

from __future__ import annotations

from typing import Any

from mobile.models.outbox import Queue
from mobile.screens.bound import BoundScreen, load_rules
from mobile.screens.widgets import Question

load_rules("item")


class ItemScreen(BoundScreen):
    """See mobile.models.outbox; nothing unsent is discarded without a «yes»."""

    model: Queue

    def read(self) -> Any:
        """The opened item, not the list."""
        return self.model.item

    def show(self, key: str) -> None:
        """Open an item."""
        self.model.show(key)
        super().show(key)

    def ask_to_discard(self) -> None:
        """Ask first, and say what would be lost."""
        view = self.view
        question = Question(title=view.question, text=view.question_text, yes=view.yes, no=view.no)
        question.bind(on_confirm=lambda _question: self.model.discard())
        question.open(animation=False)
