"""One task's screen: what, where, when, who, and the next step."""

from __future__ import annotations

from kivy.app import App

from mobile.models.fault_list import KEY as FAULT_KEY
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

    def open_row(self, key: str) -> None:
        """A fault to be repaired, or a person to be checked in."""
        app = App.get_running_app()
        if key.startswith(FAULT_KEY):
            app.open_fault(key.removeprefix(FAULT_KEY))
        else:
            app.open_person(self.model.task_id, key)
