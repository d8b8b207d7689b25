"""The phone's connections by ConnectivityManager, looked at every few seconds. Never run on a device.

NetworkCallback is an abstract class, which pyjnius cannot extend, so changes are found by looking; a look costs microseconds.
"""

from __future__ import annotations

import threading
from typing import Any

from mobile.devices.android.java import java, service
from mobile.listeners import Call, Listeners

LOOK_EVERY_S = 3.0


class AndroidNetwork:
    """See Network."""

    def __init__(self) -> None:
        self.listeners = Listeners()
        self._thread: threading.Thread | None = None

    def online(self) -> bool:
        """See Network: connected and checked by the system."""
        capabilities = self._capabilities()
        if capabilities is None:
            return False
        names = java("android.net.NetworkCapabilities")
        return bool(capabilities.hasCapability(names.NET_CAPABILITY_INTERNET))

    def on_wifi(self) -> bool:
        """See Network: any network that is not metered, which a Wi-Fi of the user's own phone would be."""
        capabilities = self._capabilities()
        if capabilities is None:
            return False
        names = java("android.net.NetworkCapabilities")
        return bool(capabilities.hasCapability(names.NET_CAPABILITY_NOT_METERED))

    def listen(self, call: Call) -> Call:
        """See Network."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="network", daemon=True)
            self._thread.start()
        return self.listeners.add(call)

    def _watch(self) -> None:
        known = (self.online(), self.on_wifi())
        pause = threading.Event()
        while not pause.wait(LOOK_EVERY_S):
            now = (self.online(), self.on_wifi())
            if now != known:
                known = now
                self.listeners.tell()

    def _capabilities(self) -> Any:
        connectivity = service(java("android.content.Context").CONNECTIVITY_SERVICE)
        network = connectivity.getActiveNetwork()
        return connectivity.getNetworkCapabilities(network) if network else None
