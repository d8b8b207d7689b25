"""From facts to hours: what presence is proven, and what of it is credited under the caps of the order. Pure.

Presence is known only at proofs: check-ins that stand as accepted, and sheets that a second person approved. A stretch runs
from the first proof of a shift to its last one, never to the shift's end; a departure ends it, and whoever is seen again later
begins another. Between the proofs round a spot check that nobody answered nothing is proven: such a gap is not credited until
a person decides, and waits while the answer may still come. A minute counts when presence is proven for the whole of it, and
counts once however many proofs cover it; so minutes are whole and every sum adds up. Then the order's caps apply in the order
of time: what is over them is shown, not credited.
"""

from __future__ import annotations

from backend.attendance.hours.rules.credit import credit, credited_by_order, days_of
from backend.attendance.hours.rules.facts import (
    Day,
    Decision,
    Facts,
    Gap,
    Piece,
    Proof,
    Sheet,
    Stretch,
    Terms,
    Unanswered,
    Why,
)
from backend.attendance.hours.rules.gaps import gap_id, gaps
from backend.attendance.hours.rules.minutes import pieces
from backend.attendance.hours.rules.presence import stretches

__all__ = [
    "Day",
    "Decision",
    "Facts",
    "Gap",
    "Piece",
    "Proof",
    "Sheet",
    "Stretch",
    "Terms",
    "Unanswered",
    "Why",
    "credit",
    "credited_by_order",
    "days_of",
    "gap_id",
    "gaps",
    "pieces",
    "stretches",
]
