"""What a server's answer means for the phone: done, refused for good, or to be tried again later.

A refusal ends an item of the outbox, so it is believed only from Qala itself (problem+json of our own types): a portal of
some wireless network that answers 404 or 200 in the server's place must not cost a check-in.
"""

from __future__ import annotations

import email.utils
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import httpx

from shared.contracts import CheckInAnswer, DecodeError, parse_json

PROBLEM_TYPE = "application/problem+json"
PROBLEM_NAME = "urn:qala:problem:"
RETRY_STATUSES = frozenset({401, 408, 425, 429})
RETRY_S = 30.0  # where the server names no time
UNREACHABLE_S = 15.0  # where there is no server, or not ours, to name one
LONGEST_RETRY_S = 3600.0  # a mistaken header must not keep a check-in for days


class Why(StrEnum):
    """Why something has to be tried again."""

    UNREACHABLE = "unreachable"  # no network, no server, or the answer was lost
    BUSY = "busy"  # the server asks to wait, or has failed
    SIGN_IN = "sign_in"  # the session has ended: somebody must sign in
    NOT_OURS = "not_ours"  # something else than Qala answered
    UNCONFIRMED = "unconfirmed"  # the server has other bytes than were sent


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A refusal as the server words it (RFC 9457), in the language that was asked for."""

    status: int
    slug: str
    detail: str
    errors: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Stored:
    """The server holds every byte of it; photos may leave the phone."""

    answer: CheckInAnswer


@dataclass(frozen=True)
class Refused:
    """No repetition can mend it; the problem says what to do."""

    problem: Problem


@dataclass(frozen=True)
class RetryLater:
    """Nothing is wrong with it that time, network or signing in could not mend."""

    after_s: float
    why: Why
    detail: str = ""


class Declined(Exception):
    """The server refuses, and no repetition can mend it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.slug}: {problem.detail}")
        self.problem = problem


class NotNow(Exception):
    """It may work later: ``end`` says when and why."""

    def __init__(self, end: RetryLater) -> None:
        super().__init__(f"{end.why}: {end.detail}" if end.detail else str(end.why))
        self.end = end


def failure_of(response: httpx.Response, now: datetime) -> Refused | RetryLater:
    """What an answer other than 2xx means."""
    problem = problem_of(response)
    if response.status_code >= 500 or response.status_code in RETRY_STATUSES:
        why = Why.SIGN_IN if response.status_code == 401 and problem else Why.BUSY
        return RetryLater(retry_after_s(response, now), why, problem.detail if problem else "")
    if problem is None:
        return RetryLater(RETRY_S, Why.NOT_OURS)
    return Refused(problem)


def problem_of(response: httpx.Response) -> Problem | None:
    """The problem that an answer holds; None when it holds none of ours."""
    if response.headers.get("Content-Type", "").partition(";")[0].strip() != PROBLEM_TYPE:
        return None
    try:
        body = parse_json(response.content)
    except DecodeError:
        return None
    if not isinstance(body, dict) or not str(body.get("type", "")).startswith(PROBLEM_NAME):
        return None
    errors = body.get("errors")
    return Problem(
        status=response.status_code,
        slug=str(body["type"]).removeprefix(PROBLEM_NAME),
        detail=str(body.get("detail", "")),
        errors=errors if isinstance(errors, dict) else {},
    )


def retry_after_s(response: httpx.Response, now: datetime) -> float:
    """The wait that «Retry-After» asks for, in seconds or as a date; bounded, with a default."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_S)
    try:
        wait_s = (email.utils.parsedate_to_datetime(text) - now).total_seconds()
    except (ValueError, TypeError):  # no date, or one without an offset
        return RETRY_S
    return min(max(wait_s, 0.0), LONGEST_RETRY_S)
