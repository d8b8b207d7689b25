"""Templates of an older model: their photos are read anew, once for each model, and the old one stands until then.

Photos that pass no longer leave the person without a usable template: the ledger says so, and a new enrolment is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from backend.adapters import settings
from backend.blobs import seal
from backend.clock import new_id, now
from backend.database import db
from backend.faces.reading import MODEL_VERSION
from backend.faces.verifier import EnrolmentReading
from backend.leases import give_back, held, lease, unheld
from backend.ledger.service import record
from backend.people import enrolment, keys, service
from backend.people.models import Enrolment, Person, Rereading
from shared.i18n import Message
from shared.vocabulary import Audience, BiometricBasis, EnrolmentState

_ = Message
WORK = "people.reread"
AT_ONCE = 100  # a city's templates are read anew over minutes, beside the check-ins


@dataclass(frozen=True)
class Holding:
    """What a worker needs to read an enrolment's photos anew."""

    rereading_id: UUID
    attempt: int
    model: str
    photos: enrolment.Holding


def due(model: str = MODEL_VERSION) -> list[UUID]:
    """Enrolments whose template stands for a person, is of another model, and was not read anew for this one yet."""
    newer = aliased(Enrolment)
    a_newer_one = sa.exists().where(
        newer.person_id == Enrolment.person_id,
        newer.sealed_template.is_not(None),
        sa.or_(
            newer.created_at > Enrolment.created_at,
            sa.and_(newer.created_at == Enrolment.created_at, newer.id > Enrolment.id),
        ),
    )
    read_already = sa.exists().where(Rereading.enrolment_id == Enrolment.id, Rereading.model == model)
    query = (
        sa.select(Enrolment.id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.sealed_template.is_not(None),
            Enrolment.model_version != model,
            Person.erased_at.is_(None),
            Person.biometric_basis != BiometricBasis.REFUSED,
            ~a_newer_one,
            ~read_already,
        )
        .order_by(Enrolment.id)
        .limit(AT_ONCE)
    )
    return list(db.session().scalars(query))


def begin(enrolment_id: UUID, model: str = MODEL_VERSION) -> None:
    """Write the row that waits for a worker; the lock on the enrolment lets only one sweep do it."""
    db.session().get_one(Enrolment, enrolment_id, with_for_update=True)
    same = sa.select(Rereading.id).where(Rereading.enrolment_id == enrolment_id, Rereading.model == model)
    if db.session().scalar(same) is None:
        db.session().add(
            Rereading(
                id=new_id(),
                state=EnrolmentState.PENDING,
                enrolment_id=enrolment_id,
                model=model,
                created_at=now(),
            )
        )


def waiting() -> list[UUID]:
    """Rereadings that nobody works on."""
    return unheld(Rereading, now())


def hold(rereading_id: UUID) -> Holding | None:
    """Take a rereading to work on; one that cannot be worked on any more is closed here."""
    row = lease(Rereading, rereading_id, now(), settings().lease_s)
    if row is None:
        return None
    old = db.session().get_one(Enrolment, row.enrolment_id)
    if not service.biometrics_allowed(old.person_id) or old.sealed_template is None:
        _close(row, EnrolmentState.REFUSED)  # there is nothing left to keep up
        return None
    if row.attempts > settings().attempts_max:
        _outdate(row, old, [enrolment.unreadable()])
        return None
    try:
        key = keys.key_of(old.person_id)
    except keys.KeyErased:
        _close(row, EnrolmentState.REFUSED)
        return None
    photos = enrolment.Holding(
        old.id, row.attempts, old.person_id, key, tuple(photo.sha256 for photo in old.photos)
    )
    return Holding(row.id, row.attempts, row.model, photos)


def give_up_for_now(holding: Holding) -> None:
    """Leave a rereading to a later try that is not counted: something of ours is away."""
    give_back(Rereading, holding.rereading_id, holding.attempt)


def judge(holding: Holding, reading: EnrolmentReading, model: str) -> None:
    """Put the new template in the old one's place, or say that the person must be enrolled again."""
    row = held(Rereading, holding.rereading_id, holding.attempt)
    if row is None:
        return
    service.lock(holding.photos.person_id)
    allowed = service.biometrics_allowed(holding.photos.person_id)
    old = db.session().get_one(Enrolment, row.enrolment_id, with_for_update=True, populate_existing=True)
    if not allowed or old.sealed_template is None:  # refused or erased while the worker looked
        _close(row, EnrolmentState.REFUSED)
        return
    if reading.template is None:
        _outdate(row, old, [enrolment.as_json(reason) for reason in reading.reasons])
        return
    before, old.model_version = old.model_version, model
    old.sealed_template = seal(holding.photos.key, reading.template.to_bytes(), bound_to=f"template:{old.id}")
    _close(row, EnrolmentState.ENROLLED)
    _tell("template.recomputed", old, model_before=before, model=model, photos_used=sum(reading.accepted))


def _outdate(row: Rereading, old: Enrolment, reasons: list[dict[str, Any]]) -> None:
    _close(row, EnrolmentState.REFUSED, reasons)
    _tell(
        "template.outdated",
        old,
        model_before=old.model_version,
        model=row.model,
        reasons=[reason["problem"] for reason in reasons],
    )


def _close(row: Rereading, state: EnrolmentState, reasons: list[dict[str, Any]] | None = None) -> None:
    row.state, row.decided_at, row.reasons = state, now(), reasons or []


def _tell(kind: str, old: Enrolment, **facts: Any) -> None:
    person = db.session().get_one(Person, old.person_id)
    service.touch(person)  # phones show who is enrolled
    record(
        kind,
        actor="system",
        subject=f"enrolment:{old.id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=person.district_id,
        person=f"person:{person.id}",
        **facts,
    )
