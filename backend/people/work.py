"""What workers do for people: look at enrolment photos, holding no transaction while they look."""

from __future__ import annotations

from uuid import UUID

from backend.adapters import face_verifier
from backend.blobs import BlobDamaged, BlobMissing
from backend.database import transaction
from backend.jobs import sweep, work
from backend.people import enrolment


@work(enrolment.WORK)
def enrol(enrolment_id: UUID) -> None:
    """Make a template of an enrolment's photos, or say why not."""
    with transaction():
        holding = enrolment.hold(enrolment_id)
    if holding is None:
        return
    try:
        photos = enrolment.open_photos(holding)
    except (BlobMissing, BlobDamaged):
        raise  # counted: after a few tries new photos are asked for
    except Exception:  # the store is away, which is not the photos' fault
        with transaction():
            enrolment.give_up_for_now(holding)
        raise
    verifier = face_verifier()
    reading = verifier.enrol(photos)
    with transaction():
        enrolment.judge(holding, reading, verifier.model_version)


@sweep(enrolment.WORK)
def waiting_enrolments() -> list[UUID]:
    """Enrolments whose wake-up was lost."""
    with transaction(read_only=True):
        return enrolment.waiting()
