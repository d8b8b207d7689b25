"""One fault's screen: what and where it is, and its repair with a photo."""

from __future__ import annotations

import mobile.screens.pane
import mobile.screens.photo_frame  # noqa: F401  # the rules name their classes
from mobile.models.fault import Fault
from mobile.screens.bound import load_rules
from mobile.screens.live import LiveScreen, draw

load_rules("fault")


class FaultScreen(LiveScreen):
    """See mobile.models.fault."""

    model: Fault

    def show(self, key: str) -> None:
        """Open a fault."""
        self.model.show(key)
        super().show(key)

    def look(self) -> None:
        """The camera's picture."""
        if self.view.aiming:
            draw(self.ids.frame, self.model.preview())
