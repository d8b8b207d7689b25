"""What many needs come to, by work, priority and district. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from backend.winter.rules.needing import StreetNeed
from shared.vocabulary import WinterWork


@dataclass(kw_only=True)
class NeedSum:
    """All that is needed of one kind of work, priority and district together."""

    work: WinterWork
    priority: int
    district_id: UUID | None
    pieces: int = 0
    passes: int = 0
    metres: float = 0.0  # all passes together
    grit_kg: float = 0.0

    @property
    def km(self) -> float:
        """All passes together."""
        return round(self.metres / 1000, 2)


def sums(needs: Iterable[StreetNeed]) -> list[NeedSum]:
    """Work by work, the most urgent priority first."""
    found: dict[tuple[WinterWork, int, str], NeedSum] = {}
    for each in needs:
        key = (each.work, each.priority, str(each.district_id or ""))
        row = found.setdefault(
            key, NeedSum(work=each.work, priority=each.priority, district_id=each.district_id)
        )
        row.pieces += 1
        row.passes += each.passes
        row.metres += each.passes * each.metres
        row.grit_kg = round(row.grit_kg + each.grit_kg, 1)
    return [found[key] for key in sorted(found)]
