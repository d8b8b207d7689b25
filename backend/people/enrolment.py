"""Enrolment: photos are sealed and kept, a worker looks at them, and a template or the reasons against come of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import blobs, settings
from backend.blobs import seal, sha256_hex, unseal
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, NotFound
from backend.faces.reading import Reason
from backend.faces.verifier import MAX_PHOTOS, EnrolmentReading
from backend.jobs import wake
from backend.leases import give_back, held, lease, unheld
from backend.ledger.service import log_access, record
from backend.people import keys, order_rows, service
from backend.people.models import Enrolment, EnrolmentPhoto, Person, photo_blob
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Audience, BiometricBasis, EnrolmentState

_ = Message
WORK = "people.enrol"
PHOTOS_LEAST, PHOTOS_MOST = 3, MAX_PHOTOS


@dataclass(frozen=True)
class SealedPhoto:
    """A photo on its way to the blob store."""

    sha256: str
    name: str
    sealed: bytes


@dataclass(frozen=True)
class Holding:
    """What a worker needs to look at an enrolment's photos."""

    enrolment_id: UUID
    attempt: int
    person_id: UUID
    key: bytes
    sha256s: tuple[str, ...]


def seal_photos(enrolment_id: UUID, person_id: UUID, photos: list[bytes], by: Principal) -> list[SealedPhoto]:
    """Check that the person may be enrolled and seal the photos under the person's key; nothing is written yet."""
    person = service.require(person_id, by, "people.enrol")
    if person.biometric_basis is BiometricBasis.REFUSED:
        raise service.BiometricsRefused
    key = keys.key_of(person.id)
    hashes = [sha256_hex(photo) for photo in photos]
    return [
        SealedPhoto(
            digest,
            photo_blob(enrolment_id, person_id, digest),
            seal(key, photo, bound_to=f"enrolment:{enrolment_id}:{digest}"),
        )
        for digest, photo in zip(hashes, photos, strict=True)
    ]


def keep_photos(photos: list[SealedPhoto]) -> None:
    """Make the sealed photos durable, before the row that names them is written and outside any transaction."""
    for photo in photos:
        blobs().put(photo.name, photo.sealed)


def receive(enrolment_id: UUID, person_id: UUID, photos: list[SealedPhoto], by: Principal) -> None:
    """Remember photos that are durable already and wake a worker; the same id with the same photos is the same enrolment."""
    content_hash = hashlib.sha256(
        "".join([str(person_id), *(photo.sha256 for photo in photos)]).encode()
    ).hexdigest()
    known = db.session().get(Enrolment, enrolment_id)
    if known is not None:
        if known.content_hash != content_hash or known.person_id != person_id:
            raise Conflict(
                _("There is an enrolment {id} with other photos: choose a new id.").format(
                    id=str(enrolment_id)
                )
            )
        return
    person = service.require(person_id, by, "people.enrol")
    enrolment = Enrolment(
        id=enrolment_id,
        person_id=person_id,
        state=EnrolmentState.PENDING,
        content_hash=content_hash,
        created_by=by.user_id,
        created_at=now(),
        photos=[EnrolmentPhoto(position=index, sha256=photo.sha256) for index, photo in enumerate(photos)],
    )
    db.session().add(enrolment)
    record(
        "enrolment.received",
        actor=by.actor,
        subject=f"enrolment:{enrolment_id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=person.district_id,
        person=f"person:{person_id}",
        photos=len(photos),
    )
    wake(WORK, enrolment_id)


def get(enrolment_id: UUID, person_id: UUID, by: Principal) -> Enrolment:
    """One enrolment; the read is logged."""
    service.require(person_id, by, "people.read")
    enrolment = db.session().get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.person_id != person_id:
        raise NotFound(_("enrolment"), enrolment_id)
    log_access(by.actor, "people.enrolment", f"person:{person_id}", now())
    return enrolment


def list_of(person_id: UUID, by: Principal) -> list[Enrolment]:
    """A person's enrolments, newest first: the history stays."""
    service.require(person_id, by, "people.read")
    log_access(by.actor, "people.enrolment", f"person:{person_id}", now())
    query = sa.select(Enrolment).where(Enrolment.person_id == person_id).order_by(Enrolment.created_at.desc())
    return list(db.session().scalars(query))


