"""Who may decide what in which state, which check-ins are looked at by chance, and the time limits of appeals. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from enum import StrEnum
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from shared.vocabulary import AppealState, DecisionReason, Outcome, ReviewCause, ReviewState, Role

SAMPLE_CONTEXT = b"qala-review-sample-1\n"
DECIDED_OUTCOMES = (Outcome.ACCEPTED, Outcome.REFUSED)
WORDS_LEAST, WORDS_MOST = 3, 1000
OTHER_WORDS_LEAST = 10  # «other» says nothing by itself


class AppealForm(StrEnum):
    """How an appeal was brought."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    ELECTRONIC = "electronic"


class Bar(StrEnum):
    """Why somebody may not decide."""

    NOT_IN_REVIEW = "not_in_review"
    DECIDED = "decided"
    APPEAL_OPEN = "appeal_open"
    CAPTURED_IT = "captured_it"
    INVOLVED = "involved"
    FILED_IT = "filed_it"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class ReviewFacts:
    """What a decision on a check-in depends on."""

    state: ReviewState | None
    cause: ReviewCause | None
    captured_by: UUID


@dataclass(frozen=True, kw_only=True)
class AppealFacts:
    """What a decision on an appeal depends on."""

    state: AppealState
    filed_by: UUID
    involved: Collection[UUID]


def bar_to_review(facts: ReviewFacts, officer_id: UUID) -> Bar | None:
    """What keeps an officer from deciding on a check-in; None: nothing does.

    What is decided already comes first: it is the same for everybody.
    """
    if facts.state is None:
        return Bar.NOT_IN_REVIEW
    if facts.state is ReviewState.DECIDED:
        return Bar.DECIDED
    if facts.captured_by == officer_id:
        return Bar.CAPTURED_IT
    return Bar.APPEAL_OPEN if facts.cause is ReviewCause.APPEAL else None


def bar_to_appeal(facts: AppealFacts, officer_id: UUID) -> Bar | None:
    """What keeps an officer from deciding on an appeal: another one than everybody who had a hand in it must."""
    if facts.state is not AppealState.FILED:
        return Bar.CLOSED
    if officer_id in facts.involved:
        return Bar.INVOLVED
    return Bar.FILED_IT if facts.filed_by == officer_id else None


def bar_to_withdraw(facts: AppealFacts, user_id: UUID) -> Bar | None:
    """What keeps a user from writing down that an appeal was withdrawn: it must not vanish by whom it is about."""
    if facts.state is not AppealState.FILED:
        return Bar.CLOSED
    return Bar.INVOLVED if user_id in facts.involved else None


def barred_for_good(facts: AppealFacts) -> frozenset[UUID]:
    """Everybody who may never decide on an appeal."""
    return frozenset(facts.involved) | {facts.filed_by}


def words_least(reason: DecisionReason) -> int:
    """How many characters a decision's words must have at least."""
    return OTHER_WORDS_LEAST if reason is DecisionReason.OTHER else WORDS_LEAST


def decision_id(check_in_id: UUID, number: int) -> UUID:
    """The id of a check-in's decision number 1, 2, …: the same number twice is the same row, which the database refuses."""
    return uuid5(check_in_id, f"decision {number}")


def shows_evidence(role: Role, state: ReviewState | None) -> bool:
    """Whether a role that may see evidence at all may see that of a check-in: dispatchers while it is or was in review."""
    return role is not Role.DISPATCHER or state is not None


def sampled(check_in_id: UUID, secret: bytes, share: float) -> bool:
    """Whether an accepted check-in is one of the ``share`` (0 to 1) that a person looks at.

    A keyed hash: nobody without the secret can tell beforehand, anybody with it can check afterwards.
    """
    digest = hmac.new(secret, SAMPLE_CONTEXT + check_in_id.bytes, hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    """The city's calendar day of a moment."""
    return moment.astimezone(zone).date()


def appeal_until(decided_at: datetime, appeal_days: int, zone: ZoneInfo) -> date:
    """The last day on which an appeal is in time; the day of the decision does not count."""
    return local_day(decided_at, zone) + timedelta(days=appeal_days)


def due_at(filed_on: date, decide_days: int, zone: ZoneInfo) -> datetime:
    """The end, in UTC, of the last day on which an appeal must be decided; the day of filing does not count."""
    following = filed_on + timedelta(days=decide_days + 1)
    return datetime.combine(following, time_of_day(), tzinfo=zone).astimezone(UTC)
