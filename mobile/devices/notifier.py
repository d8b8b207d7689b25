"""Notices outside the app, and vibration: a spot check is due, a verdict has come."""

from __future__ import annotations

import logging
from typing import Protocol

log = logging.getLogger(__name__)
TAP_S, LONG_S = 0.05, 0.4


class Notifier(Protocol):
    """What reaches somebody who does not look at the screen."""

    def notify(self, title: str, text: str) -> None:
        """Show a notice; nothing of a person's data, for it stands on the lock screen."""
        ...

    def vibrate(self, seconds: float = TAP_S) -> None:
        """Once, for so long."""
        ...


class QuietNotifier:
    """A desktop neither shakes nor is in a pocket: what would have been shown is remembered and logged."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str]] = []
        self.vibrations_s: list[float] = []

    def notify(self, title: str, text: str) -> None:
        """See Notifier."""
        self.notices.append((title, text))
        log.info("notice: %s: %s", title, text)

    def vibrate(self, seconds: float = TAP_S) -> None:
        """See Notifier."""
        self.vibrations_s.append(seconds)
