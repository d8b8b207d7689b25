"""One task's screen: what, where, when, who, and the next step."""

from __future__ import annotations

from mobile.models.task import Task
from mobile.screens.bound import BoundScreen, load_rules

load_rules("task")


class TaskScreen(BoundScreen):
    """See mobile.models.task."""

    model: Task

    def show(self, key: str) -> None:
        """Open a task."""
        self.ids.search.text = ""
        self.model.show(key)
        super().show(key)
