"""The battery: how full it is, which decides how often the location is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

SUPPLIES = Path("/sys/class/power_supply")  # Linux


@dataclass(frozen=True, slots=True)
class Charge:
    """How the battery stands."""

    percent: int
    charging: bool


class Battery(Protocol):
    """The system's battery."""

    def charge(self) -> Charge | None:
        """How it stands now; None where there is none, or nobody knows."""
        ...


class LinuxBattery:
    """A notebook's, as the kernel shows it."""

    def __init__(self, supplies: Path = SUPPLIES) -> None:
        self._supplies = supplies

    def charge(self) -> Charge | None:
        """See Battery."""
        for folder in sorted(self._supplies.glob("BAT*")):
            try:
                percent = int((folder / "capacity").read_text(encoding="ascii"))
                status = (folder / "status").read_text(encoding="ascii").strip()
            except (OSError, ValueError):
                continue
            return Charge(min(max(percent, 0), 100), status in {"Charging", "Full"})
        return None
