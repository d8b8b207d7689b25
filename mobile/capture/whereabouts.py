"""What the receiver's fixes say of the place while a check-in is captured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts import Fix
from shared.geometry import ACCURACY_FLOOR_M, Place, fuse_places
from shared.vocabulary import PlaceState

FIXES_LEAST, FIXES_MOST = 3, 60  # of a check-in on the wire


@dataclass(frozen=True, slots=True)
class PlaceSense:
    """How good the location is, and whether it is the place of work; the server judges it anew."""

    fixes: int = 0
    accuracy_m: float | None = None  # the best one, never below what is believed of any
    state: PlaceState | None = None  # None without fixes, or where the task has no place

    @property
    def enough(self) -> bool:
        """Whether a check-in can be made of it."""
        return self.fixes >= FIXES_LEAST


def sense_of(fixes: Sequence[Fix], place: Place | None) -> PlaceSense:
    """What these fixes say together."""
    if not fixes:
        return PlaceSense()
    best_m = max(min(fix.accuracy_m for fix in fixes), ACCURACY_FLOOR_M)
    return PlaceSense(len(fixes), best_m, fuse_places(fixes, place).state if place else None)


def chosen(fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """The fixes that a check-in carries: the newest, oldest first, each instant once."""
    by_instant = {fix.taken_at: fix for fix in fixes}
    return tuple(sorted(by_instant.values(), key=lambda fix: fix.boot_ms or 0)[-FIXES_MOST:])
