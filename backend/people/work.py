"""What workers do for people: look at enrolment photos, holding no transaction while they look."""

from __future__ import annotations

from uuid import UUID

from backend.adapters import face_verifier
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
    verifier = face_verifier()
    reading = verifier.enrol(enrolment.open_photos(holding))
    with transaction():
        enrolment.judge(holding, reading, verifier.model_version)


@sweep(enrolment.WORK)
def waiting_enrolments() -> list[UUID]:
    """Enrolments whose wake-up was lost."""
    with transaction(read_only=True):
        return enrolment.waiting()
