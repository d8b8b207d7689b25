"""The paper way for other features: what approved sheets prove, and why somebody was not there."""

from __future__ import annotations

from backend.attendance.paper.absences import Reason, reasons_between
from backend.attendance.paper.rules import Stretch
from backend.attendance.paper.sheets import approved_stretches

__all__ = ["Reason", "Stretch", "approved_stretches", "reasons_between"]
