"""The evidence behind a review: what the phone signed, and with which enrolment photos the frames are compared."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.attendance.models import CheckIn
from backend.attendance.receiving import binding
from backend.blobs import BlobDamaged, unseal
from backend.database import db
from backend.errors import NotAllowed
from backend.people import enrolment_photos, keys
from backend.people import service as people
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.vocabulary import Role

_ = Message


def manifest_of(row: CheckIn) -> contracts.CheckIn | None:
    """What the phone signed: note, camera, challenge, clocks and fixes; None when nobody can read it any more."""
    try:
        manifest = unseal(
            keys.key_of(row.person_id), row.sealed_manifest, bound_to=binding(row.id, "manifest")
        )
        return contracts.decode(contracts.CheckIn, contracts.parse_json(manifest))
    except (keys.KeyErased, BlobDamaged, contracts.DecodeError):
        return None


def readable(row: CheckIn) -> bool:
    """Whether the frames can still be shown: neither purged nor sealed with a key that is gone."""
    if row.frames_purged_at is not None:
        return False
    try:
        keys.key_of(row.person_id)
    except keys.KeyErased:
        return False
    return True


def enrolment_of(row: CheckIn) -> tuple[UUID, int] | None:
    """The enrolment to compare with, and how many photos it has: what the program compared with, else the newest one."""
    enrolment_id = row.enrolment_id
    if enrolment_id is None and people.biometrics_allowed(row.person_id):
        try:
            enrolment_id = enrolment_photos.newest(row.person_id)
        except (keys.KeyErased, BlobDamaged, ValueError):
            return None
    return None if enrolment_id is None else (enrolment_id, enrolment_photos.count(enrolment_id))


def enrolment_photo(person_id: UUID, enrolment_id: UUID, index: int, by: Principal) -> bytes:
    """An enrolment photo; a dispatcher sees those of people who have a check-in in review, and of nobody else."""
    reviewed = _has_review(person_id, by)
    if not reviewed and by.role is Role.DISPATCHER:
        people.require(person_id, by, "check_ins.evidence")
        raise NotAllowed(
            _("Enrolment photos are shown to dispatchers only to compare them with a check-in in review.")
        )
    return enrolment_photos.read(person_id, enrolment_id, index, by, or_reviewed=reviewed)


def _has_review(person_id: UUID, by: Principal) -> bool:
    query = sa.select(CheckIn.id).where(CheckIn.person_id == person_id, CheckIn.review_state.is_not(None))
    allowed = districts_for(by, "check_ins.evidence")
    if allowed is not None:
        query = query.where(CheckIn.district_id.in_(allowed))
    return db.session().scalar(query.limit(1)) is not None
