"""The shift's notice by a small Java service in the app's own process, which Android then leaves alone. Never run on a device."""

from __future__ import annotations

import logging
from importlib import import_module

from mobile.devices.android.java import context, java

log = logging.getLogger(__name__)
SERVICE = "kz.qala.phone.ShiftService"  # java/kz/qala/phone; android_build/manifest_hook.py declares it


class AndroidShiftNotice:
    """See ShiftNotice."""

    @property
    def stands(self) -> bool:
        """See ShiftNotice."""
        return bool(java(SERVICE).stands())

    def show(self, title: str, text: str) -> None:
        """See ShiftNotice."""
        try:
            java(SERVICE).start(context(), title, text)
        except import_module("jnius").JavaException:  # IllegalStateException: the app is not seen now
            log.info("the notice of the shift must wait until the app is seen")

    def hide(self) -> None:
        """See ShiftNotice."""
        java(SERVICE).stop(context())
