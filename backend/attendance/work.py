"""What workers do for attendance: verify a check-in, holding no transaction while the models look."""

from __future__ import annotations

from uuid import UUID

from backend.adapters import blobs, face_verifier
from backend.attendance import receiving, rules, service, verifying
from backend.attendance.challenges import service as challenges
from backend.database import transaction
from backend.jobs import daily, sweep, work


@work(receiving.WORK)
def verify(check_in_id: UUID) -> None:
    """Compare the frames with the person's template and judge."""
    with transaction():
        holding = verifying.hold(check_in_id)
    if holding is None:
        return
    try:
        frames = verifying.open_frames(holding)
    except Exception:  # the store is away, which is not the evidence's fault
        with transaction():
            verifying.give_up_for_now(holding)
        raise
    if frames is None:  # the models are not asked: they may be what failed every time
        face = rules.FaceEvidence(frames=len(holding.frame_hashes), usable=0, enrolled=False, failure=True)
        model_version = None
    else:
        verifier = face_verifier()
        face, model_version = verifying.weigh(holding, verifier.read(frames)), verifier.model_version
    with transaction():
        verifying.judge(holding, face, model_version)


@sweep(receiving.WORK)
def waiting_check_ins() -> list[UUID]:
    """Check-ins whose wake-up was lost."""
    with transaction(read_only=True):
        return verifying.waiting()


@daily
def purge_old_frames() -> None:
    """Delete frames whose time is over; they are noted as gone only once they are, so an outage leaves none behind."""
    while True:
        with transaction(read_only=True):
            due = service.frames_to_purge()
        if not due:
            return
        for names in due.values():
            for name in names:
                blobs().delete(name)
        with transaction():
            service.mark_purged(list(due))


@daily
def forget_old_challenges() -> None:
    """Delete challenges that no phone can bring any more."""
    with transaction():
        challenges.forget_old()
