"""How far it is to the work: the receiver is asked for a fix now and then, only while a screen that shows distances is in sight."""

from __future__ import annotations

from mobile.devices.location import Location
from mobile.models.navigation import Place

EVERY_S = 30.0
WHO = "nearby"
SHOWN_ON = frozenset({Place.TODAY, Place.TASK})


class Nearby:
    """Starts and rests with the screens of SHOWN_ON."""

    def __init__(self, location: Location) -> None:
        self._location = location
        self._runs = False

    def look(self, place: Place | None) -> None:
        """Which screen is in sight; None while the app is locked or in a pocket."""
        wanted = place in SHOWN_ON
        if wanted and not self._runs:
            self._location.start(EVERY_S, WHO)
        elif self._runs and not wanted:
            self._location.stop(WHO)
        self._runs = wanted
