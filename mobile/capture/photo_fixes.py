"""The fixes around photos that are not reported yet: kept while somebody picks a kind, drives on or leaves the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from mobile.capture.reporting import FIXES_FROM_BEFORE_MS, FIXES_MOST
from shared.contracts import Fix

FIXES_TO_AFTER_MS = 10_000


class PhotoFixes:
    """A receiver keeps its last minutes only, and a report says where its photos were taken, not where it was saved."""

    def __init__(self) -> None:
        self._kept: dict[datetime, Fix] = {}

    def see(self, fixes: Iterable[Fix], shots_ms: Sequence[int]) -> None:
        """Keep those around these moments of the boot clock; what was kept around others is let go."""
        known = [*self._kept.values(), *fixes]
        self._kept = {fix.taken_at: fix for fix in known if any(_is_around(fix, each) for each in shots_ms)}

    def around(self, shots_ms: Sequence[int]) -> tuple[Fix, ...]:
        """What a report of these photos carries, oldest first: of too many fixes those nearest in time to a photo."""

        def apart_ms(fix: Fix) -> int:
            return min(abs((fix.boot_ms or 0) - each) for each in shots_ms)

        near = [fix for fix in self._kept.values() if any(_is_around(fix, each) for each in shots_ms)]
        chosen = sorted(near, key=apart_ms)[:FIXES_MOST]
        return tuple(sorted(chosen, key=lambda fix: fix.boot_ms or 0))


def _is_around(fix: Fix, shot_ms: int) -> bool:
    return fix.boot_ms is not None and -FIXES_FROM_BEFORE_MS <= fix.boot_ms - shot_ms <= FIXES_TO_AFTER_MS
