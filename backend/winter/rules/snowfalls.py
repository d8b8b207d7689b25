"""What makes a snowfall sound beyond each of its fields. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.i18n import Message

_ = Message
DEPTH_MOST_CM = 150.0  # more has never fallen at once in the plains of northern Kazakhstan
COLDEST_C, WARMEST_C = -50.0, 10.0
LONGEST = timedelta(days=7)


def snowfall_errors(
    *, begun_at: datetime, ended_at: datetime | None, now: datetime, ahead: timedelta
) -> dict[str, list[Message]]:
    """What is wrong with the times of a snowfall, by field; ``ahead``: how far a forecast may reach."""
    if begun_at > now + ahead:
        message = _("must lie at most {days} days ahead, was {value}: enter it when it is nearer")
        return {"begun_at": [message.format(days=ahead.days, value=begun_at.isoformat())]}
    if ended_at is None:
        if now - begun_at > LONGEST:
            message = _(
                "is missing, though the snow began {value}, more than {days} days ago: say when it ended"
            )
            return {"ended_at": [message.format(value=begun_at.isoformat(), days=LONGEST.days)]}
        return {}
    if ended_at <= begun_at:
        message = _("must lie after begun_at {start}, was {value}: correct one of the two")
        return {"ended_at": [message.format(start=begun_at.isoformat(), value=ended_at.isoformat())]}
    if ended_at - begun_at > LONGEST:
        message = _(
            "must lie at most {days} days after begun_at {start}, was {value}: enter it as several snowfalls"
        )
        values = {"days": LONGEST.days, "start": begun_at.isoformat(), "value": ended_at.isoformat()}
        return {"ended_at": [message.format(**values)]}
    return {}
