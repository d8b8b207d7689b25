"""Reviews in words: why somebody may not decide, and who may instead."""

from __future__ import annotations

from backend.attendance.reviews.rules import Bar
from shared.i18n import Message

_ = Message

BARS: dict[Bar, Message] = {
    Bar.NOT_IN_REVIEW: _("This check-in is not in review: there is nothing to decide."),
    Bar.DECIDED: _("This check-in was decided already: only an appeal opens it again."),
    Bar.APPEAL_OPEN: _("An appeal against this is open: decide on the appeal, see /appeals."),
    Bar.CAPTURED_IT: _("You captured this check-in: somebody else must decide on it."),
    Bar.INVOLVED: _("You captured, entered or decided what this appeal is about: another officer must act."),
    Bar.FILED_IT: _("You wrote this appeal down: another officer must decide on it."),
    Bar.CLOSED: _("This appeal was decided or withdrawn already."),
}
NOBODY_LEFT = _(
    "Nobody else in this district may: ask an administrator to decide or to name another dispatcher."
)
NOBODY_AT_ALL = _("Nobody else may: name another dispatcher of this district or another administrator.")
BOTH = _("{why} {remedy}")


def bar(why: Bar, remedy: Message | None = None) -> Message:
    """Why somebody may not decide, and who may instead where that is not plain."""
    return BARS[why] if remedy is None else BOTH.format(why=BARS[why], remedy=remedy)
