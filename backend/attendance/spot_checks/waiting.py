"""Which spot checks must not be called missed yet: their answer may lie in a phone without a network, or in a review.

The server cannot look into a phone's outbox. A phone that took a check along has had its chance once it has delivered a check-in
of that shift that it captured after the time to answer, and has then brought nothing out of its outbox for a quarter of an hour:
phones deliver the oldest first, and the quarter of an hour forgives one that does not. A departure or the next spot check is
enough, so in the ordinary case a check is settled soon after the phone is back. A phone that never comes back has its chance until
``offline_max_h`` has passed, for what comes later goes to people anyway. Every phone that took the check along is waited for.

A check-in of the person on the task that nobody has judged yet is waited for too; one that a person still has to look at, if it
would answer the check. While a check waits it stays drawn, and the minutes round it are not credited (see hours).
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from backend.adapters import settings
from backend.attendance.models import CheckIn
from backend.attendance.spot_checks.models import SpotCheck, SpotCheckHandOver
from backend.attendance.spot_checks.rules import QUIET
from backend.clock import now
from shared.vocabulary import Outcome


def waits() -> sa.ColumnElement[bool]:
    """Whether the answer to a SpotCheck of the query may still come, now that the time to answer is over."""
    return sa.or_(_lies_on_a_phone(), _is_looked_at())


def _lies_on_a_phone() -> sa.ColumnElement[bool]:
    delivered = (
        sa.exists()
        .where(CheckIn.task_id == SpotCheck.task_id, CheckIn.device_id == SpotCheckHandOver.device_id)
        .correlate(SpotCheck, SpotCheckHandOver)
    )
    back = delivered.where(
        CheckIn.captured_at > SpotCheck.answer_by,
        CheckIn.received_at > SpotCheck.answer_by,  # a wrong clock may say anything before
        CheckIn.received_at <= now() - QUIET,
    )
    of_its_outbox = sa.or_(
        CheckIn.captured_at <= SpotCheck.answer_by, CheckIn.captured_at <= now() - 2 * QUIET
    )  # what an online phone captures now comes at once, and keeps nothing open
    still_delivering = delivered.where(of_its_outbox, CheckIn.received_at > now() - QUIET)
    away = (
        sa.exists()
        .where(SpotCheckHandOver.spot_check_id == SpotCheck.id, sa.or_(sa.not_(back), still_delivering))
        .correlate(SpotCheck)
    )
    fresh = SpotCheck.answer_by > now() - timedelta(hours=settings().offline_max_h)
    return sa.and_(SpotCheck.foreknowledge.is_(sa.true()), fresh, away)


def _is_looked_at() -> sa.ColumnElement[bool]:
    would_answer = CheckIn.captured_at >= SpotCheck.due_at
    return (
        sa.exists()
        .where(
            CheckIn.person_id == SpotCheck.person_id,
            CheckIn.task_id == SpotCheck.task_id,
            CheckIn.captured_at <= SpotCheck.answer_by,
            sa.or_(CheckIn.standing.is_(None), sa.and_(CheckIn.standing == Outcome.TO_REVIEW, would_answer)),
        )
        .correlate(SpotCheck)
    )
