"""Hours in words: why minutes are not credited."""

from __future__ import annotations

from backend.attendance.hours.rules import Why
from shared.i18n import Message

_ = Message

REASONS: dict[Why, Message] = {
    Why.UNPROVEN: _("A spot check was missed: a person must decide on the minutes round it."),
    Why.WAITING: _("A spot check is not settled: waiting for the phone that took it along, or for a review."),
    Why.NOT_CREDITED: _("A spot check was missed, and a person decided not to credit the minutes round it."),
    Why.NO_ORDER: _("No order was in force on this day."),
    Why.DAY_NOT_ALLOWED: _("The order does not count work on this day of the week or on a holiday."),
    Why.DAILY_CAP: _("The order counts no more than this in one day."),
    Why.WEEKLY_CAP: _("The order counts no more than this in one week."),
    Why.ORDER_SERVED: _("The hours of the order have been served."),
}
