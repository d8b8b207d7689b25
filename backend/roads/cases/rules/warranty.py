"""How long a repair must hold. Pure."""

from __future__ import annotations

import calendar
from datetime import datetime


def months_later(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or the month's last where there is no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
