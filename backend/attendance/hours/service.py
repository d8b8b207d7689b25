"""Hours: what a person has worked and what of it is credited. The feature's face to its neighbours.

``refresh(person_id)`` belongs after everything that changes what stands: a verdict or a decision on a check-in, a sheet, a
spot check. ``view`` serves documents and receipts.
"""

from __future__ import annotations

from backend.attendance.hours.crediting import refresh
from backend.attendance.hours.gaps import GapView, decide
from backend.attendance.hours.reading import DayView, HoursView, OrderSum, of_person, view

__all__ = ["DayView", "GapView", "HoursView", "OrderSum", "decide", "of_person", "refresh", "view"]
