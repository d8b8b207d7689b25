"""The phone's battery by plyer. Never run on a device."""

from __future__ import annotations

from importlib import import_module

from mobile.devices.battery import Charge


class AndroidBattery:
    """See Battery."""

    def charge(self) -> Charge | None:
        """See Battery; None where the system says nothing."""
        status = import_module("plyer").battery.status  # {'isCharging': bool, 'percentage': float}
        percent = status.get("percentage")
        return None if percent is None else Charge(round(percent), bool(status.get("isCharging")))
