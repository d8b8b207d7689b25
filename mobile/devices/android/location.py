"""The phone's receiver by LocationManager: with provider, mock flag and boot time, which plyer does not give. Never run on a device."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from mobile.devices.android.java import allowed, ask_for, java, sdk, service
from mobile.devices.location import FixLog, Wishes
from mobile.devices.trouble import Trouble
from shared.contracts import Fix

PERMISSIONS = ("ACCESS_FINE_LOCATION", "ACCESS_COARSE_LOCATION")
PROVIDERS = (
    "gps",
    "network",
)  # the network's first fix comes indoors, too; its accuracy says how far to believe it
MOCK_FROM_SDK = 31  # Location.isMock; before that isFromMockProvider
ACCURACY_MOST_M = 100_000.0


class AndroidLocation(FixLog):
    """See Location."""

    def __init__(self) -> None:
        super().__init__()
        self._wishes = Wishes()
        self._listener: Any = None
        self._looper: Any = None

    @property
    def trouble(self) -> Trouble | None:
        """See Location."""
        if not allowed(PERMISSIONS[0]):
            return Trouble.NOT_ALLOWED
        manager = service(java("android.content.Context").LOCATION_SERVICE)
        if manager is None:
            return Trouble.MISSING
        return None if manager.isProviderEnabled(PROVIDERS[0]) else Trouble.SWITCHED_OFF

    def start(self, every_s: float, who: str = "app") -> None:
        """See Location; the first time the system asks the user, and the next start goes on."""
        pace_s = self._wishes.start(every_s, who)
        if not allowed(PERMISSIONS[0]):
            ask_for(*PERMISSIONS)
            return
        self._request(pace_s)

    def stop(self, who: str = "app") -> None:
        """See Location."""
        pace_s = self._wishes.stop(who)
        if pace_s is not None:
            self._request(pace_s)
        elif self._listener is not None:
            self._manager().removeUpdates(self._listener)

    def _request(self, every_s: float) -> None:
        """Updates come on a thread of their own: what they lead to writes to the disk, which the main looper must not wait for."""
        if self._listener is None:
            self._listener = _listener(self)
            thread = java("android.os.HandlerThread")("qala-location")
            thread.start()
            self._looper = thread.getLooper()
        manager = self._manager()
        manager.removeUpdates(self._listener)
        for provider in PROVIDERS:
            if provider in manager.getAllProviders().toArray():
                manager.requestLocationUpdates(
                    provider, round(1000 * every_s), 0.0, self._listener, self._looper
                )

    def _manager(self) -> Any:
        return service(java("android.content.Context").LOCATION_SERVICE)


def fix_of(location: Any, sdk_level: int) -> Fix | None:
    """An android.location.Location on the wire; None without an accuracy, for then it says nothing."""
    accuracy_m = float(location.getAccuracy()) if location.hasAccuracy() else 0.0
    if not 0 < accuracy_m <= ACCURACY_MOST_M or not math.isfinite(accuracy_m):
        return None
    mock = location.isMock() if sdk_level >= MOCK_FROM_SDK else location.isFromMockProvider()
    return Fix(
        lat=round(float(location.getLatitude()), 7),
        lon=round(float(location.getLongitude()), 7),
        accuracy_m=round(accuracy_m, 1),
        taken_at=datetime.fromtimestamp(location.getTime() / 1000, UTC),
        provider=str(location.getProvider() or "unknown")[:32],
        mock=bool(mock),
        speed_mps=round(max(float(location.getSpeed()), 0.0), 2) if location.hasSpeed() else None,
        boot_ms=int(location.getElapsedRealtimeNanos()) // 1_000_000,
    )


def _listener(log: FixLog) -> Any:
    """A LocationListener in Python; the class can only be made where pyjnius is."""
    jnius = import_module("jnius")
    java_method: Any = jnius.java_method

    def onLocationChanged(_self: Any, location: Any) -> None:  # noqa: N802  # Java's name
        fix = fix_of(location, sdk())
        if fix is not None:
            log.add(fix)

    def onProviderEnabled(_self: Any, _provider: str) -> None:  # noqa: N802
        """`trouble` asks when it is needed."""

    def onProviderDisabled(_self: Any, _provider: str) -> None:  # noqa: N802
        """`trouble` asks when it is needed."""

    def onStatusChanged(_self: Any, _provider: str, _status: int, _extras: Any) -> None:  # noqa: N802
        """Called before Android 10 only."""

    members = {
        "__javainterfaces__": ["android/location/LocationListener"],
        "__javacontext__": "app",
        "onLocationChanged": java_method("(Landroid/location/Location;)V")(onLocationChanged),
        "onProviderEnabled": java_method("(Ljava/lang/String;)V")(onProviderEnabled),
        "onProviderDisabled": java_method("(Ljava/lang/String;)V")(onProviderDisabled),
        "onStatusChanged": java_method("(Ljava/lang/String;ILandroid/os/Bundle;)V")(onStatusChanged),
    }
    return type("LocationListener", (jnius.PythonJavaClass,), members)()
