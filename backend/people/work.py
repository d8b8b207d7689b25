"""What workers do for people: look at enrolment photos, holding no transaction while they look."""

from __future__ import annotations

from uuid import UUID

from backend.adapters import face_verifier
from backend.blobs import BlobDamaged, BlobMissing
from backend.database import transaction
from backend.jobs import daily, sweep, work
from backend.people import deadlines, enrolment, rereading


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


@work(rereading.WORK)
def reread(rereading_id: UUID) -> None:
    """Make a template of the present model from photos that are kept."""
    with transaction():
        holding = rereading.hold(rereading_id)
    if holding is None:
        return
    verifier = face_verifier()
    if verifier.model_version != holding.model:  # this worker is older or newer than whoever asked
        with transaction():
            rereading.give_up_for_now(holding)
        return
    try:
        photos = enrolment.open_photos(holding.photos)
    except (BlobMissing, BlobDamaged):
        raise  # counted: after a few tries the person must be enrolled again
    except Exception:  # the store is away, which is not the photos' fault
        with transaction():
            rereading.give_up_for_now(holding)
        raise
    reading = verifier.enrol(photos)
    with transaction():
        rereading.judge(holding, reading, verifier.model_version)


@sweep(rereading.WORK)
def waiting_rereadings() -> list[UUID]:
    """Templates of an older model, and rereadings whose wake-up was lost."""
    with transaction(read_only=True):
        due = rereading.due()
    for enrolment_id in due:
        with transaction():
            rereading.begin(enrolment_id)
    with transaction(read_only=True):
        return rereading.waiting()


@daily
def remind_of_deadlines() -> None:
    """Tell the ledger of deadlines that are near or have passed, each once."""
    with transaction(read_only=True):
        due = deadlines.orders_to_remind()
    for order_id in due:
        with transaction():
            deadlines.remind(order_id)
