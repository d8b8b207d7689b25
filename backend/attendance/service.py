"""Check-ins: the worker's side that verifies and judges, and reading what came of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.adapters import blobs, settings
from backend.attendance import rules, words
from backend.attendance.models import CheckIn
from backend.attendance.receiving import binding, frame_blob
from backend.blobs import BlobDamaged, BlobMissing, unseal
from backend.clock import now
from backend.database import db
from backend.errors import NotFound
from backend.faces.compare import Template, compare, odd_ones_out
from backend.faces.reading import FrameReading
from backend.faces.threshold import SHIPPED, Threshold
from backend.leases import give_back, held, lease, unheld
from backend.ledger.service import log_access, record
from backend.people import keys
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.language import current_language
from backend.web.metrics import VERDICTS
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.vocabulary import (
    Audience,
    CheckInState,
    EvidenceKind,
    FindingCode,
    FindingResult,
    Language,
    Outcome,
)

_ = Message
KEPT_ON_PHONE_DAYS = 60  # a phone may be offline for weeks and must still learn its verdicts
PURGE_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a worker needs to verify one check-in; it holds no transaction meanwhile."""

    check_in_id: UUID
    person_id: UUID
    attempt: int
    key: bytes | None  # None: erased
    face: people.KnownFace | None
    hopeless: bool  # tried too often: whatever it is that fails, people take over
    frame_hashes: tuple[str, ...]


def hold(check_in_id: UUID) -> Holding | None:
    """Take a check-in to work on; None when it is judged already or somebody else holds it."""
    row = lease(CheckIn, check_in_id, now(), settings().lease_s)
    if row is None:
        return None
    key: bytes | None = None
    face: people.KnownFace | None = None
    try:
        key = keys.key_of(row.person_id)
        face = people.known_face(row.person_id)
    except (
        keys.KeyErased,
        BlobDamaged,
        ValueError,
    ):  # erased, or a template that is none any more: people take over
        face = None
    return Holding(
        check_in_id=row.id,
        person_id=row.person_id,
        attempt=row.attempts,
        key=key,
        face=face,
        hopeless=row.attempts > settings().attempts_max or not people.biometrics_allowed(row.person_id),
        frame_hashes=tuple(row.frame_hashes),
    )


def give_up_for_now(holding: Holding) -> None:
    """Leave a check-in to a later try that is not counted: something of ours is away."""
    give_back(CheckIn, holding.check_in_id, holding.attempt)


def open_frames(holding: Holding) -> list[bytes] | None:
    """The frames as they were signed; None when nobody may or can look at them any more. An outage of the store raises."""
    if holding.key is None or holding.hopeless:
        return None
    try:
        return [
            unseal(
                holding.key,
                blobs().get(frame_blob(holding.check_in_id, holding.person_id, digest)),
                bound_to=binding(holding.check_in_id, digest),
            )
            for digest in holding.frame_hashes
        ]
    except (BlobMissing, BlobDamaged):
        return None


def weigh(
    readings: list[FrameReading], template: Template | None, threshold: Threshold = SHIPPED
) -> rules.FaceEvidence:
    """What the frames say against the person's own template, and nobody else's."""
    encodings = [reading.encoding for reading in readings if reading.encoding is not None]
    enough = template is not None and len(encodings) >= threshold.min_frames
    return rules.FaceEvidence(
        frames=len(readings),
        usable=len(encodings),
        enrolled=template is not None,
        one_identity=not odd_ones_out(encodings, threshold.one_identity_at),
        distance=compare(template, encodings).distance if template is not None and enough else None,
    )


def judge(holding: Holding, face: rules.FaceEvidence, model_version: str | None) -> None:
    """Make the verdict and write it with its ledger entry, unless somebody else has meanwhile."""
    row = held(CheckIn, holding.check_in_id, holding.attempt)
    if row is None:
        return
    held_against = limits()
    verdict = rules.judge(_evidence(row, holding, face), held_against)
    row.state, row.decided_at = CheckInState.JUDGED, now()
    row.outcome, row.remedy = verdict.outcome, verdict.remedy
    row.findings = [asdict(finding) for finding in verdict.findings]
    row.model_version, row.threshold_version = model_version, SHIPPED.version
    row.enrolment_id = holding.face.enrolment_id if holding.face else None
    row.limits = {name: str(value) for name, value in asdict(held_against).items()}
    record(
        "check_in.judged",
        actor="system",
        subject=f"check_in:{row.id}",
        at=row.decided_at,
        audience=Audience.SUPERVISION,
        district_id=row.district_id,
        on_append=_remember_entry(row),
        outcome=verdict.outcome.value,
        remedy=verdict.remedy.value,
        kind=row.kind.value,
        person=f"person:{row.person_id}",
        task=f"task:{row.task_id}",
        findings=[
            {"code": finding.code.value, "result": finding.result.value} for finding in verdict.findings
        ],
        model=model_version,
        threshold=SHIPPED.version,
    )
    VERDICTS.labels(verdict.outcome.value).inc()