def peek(enrolment_id: UUID) -> Enrolment:
    """The enrolment that the caller has just sent: it tells nothing new, so it is no logged read."""
    return db.session().get_one(Enrolment, enrolment_id, populate_existing=True)


# --- the worker's side -------------------------------------------------------------------------------------------------


def hold(enrolment_id: UUID) -> Holding | None:
    """Take an enrolment to work on; one that cannot be worked on any more is closed here."""
    enrolment = lease(Enrolment, enrolment_id, now(), settings().lease_s)
    if enrolment is None:
        return None
    if enrolment.attempts > settings().attempts_max:
        _close(
            enrolment,
            EnrolmentState.REFUSED,
            [unreadable()],
        )
        return None
    if not service.biometrics_allowed(enrolment.person_id):
        _close(
            enrolment,
            EnrolmentState.REFUSED,
            [_plain(service.REFUSED_BIOMETRICS)],
        )
        return None
    try:
        key = keys.key_of(enrolment.person_id)
    except keys.KeyErased:
        _close(enrolment, EnrolmentState.REFUSED, [_plain(_("This person's data was erased."))])
        return None
    return Holding(
        enrolment.id,
        enrolment.attempts,
        enrolment.person_id,
        key,
        tuple(photo.sha256 for photo in enrolment.photos),
    )


def give_up_for_now(holding: Holding) -> None:
    """Leave an enrolment to a later try that is not counted: something of ours is away."""
    give_back(Enrolment, holding.enrolment_id, holding.attempt)


def open_photos(holding: Holding) -> list[bytes]:
    """The photos as they were sent."""
    name = str(holding.enrolment_id)
    return [
        unseal(
            holding.key,
            blobs().get(photo_blob(holding.enrolment_id, holding.person_id, digest)),
            bound_to=f"enrolment:{name}:{digest}",
        )
        for digest in holding.sha256s
    ]


def judge(holding: Holding, reading: EnrolmentReading, model_version: str) -> None:
    """Keep what came of the photos, unless somebody else has meanwhile."""
    enrolment = held(Enrolment, holding.enrolment_id, holding.attempt)
    if enrolment is None:
        return
    service.lock(enrolment.person_id)
    if not service.biometrics_allowed(enrolment.person_id):  # refused or erased while the worker looked
        _close(enrolment, EnrolmentState.REFUSED, [_plain(service.REFUSED_BIOMETRICS)])
        return
    for photo, seen in zip(enrolment.photos, reading.photos, strict=False):
        photo.reasons = [as_json(reason) for reason in seen.reasons]
    enrolment.model_version = model_version
    if reading.template is None:
        _close(enrolment, EnrolmentState.REFUSED, [as_json(reason) for reason in reading.reasons])
        return
    enrolment.sealed_template = seal(
        holding.key, reading.template.to_bytes(), bound_to=f"template:{enrolment.id}"
    )
    _close(enrolment, EnrolmentState.ENROLLED, [], photos_used=sum(reading.accepted))
    order_rows.follow_enrolment(enrolment.person_id)


def waiting() -> list[UUID]:
    """Enrolments that nobody works on."""
    return unheld(Enrolment, now())


def as_json(reason: Reason) -> dict[str, Any]:
    """A reason as the row keeps it: the message's source and values, so that every language can be made of it."""
    kept = {"problem": reason.problem.value, "value": reason.value, "limit": reason.limit}
    return {
        **kept,
        "source": reason.message.source,
        "values": {name: str(value) for name, value in reason.message.values.items()},
    }


def unreadable() -> dict[str, Any]:
    """The reason against photos on which every try failed."""
    return _plain(_("The photos could not be read after several tries: take new ones."))


def _plain(message: Message) -> dict[str, Any]:
    return {"problem": "not_readable", "value": None, "limit": None, "source": message.source, "values": {}}


def _close(enrolment: Enrolment, state: EnrolmentState, reasons: list[dict[str, Any]], **facts: Any) -> None:
    enrolment.state, enrolment.decided_at, enrolment.reasons = state, now(), reasons
    person = db.session().get_one(Person, enrolment.person_id)
    service.touch(person)
    record(
        "enrolment.judged",
        actor="system",
        subject=f"enrolment:{enrolment.id}",
        at=now(),
        audience=Audience.SUPERVISION,
        district_id=person.district_id,
        person=f"person:{person.id}",
        outcome=state.value,
        reasons=[reason["problem"] for reason in reasons],
        model=enrolment.model_version,
        **facts,
    )
