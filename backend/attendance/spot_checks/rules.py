"""When a shift's spot checks fall due, and what became of each. Pure.

The draw is a function of a secret seed whose hash stands in the ledger before anything is due: once the seed is revealed,
anybody can draw again and compare. Whether somebody has been checked says nothing about the rest of the shift (the number is
Poisson's, whose draws do not remember), so nobody is safe after the first one. Arithmetic is in whole numbers and decimals,
which every machine computes alike.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from uuid import UUID

from shared.vocabulary import CheckInKind, SpotCheckState

LABEL = "qala-spot-checks-1"
EDGE = timedelta(minutes=15)  # from the shift's begin, and to its end
APART = timedelta(minutes=30)  # between two checks of one person
SHIFT_LONGEST = timedelta(
    hours=24
)  # a longer task is no shift: nobody knows at which hours of it people work
QUIET = timedelta(minutes=15)  # when a phone that is back brings nothing old for so long, its outbox is empty
DIGITS = 40


@dataclass(frozen=True, kw_only=True)
class Draw:
    """One spot check to come; its id cannot be guessed without the seed."""

    id: UUID
    person_id: UUID
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An accepted check-in of the person on the task."""

    check_in_id: UUID
    kind: CheckInKind
    at: datetime


def draw(
    seed: bytes,
    task_id: UUID,
    person_ids: Iterable[UUID],
    starts_at: datetime,
    ends_at: datetime,
    per_shift: float,
) -> list[Draw]:
    """The spot checks of a shift by time: ``per_shift`` of each person on average, in seconds from the shift's begin.

    Each person's draw depends on nobody else's.
    """
    room_s = int((ends_at - starts_at - 2 * EDGE).total_seconds())
    if room_s < 0:
        return []
    apart_s = int(APART.total_seconds())
    drawn = []
    for person_id in set(person_ids):
        key = hmac.digest(seed, f"{LABEL}\n{task_id}\n{person_id}".encode(), hashlib.sha256)
        count = _count(_number(key, "count"), per_shift, most=1 + room_s // apart_s)
        free_s = room_s - max(count - 1, 0) * apart_s
        offsets_s = sorted(_number(key, f"time {at}") * (free_s + 1) >> 256 for at in range(count))
        drawn += [
            Draw(
                id=UUID(bytes=hmac.digest(key, f"id {at}".encode(), hashlib.sha256)[:16], version=4),
                person_id=person_id,
                due_at=starts_at + EDGE + timedelta(seconds=offset_s + at * apart_s),
            )
            for at, offset_s in enumerate(offsets_s)
        ]
    return sorted(drawn, key=lambda each: (each.due_at, each.person_id))


def seed_hash(seed: bytes) -> str:
    """SHA-256, hex: what the ledger says of a seed before it is revealed."""
    return hashlib.sha256(seed).hexdigest()


def state_of(
    due_at: datetime, answer_by: datetime, seen: Sequence[Seen], moment: datetime, *, waiting: bool = False
) -> tuple[SpotCheckState, UUID | None]:
    """What became of a spot check, and the check-in that answered it; ``waiting``: an answer may still come.

    Any accepted check-in between ``due_at`` and ``answer_by`` shows that the person was there, whatever button was pressed.
    Nobody is missed who was not there: without an earlier proof, or after a departure, the check is cancelled.
    """
    in_time = [each for each in seen if due_at <= each.at <= answer_by]
    if in_time:
        first = min(in_time, key=lambda each: (each.at, each.check_in_id))
        return SpotCheckState.ANSWERED, first.check_in_id
    if moment <= answer_by or waiting:
        return SpotCheckState.DRAWN, None
    before = [each for each in seen if each.at < due_at]
    last = max(before, key=lambda each: (each.at, each.kind is CheckInKind.DEPARTURE), default=None)
    there = last is not None and last.kind is not CheckInKind.DEPARTURE
    return (SpotCheckState.MISSED if there else SpotCheckState.CANCELLED), None


def _number(key: bytes, label: str) -> int:
    """A number below 2**256 that nobody without the key can tell from a random one."""
    return int.from_bytes(hmac.digest(key, label.encode(), hashlib.sha256), "big")


def _count(number: int, mean: float, *, most: int) -> int:
    """Poisson's number of events for a uniform number below 2**256, cut at ``most``."""
    with localcontext() as context:
        context.prec = DIGITS
        wanted = Decimal(number) / Decimal(2**256)
        average = Decimal(repr(float(mean)))
        share = (-average).exp()
        below, count = share, 0
        while wanted >= below and count < most:
            count += 1
            share *= average / count
            below += share
    return count
