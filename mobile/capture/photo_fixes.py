"""The fixes around photos that are not reported yet: kept while somebody picks a kind, drives on or leaves the screen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mobile.capture.reporting import FIXES_FROM_BEFORE_MS, FIXES_MOST
from mobile.devices.camera import Picture
from mobile.devices.location import Location
from shared.contracts import Fix

FIXES_TO_AFTER_MS = 10_000


class PhotoFixes:
    """A receiver keeps its last minutes only, and a report says where its photos were taken, not where it was saved."""

    def __init__(self) -> None:
        self._kept: dict[datetime, Fix] = {}

    def see(self, location: Location, pictures: Sequence[Picture]) -> list[int]:
        """Keep those around the photos that wait, before the receiver forgets them; when these were taken, by the boot clock.

        What was kept around other photos is let go with the first of the next report.
        """
        shots_ms = [picture.boot_ms for picture in pictures]
        if shots_ms:
            fresh = location.since(max(min(shots_ms) - FIXES_FROM_BEFORE_MS, 0))
            known = [*self._kept.values(), *fresh]
            self._kept = {
                fix.taken_at: fix for fix in known if any(_is_around(fix, each) for each in shots_ms)
            }
        return shots_ms

    def around(self, shots_ms: Sequence[int]) -> tuple[Fix, ...]:
        """What a report of these photos carries, oldest first: of too many fixes those nearest in time to a photo."""

        def apart_ms(fix: Fix) -> int:
            return min(abs((fix.boot_ms or 0) - each) for each in shots_ms)

        near = [fix for fix in self._kept.values() if any(_is_around(fix, each) for each in shots_ms)]
        chosen = sorted(near, key=apart_ms)[:FIXES_MOST]
        return tuple(sorted(chosen, key=lambda fix: fix.boot_ms or 0))


def _is_around(fix: Fix, shot_ms: int) -> bool:
    return fix.boot_ms is not None and -FIXES_FROM_BEFORE_MS <= fix.boot_ms - shot_ms <= FIXES_TO_AFTER_MS
