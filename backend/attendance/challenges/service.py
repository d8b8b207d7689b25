"""Issuing challenges, one or a batch for a phone that goes offline, and spending them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.attendance.challenges import rules
from backend.attendance.challenges.models import Challenge
from backend.blobs import sha256_hex
from backend.clock import chance, new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.ledger.service import record
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.vocabulary import Audience, ChallengeState, Move

_ = Message
NONCE_BYTES = 16
EACH_MOST = 10
TOO_MANY = "too-many-challenges"
KEPT_AFTER_DAYS = 90  # a phone may be offline for weeks, and its nonces must still be known


@dataclass(frozen=True)
class Spending:
    """What a check-in's challenge says: how it stands, and what was asked for."""

    state: ChallengeState
    moves: tuple[Move, ...] = ()


def issue(
    by: Principal, *, task_id: UUID, person_ids: Sequence[UUID], each: int, offline: bool
) -> list[contracts.Challenge]:
    """New challenges for people of a task that the principal may check in, bound to the principal's device.

    Conflict when the device would hold too many that are neither spent nor expired.
    """
    try:
        task = tasks.for_check_in(task_id, by)
    except NotFound as error:
        raise Invalid({"task_id": [error.detail]}) from error
    moment, issued = now(), []
    chosen = settings()
    wanted = list(dict.fromkeys(person_ids))
    _require_room(by.device_id, len(wanted) * each, moment, offline=offline)
    life = (
        timedelta(hours=chosen.challenge_offline_h)
        if offline
        else timedelta(minutes=chosen.challenge_minutes)
    )
    for person_id in wanted:
        _require(person_id, task, by)
        issued += [draw(person_id, by, moment, life, offline=offline) for _number in range(each)]
    note_issue(by, task_id, task.district_id, moment, len(wanted), len(issued), offline=offline)
    return issued


def draw(
    person_id: UUID,
    by: Principal,
    moment: datetime,
    life: timedelta,
    *,
    offline: bool = False,
    stock: bool = False,
) -> contracts.Challenge:
    """One new challenge of a person on the principal's device."""
    nonce = chance().randbytes(NONCE_BYTES).hex()
    challenge = contracts.Challenge(
        id=new_id(),
        nonce=nonce,
        person_id=person_id,
        device_id=by.device_id,
        moves=rules.draw_moves(chance(), settings().challenge_moves),
        issued_at=moment,
        expires_at=moment + life,
    )
    db.session().add(
        Challenge(
            id=challenge.id,
            nonce_hash=sha256_hex(nonce.encode()),
            person_id=person_id,
            device_id=challenge.device_id,
            moves=[move.value for move in challenge.moves],
            offline=offline,
            stock=stock,
            issued_at=moment,
            expires_at=challenge.expires_at,
        )
    )
    return challenge


def note_issue(
    by: Principal,
    task_id: UUID,
    district_id: UUID,
    moment: datetime,
    people_count: int,
    challenge_count: int,
    *,
    offline: bool = False,
    stock: bool = False,
) -> None:
    """Write into the ledger that a device got challenges for people of a task, and what for."""
    record(
        "challenges.issued",
        actor=by.actor,
        subject=f"task:{task_id}",
        at=moment,
        audience=Audience.SUPERVISION,
        district_id=district_id,
        device=f"device:{by.device_id}",
        people=people_count,
        challenges=challenge_count,
        offline=offline,
        stock=stock,
    )


def look_up(answer: contracts.ChallengeAnswer | None) -> datetime | None:
    """When the challenge that a check-in names was issued; None when there is no such one."""
    if answer is None:
        return None
    challenge = db.session().get(Challenge, answer.id)
    known = challenge is not None and challenge.nonce_hash == sha256_hex(answer.nonce.encode())
    return challenge.issued_at if challenge is not None and known else None


def spend(check_in: contracts.CheckIn, captured_at: datetime) -> Spending:
    """Use a check-in's challenge up, whatever it turns out to be worth; a retry of the same check-in finds it as it left it."""
    answer = check_in.challenge
    if answer is None:
        return Spending(ChallengeState.NONE)
    challenge = db.session().get(Challenge, answer.id, with_for_update=True, populate_existing=True)
    state = rules.state_of(
        None if challenge is None else _asked(challenge),
        nonce_hash=sha256_hex(answer.nonce.encode()),
        check_in_id=check_in.id,
        person_id=check_in.person_id,
        device_id=check_in.device_id,
        captured_at=captured_at,
    )
    if challenge is None or state is ChallengeState.UNKNOWN:
        return Spending(state)
    if state in (ChallengeState.GOOD, ChallengeState.STALE):  # a stranger cannot use up somebody's challenge
        challenge.spent_by = check_in.id
    return Spending(state, tuple(Move(move) for move in challenge.moves))


def forget_old() -> None:
    """Delete challenges that no phone can bring any more."""
    before = now() - timedelta(days=KEPT_AFTER_DAYS)
    db.session().execute(sa.delete(Challenge).where(Challenge.expires_at < before))


def _asked(challenge: Challenge) -> rules.Asked:
    return rules.Asked(
        person_id=challenge.person_id,
        device_id=challenge.device_id,
        nonce_hash=challenge.nonce_hash,
        expires_at=challenge.expires_at,
        spent_by=challenge.spent_by,
    )


def _require_room(device_id: UUID, wanted: int, moment: datetime, *, offline: bool) -> None:
    """Conflict when a device would hold too many; requests at once may each find room, which is bound enough.

    Batches for offline use count apart: one that was lost on its way lives for days, and must not keep an online phone from asking.
    So does what a phone keeps by itself (see stock), which nobody has asked for.
    """
    most = settings().challenges_unspent_max
    if wanted > most:
        message = _("{wanted} challenges are more than the {most} that one device may hold: ask for fewer.")
        raise Conflict(message.format(wanted=wanted, most=most), slug=TOO_MANY)
    query = sa.select(sa.func.count(), sa.func.min(Challenge.expires_at)).where(
        Challenge.device_id == device_id,
        Challenge.offline.is_(offline),
        Challenge.stock.is_(sa.false()),
        Challenge.spent_by.is_(None),
        Challenge.expires_at > moment,
    )
    held, first = db.session().execute(query).one()
    if held + wanted > most:
        message = _(
            "This device holds {held} challenges that are neither answered nor expired, and may hold {most}: answer those first, "
            "ask for fewer, or wait until {time}, when the first of them expires."
        )
        shown = message.format(held=held, most=most, time=first.isoformat(timespec="seconds"))
        raise Conflict(shown, slug=TOO_MANY)


def _require(person_id: UUID, task: tasks.TaskForCheckIn, by: Principal) -> None:
    try:
        people.require(person_id, by, "people.read", or_among=task.person_ids)
    except NotFound as error:
        raise Invalid({"person_ids": [error.detail]}) from error
    if not people.biometrics_allowed(person_id):
        raise people.BiometricsRefused