def limits() -> rules.Limits:
    """What check-ins are held against today."""
    chosen = settings()
    return rules.Limits(
        face=SHIPPED,
        gps_accuracy_floor_m=chosen.gps_accuracy_floor_m,
        gps_accuracy_max_m=chosen.gps_accuracy_max_m,
        fix_window=timedelta(seconds=chosen.fix_window_s),
        offline_max=timedelta(hours=chosen.offline_max_h),
        task_slack=timedelta(minutes=chosen.task_slack_min),
    )


def waiting() -> list[UUID]:
    """Check-ins that nobody works on."""
    return unheld(CheckIn, now())


def frames_to_purge() -> dict[UUID, list[str]]:
    """Judged check-ins whose frames' time is over, a batch, with the names of their blobs."""
    before = now() - timedelta(days=settings().photo_retention_days)
    query = sa.select(CheckIn).where(
        CheckIn.received_at < before, CheckIn.frames_purged_at.is_(None), CheckIn.state == CheckInState.JUDGED
    )
    rows = db.session().scalars(query.order_by(CheckIn.received_at).limit(PURGE_BATCH))
    return {
        row.id: [frame_blob(row.id, row.person_id, digest) for digest in row.frame_hashes] for row in rows
    }


def mark_purged(check_in_ids: Collection[UUID]) -> None:
    """Note that frames are gone; hashes, verdict and ledger stay."""
    db.session().execute(
        sa.update(CheckIn).where(CheckIn.id.in_(check_in_ids)).values(frames_purged_at=now())
    )
    record(
        "evidence.purged",
        actor="system",
        subject="check_ins",
        at=now(),
        audience=Audience.SUPERVISION,
        check_ins=len(check_in_ids),
    )


# --- reading -----------------------------------------------------------------------------------------------------------


def answer(row: CheckIn, language: Language | None = None) -> contracts.CheckInAnswer:
    """A check-in as its device and the console see it, in words of the reader's language."""
    language = language or current_language()
    return contracts.CheckInAnswer(
        id=row.id,
        state=row.state,
        received=tuple(row.frame_hashes),
        outcome=row.outcome,
        remedy=row.remedy,
        findings=tuple(_in_words(finding, language) for finding in row.findings),
        summary=words.summary(row.outcome, row.remedy, language),
        decided_at=row.decided_at,
        ledger_id=row.ledger_id,
        ledger_hash=row.ledger_hash,
    )


def peek(check_in_id: UUID) -> contracts.CheckInAnswer:
    """The answer on a check-in that the caller has just sent."""
    return answer(db.session().get_one(CheckIn, check_in_id, populate_existing=True))


def get(check_in_id: UUID, by: Principal) -> CheckIn:
    """One check-in in the principal's scope; the read is logged."""
    row = db.session().scalar(
        _scoped(sa.select(CheckIn).where(CheckIn.id == check_in_id), by, "check_ins.read")
    )
    if row is None:
        raise NotFound(_("check-in"), check_in_id)
    log_access(by.actor, "check_ins.read", f"check_in:{row.id}", now())
    return row


def list_check_ins(
    by: Principal,
    *,
    person_id: UUID | None,
    task_id: UUID | None,
    outcome: Outcome | None,
    cursor: str | None,
    limit: int,
) -> Page:
    """Check-ins in the principal's scope, newest first; the read is logged."""
    query = _scoped(sa.select(CheckIn), by, "check_ins.read")
    for column, value in (
        (CheckIn.person_id, person_id),
        (CheckIn.task_id, task_id),
        (CheckIn.outcome, outcome),
    ):
        if value is not None:
            query = query.where(column == value)
    page = paginate(query, CheckIn.received_at, CheckIn.id, cursor=cursor, limit=limit)
    for row in page.items:
        log_access(by.actor, "check_ins.list", f"check_in:{row.id}", now())
    return page


