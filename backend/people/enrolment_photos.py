"""Enrolment photos for those who must compare: a person of the staff decides where the program could not."""

from __future__ import annotations

from uuid import UUID

from backend.adapters import blobs
from backend.blobs import BlobDamaged, BlobMissing, unseal
from backend.clock import now
from backend.database import db
from backend.errors import NotFound
from backend.ledger.service import log_access
from backend.people import keys, service
from backend.people.models import Enrolment, photo_blob
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
ACTION = "check_ins.evidence"


def count(enrolment_id: UUID) -> int:
    """How many photos of an enrolment are kept: none once the template is gone, for they went together."""
    enrolment = db.session().get(Enrolment, enrolment_id)
    return 0 if enrolment is None or enrolment.sealed_template is None else len(enrolment.photos)


def newest(person_id: UUID) -> UUID | None:
    """The enrolment whose template stands for a person now."""
    face = service.known_face(person_id)
    return None if face is None else face.enrolment_id


def read(
    person_id: UUID, enrolment_id: UUID, index: int, by: Principal, *, or_reviewed: bool = False
) -> bytes:
    """One photo's bytes as they were sent, for those who may see evidence; the read is logged.

    ``or_reviewed``: the principal reviews a check-in of the person, who may belong to another district by now.
    """
    service.require(person_id, by, ACTION, or_among=(person_id,) if or_reviewed else ())
    enrolment = db.session().get(Enrolment, enrolment_id)
    name = f"{enrolment_id}/{index}"
    if enrolment is None or enrolment.person_id != person_id or index >= len(enrolment.photos):
        raise NotFound(_("enrolment photo"), name)
    digest = enrolment.photos[index].sha256
    log_access(by.actor, ACTION, f"person:{person_id}", now())
    try:
        sealed = blobs().get(photo_blob(enrolment_id, person_id, digest))
        return unseal(keys.key_of(person_id), sealed, bound_to=f"enrolment:{enrolment_id}:{digest}")
    except (keys.KeyErased, BlobMissing, BlobDamaged) as error:
        raise NotFound(_("enrolment photo"), name) from error
