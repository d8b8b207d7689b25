"""Today's screen: my tasks by time."""

from __future__ import annotations

from mobile.models.today import Today
from mobile.screens.bound import BoundScreen, load_rules

load_rules("today")


class TodayScreen(BoundScreen):
    """See mobile.models.today."""

    model: Today