def frame(check_in_id: UUID, index: int, by: Principal) -> bytes:
    """One frame's bytes as they were signed, for those who may see evidence; the read is logged."""
    row = db.session().scalar(
        _scoped(sa.select(CheckIn).where(CheckIn.id == check_in_id), by, "check_ins.evidence")
    )
    if row is None or index >= len(row.frame_hashes):
        raise NotFound(_("frame"), f"{check_in_id}/{index}")
    digest = row.frame_hashes[index]
    log_access(by.actor, "check_ins.evidence", f"check_in:{row.id}", now())
    try:
        sealed = blobs().get(frame_blob(row.id, row.person_id, digest))
        return unseal(keys.key_of(row.person_id), sealed, bound_to=binding(row.id, digest))
    except (keys.KeyErased, BlobMissing, BlobDamaged) as error:
        raise NotFound(_("frame"), f"{check_in_id}/{index}") from error


def visible(by: Principal) -> dict[UUID, str]:
    """The check-ins of a device's user that its phone should know the verdict of, with what changes when they do."""
    since = now() - timedelta(days=KEPT_ON_PHONE_DAYS)
    rows = db.session().execute(
        sa.select(CheckIn.id, CheckIn.state).where(
            CheckIn.captured_by == by.user_id, CheckIn.received_at >= since
        )
    )
    return {row.id: row.state.value for row in rows}


def load(by: Principal, check_in_ids: list[UUID]) -> list[contracts.CheckInAnswer]:
    """Answers for a phone."""
    rows = db.session().scalars(
        sa.select(CheckIn).where(CheckIn.id.in_(check_in_ids), CheckIn.captured_by == by.user_id)
    )
    return [answer(row) for row in rows]


def has_check_in(task_id: UUID) -> bool:
    """Whether somebody was checked in on a task and not refused."""
    kept = CheckIn.outcome.is_(None) | (CheckIn.outcome != Outcome.REFUSED)
    return (
        db.session().scalar(sa.select(CheckIn.id).where(CheckIn.task_id == task_id, kept).limit(1))
        is not None
    )


tasks.declare_evidence(EvidenceKind.CHECK_IN, has_check_in)


def _scoped(query: sa.Select[CheckIn], by: Principal, action: str) -> sa.Select[CheckIn]:
    if owns_only(by, action):
        query = query.where(CheckIn.captured_by == by.user_id)
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(CheckIn.district_id.in_(allowed))


def _evidence(row: CheckIn, holding: Holding, face: rules.FaceEvidence) -> rules.Evidence:
    fixes: tuple[contracts.Fix, ...] = ()
    if holding.key is not None:
        try:
            manifest = unseal(holding.key, row.sealed_manifest, bound_to=binding(row.id, "manifest"))
            fixes = contracts.decode(contracts.CheckIn, contracts.parse_json(manifest)).fixes
        except (
            BlobDamaged,
            contracts.DecodeError,
        ):  # damaged on the disk: a verdict without fixes goes to people
            fixes = ()
    said: dict[str, Any] = row.expected
    return rules.Evidence(
        captured_at=row.captured_at,
        received_at=row.received_at,
        fixes=fixes,
        face=face,
        expected=rules.Expectation(
            starts_at=datetime.fromisoformat(said["starts_at"]),
            ends_at=datetime.fromisoformat(said["ends_at"]),
            place=said["place"],
            radius_m=said["radius_m"],
            person_on_task=said["person_on_task"],
            task_open=said["task_open"],
            supervisor_on_task=said["supervisor_on_task"],
        ),
    )


def _remember_entry(row: CheckIn) -> Any:
    def remember(entry_id: int, entry_hash: str) -> None:
        row.ledger_id, row.ledger_hash = entry_id, entry_hash

    return remember


def _in_words(finding: dict[str, Any], language: Language) -> contracts.Finding:
    code, result = FindingCode(finding["code"]), FindingResult(finding["result"])
    text = words.sentence(code, result, finding["value"], finding["threshold"], language)
    return contracts.Finding(**{**finding, "code": code, "result": result, "text": text})
