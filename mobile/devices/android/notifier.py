"""Notices and vibration by plyer. Never run on a device. From Android 13 on a notice needs POST_NOTIFICATIONS."""

from __future__ import annotations

import logging
from importlib import import_module

from mobile.devices.android.java import allowed, ask_for, sdk
from mobile.devices.notifier import TAP_S

log = logging.getLogger(__name__)
ASKS_FROM_SDK = 33


class AndroidNotifier:
    """See Notifier."""

    def notify(self, title: str, text: str) -> None:
        """See Notifier; a notice that may not be shown is only logged."""
        if sdk() >= ASKS_FROM_SDK and not allowed("POST_NOTIFICATIONS"):
            ask_for("POST_NOTIFICATIONS")
            log.info("a notice may not be shown yet")
            return
        import_module("plyer").notification.notify(title=title, message=text, app_name="Qala")

    def vibrate(self, seconds: float = TAP_S) -> None:
        """See Notifier."""
        import_module("plyer").vibrator.vibrate(seconds)
