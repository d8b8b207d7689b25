"""Keeps the location alive while a shift is tracked and the screen is off: Android's foreground service. Never run on a device.

``start`` is called by the app when tracking begins. The service is a process of its own which only holds the notice and the
right to the location; the sync worker and the tracker stay with the app, whose process Android then leaves alone.
"""

from __future__ import annotations

import threading

from mobile.devices.android.java import context, java

SERVICE = "kz.qala.phone.ServiceShift"  # buildozer: services = Shift:mobile/devices/android/shift_service.py:foreground


def start(title: str, text: str) -> None:
    """Show the notice that Android demands, and keep the app's process."""
    java(SERVICE).start(context(), "", title, text, "")


def stop() -> None:
    """The shift is over."""
    java(SERVICE).stop(context())


def main() -> None:
    """What the service's own process does: nothing, until it is stopped."""
    java("org.kivy.android.PythonService").mService.setAutoRestartService(False)
    threading.Event().wait()


if __name__ == "__main__":
    main()
