"""The check-in tab's screen: who works now, and how each stands."""

from __future__ import annotations

from mobile.models.check_in import CheckIns
from mobile.screens.bound import BoundScreen, load_rules

load_rules("check_in")


class CheckInScreen(BoundScreen):
    """See mobile.models.check_in."""

    model: CheckIns

    def show(self, key: str) -> None:
        """Open the tab."""
        self.ids.search.text = ""
        self.model.show()
        super().show(key)
