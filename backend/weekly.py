"""Hours of a week, by the clock on the wall: when a place is open, or may be served. Pure.

A stretch is ``[weekday, opens_min, closes_min]``: Monday is 0, minutes count from midnight, and one that closes after
1440 goes on into the next day (a snow dump from 20:00 to 05:00). ``None`` in place of a list means at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import TypeAlias

from shared.i18n import Message

_ = Message
DAY_MIN, WEEKDAYS = 1440, 7
STRETCHES_MAX = 42  # six a day
Stretch: TypeAlias = Sequence[int]
Window: TypeAlias = tuple[datetime, datetime]


def overlaps(hours: Iterable[Stretch]) -> Message | None:
    """What is wrong with stretches that meet, None when none do; the week is a circle."""
    week_min = WEEKDAYS * DAY_MIN
    spans = sorted((day * DAY_MIN + opens, day * DAY_MIN + closes) for day, opens, closes in hours)
    around = [*spans, (spans[0][0] + week_min, spans[0][1] + week_min)] if spans else []
    for (_start, end), (after, _after_end) in pairwise(around):
        if after < end:
            message = _("must not overlap: {first} lies within the hours before it")
            return message.format(first=written(after % week_min))
    return None


def written(week_minute: int) -> str:
    """A minute of the week as people write it: ``0 08:00`` is Monday at eight."""
    day, minute = divmod(week_minute, DAY_MIN)
    return f"{day} {minute // 60:02d}:{minute % 60:02d}"


def windows(hours: Sequence[Stretch] | None, start: datetime, end: datetime, zone: tzinfo) -> list[Window]:
    """The open spans within [start, end), aware, in order, cut to it; stretches that touch become one."""
    if end <= start:
        return []
    if hours is None:
        return [(start, end)]
    found: list[Window] = []
    day, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
    while day <= last:
        for weekday, opens, closes in sorted(map(tuple, hours)):
            if weekday == day.weekday():
                span = max(_moment(day, opens, zone), start), min(_moment(day, closes, zone), end)
                if span[0] < span[1]:
                    found.append(span)
        day += timedelta(days=1)
    return _joined(found)


def open_at(hours: Sequence[Stretch] | None, at: datetime, zone: tzinfo) -> bool:
    """Whether the place is open at a moment."""
    return bool(windows(hours, at, at + timedelta(minutes=1), zone))


def _moment(day: date, minute: int, zone: tzinfo) -> datetime:
    return (datetime.combine(day, time.min) + timedelta(minutes=minute)).replace(tzinfo=zone)


def _joined(spans: list[Window]) -> list[Window]:
    whole: list[Window] = []
    for start, end in sorted(spans):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole
