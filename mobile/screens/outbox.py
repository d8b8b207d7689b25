"""The outbox's screen: everything that was captured, newest first."""

from __future__ import annotations

from mobile.models.outbox import Queue
from mobile.screens.bound import BoundScreen, load_rules

load_rules("outbox")


class OutboxScreen(BoundScreen):
    """See mobile.models.outbox."""

    model: Queue
