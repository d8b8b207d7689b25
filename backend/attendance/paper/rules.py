"""What may stand on a paper sheet or in an absence, and what an approver must know. Pure: times and limits in, messages out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from shared.i18n import Message
from shared.vocabulary import AbsenceReason

_ = Message
Errors = dict[str, list[Message]]
SHEET_LONGEST = timedelta(hours=16)
"""Twice the longest day that the law knows: a longer stretch is a slip of the pen."""
ABSENCE_LONGEST = timedelta(days=366)
WITH_DOCUMENT = frozenset({AbsenceReason.ILLNESS, AbsenceReason.COURT})
"""Reasons for which somebody else has written a paper that can be asked for."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """A stretch of work that an approved sheet proves, as check-ins would."""

    came_at: datetime
    left_at: datetime
    sheet_id: UUID
    task_id: UUID


def stretch_errors(
    came_at: datetime, left_at: datetime, *, moment: datetime, tolerance: timedelta, oldest: timedelta | None
) -> Errors:
    """What is wrong with the times of a sheet; ``oldest`` is None for whoever may enter a sheet of any age."""
    errors: Errors = {}
    if left_at <= came_at:
        message = _("must be later than came_at, {came_at}, was {value}: correct one of the two")
        errors["left_at"] = [message.format(came_at=came_at.isoformat(), value=left_at.isoformat())]
    elif left_at - came_at > SHEET_LONGEST:
        message = _(
            "must be at most {hours} h after came_at, was {value} h: correct one of the two, or enter each day by itself"
        )
        errors["left_at"] = [message.format(hours=hours_of(SHEET_LONGEST), value=hours_of(left_at - came_at))]
    elif left_at > moment + tolerance:
        message = _(
            "must not lie in the future: was {value}, the server's time is {now}; enter the sheet when the work is over"
        )
        now = moment.isoformat(timespec="seconds")
        errors["left_at"] = [message.format(value=left_at.isoformat(), now=now)]
    elif oldest is not None and left_at < moment - oldest:
        message = _(
            "must be at most {days} days ago, was {value}: ask an administrator to enter older sheets"
        )
        errors["left_at"] = [message.format(days=oldest.days, value=left_at.isoformat())]
    return errors


def outside_window(
    came_at: datetime, left_at: datetime, *, starts_at: datetime, ends_at: datetime, slack: timedelta
) -> bool:
    """Whether a stretch begins before or ends after the task's window, give or take the slack."""
    return came_at < starts_at - slack or left_at > ends_at + slack


def overlapping(came_at: datetime, left_at: datetime, others: Iterable[Stretch]) -> Stretch | None:
    """The earliest other stretch that shares time with this one; touching is not sharing."""
    shared = (other for other in others if other.came_at < left_at and came_at < other.left_at)
    return min(shared, key=lambda other: (other.came_at, other.sheet_id), default=None)


def absence_errors(from_day: date, until_day: date, *, today: date) -> Errors:
    """What is wrong with the days of an absence."""
    if until_day < from_day:
        message = _("must not be before from_day, {from_day}, was {value}: correct one of the two")
        return {"until_day": [message.format(from_day=from_day.isoformat(), value=until_day.isoformat())]}
    if until_day - from_day > ABSENCE_LONGEST:
        message = _("must be at most {days} days after from_day, was {value}: correct one of the two")
        return {"until_day": [message.format(days=ABSENCE_LONGEST.days, value=(until_day - from_day).days)]}
    if abs(from_day - today) > ABSENCE_LONGEST:
        message = _("must be within {days} days of today, {today}, was {value}: correct the date")
        values = {"days": ABSENCE_LONGEST.days, "today": today.isoformat(), "value": from_day.isoformat()}
        return {"from_day": [message.format(**values)]}
    return {}


def document_due_on(
    reason: AbsenceReason, until_day: date, entered_on: date, *, within: timedelta
) -> date | None:
    """Until when the document for a reason can be brought; None for a reason that asks for none.

    The days run from the absence's end or from its entry, whichever is later: nobody is late before being asked.
    """
    return max(until_day, entered_on) + within if reason in WITH_DOCUMENT else None


def hours_of(span: timedelta) -> float:
    """A span in hours, to the tenth."""
    return round(span.total_seconds() / 3600, 1)


def decision_id(subject_id: UUID, number: int) -> UUID:
    """The id of a subject's decision of a number: two of one number cannot be."""
    return uuid5(subject_id, f"decision:{number}")
