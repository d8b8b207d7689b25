"""The worker's side of a check-in: hold it, look at the frames without a transaction, judge, and write what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import blobs, settings
from backend.attendance import rules, standing
from backend.attendance.models import CheckIn
from backend.attendance.receiving import binding, frame_blob
from backend.attendance.reviews.rules import sampled
from backend.blobs import BlobDamaged, BlobMissing, unseal
from backend.clock import now
from backend.database import db
from backend.faces.compare import Template, compare, facing, odd_ones_out
from backend.faces.liveness import LIMITS as LIVENESS_LIMITS
from backend.faces.liveness import LiveFrame, Liveness, assess
from backend.faces.reading import FrameReading
from backend.faces.threshold import SHIPPED, Threshold
from backend.leases import give_back, held, lease, unheld
from backend.ledger.service import record
from backend.people import keys
from backend.people import service as people
from backend.web.metrics import VERDICTS
from shared import contracts
from shared.geometry import Point
from shared.vocabulary import (
    Audience,
    ChallengeState,
    CheckInState,
    Move,
    Outcome,
    Remedy,
    ReviewCause,
    ReviewState,
)

SEEN_LATELY = timedelta(hours=12)
TRIES_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a worker needs to verify one check-in; it holds no transaction meanwhile."""

    check_in_id: UUID
    person_id: UUID
    attempt: int
    key: bytes | None  # None: erased
    manifest: contracts.CheckIn | None  # None: erased, or damaged on the disk
    moves: tuple[Move, ...]
    face: people.KnownFace | None
    enrolled_by_other: bool
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
        manifest=open_manifest(row, key),
        moves=tuple(Move(move) for move in row.expected.get("moves", [])),
        face=face,
        enrolled_by_other=face is None or _confirmed(face, row.captured_by),
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
    holding: Holding, readings: list[FrameReading], threshold: Threshold = SHIPPED
) -> rules.FaceEvidence:
    """What the frames say: alive or not, and whether they show the person, held against nobody else's template."""
    template = holding.face.template if holding.face else None
    encodings = [reading.encoding for reading in readings if reading.encoding is not None]
    return rules.FaceEvidence(
        frames=len(readings),
        usable=len(encodings),
        enrolled=template is not None,
        one_identity=not odd_ones_out(encodings, threshold.one_identity_at),
        distance=_distance(template, readings, threshold.min_frames),
        clear_distance=_distance(
            template, [reading for reading in readings if reading.clear], threshold.min_frames
        ),
        liveness=_alive(holding, readings),
        enrolled_by_other=holding.enrolled_by_other,
    )


def _distance(template: Template | None, readings: list[FrameReading], least: int) -> float | None:
    """From the template to the frames; None without a template or with too few frames."""
    if template is None or sum(reading.usable for reading in readings) < least:
        return None
    return compare(template, facing(readings, least)).distance


def _alive(holding: Holding, readings: list[FrameReading]) -> Liveness | None:
    check_in = holding.manifest
    if check_in is None or not holding.moves:
        return None
    by_boot_clock = all(frame.boot_ms is not None for frame in check_in.frames)
    first = check_in.frames[0]
    frames = [
        LiveFrame(
            landmarks=reading.landmarks,
            at_s=((frame.boot_ms or 0) - (first.boot_ms or 0)) / 1000
            if by_boot_clock
            else (frame.taken_at - first.taken_at).total_seconds(),
            prompt=frame.prompt,
        )
        for frame, reading in zip(check_in.frames, readings, strict=True)
    ]
    return assess(frames, holding.moves, mirrored=check_in.mirrored)


def judge(holding: Holding, face: rules.FaceEvidence, model_version: str | None) -> None:
    """Make the verdict and write it with its ledger entry, unless somebody else has meanwhile."""
    row = held(CheckIn, holding.check_in_id, holding.attempt)
    if row is None:
        return
    held_against = limits()
    verdict = rules.judge(_evidence(row, holding, face), held_against)
    row.state, row.decided_at = CheckInState.JUDGED, now()
    row.outcome = row.standing = verdict.outcome
    row.remedy = verdict.remedy
    row.review_cause = _review_cause(row, verdict.outcome)
    row.review_state = ReviewState.OPEN if row.review_cause else None
    row.findings = [asdict(finding) for finding in verdict.findings]
    row.model_version, row.threshold_version = model_version, SHIPPED.version
    row.liveness_version = LIVENESS_LIMITS.version if face.liveness else None
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
        liveness=row.liveness_version,
        review=row.review_cause.value if row.review_cause else None,
    )
    if verdict.outcome is Outcome.ACCEPTED:
        standing.changed(row.person_id)
    VERDICTS.labels(verdict.outcome.value).inc()


def limits() -> rules.Limits:
    """What check-ins are held against today."""
    chosen = settings()
    return rules.Limits(
        face=SHIPPED,
        gps_accuracy_floor_m=chosen.gps_accuracy_floor_m,
        gps_accuracy_max_m=chosen.gps_accuracy_max_m,
        fix_window=timedelta(seconds=chosen.fix_window_s),
        speed_max_mps=chosen.speed_max_mps,
        tries_max=chosen.tries_max,
        clock_tolerance=timedelta(seconds=chosen.clock_tolerance_s),
        offline_max=timedelta(hours=chosen.offline_max_h),
        task_slack=timedelta(minutes=chosen.task_slack_min),
    )


def waiting() -> list[UUID]:
    """Check-ins that nobody works on."""
    return unheld(CheckIn, now())


def open_manifest(row: CheckIn, key: bytes | None) -> contracts.CheckIn | None:
    """What the phone signed; None where it is erased or damaged on the disk."""
    if key is None:
        return None
    try:
        manifest = unseal(key, row.sealed_manifest, bound_to=binding(row.id, "manifest"))
        return contracts.decode(contracts.CheckIn, contracts.parse_json(manifest))
    except (BlobDamaged, contracts.DecodeError):
        return None


def _evidence(row: CheckIn, holding: Holding, face: rules.FaceEvidence) -> rules.Evidence:
    said: dict[str, Any] = row.expected
    offset_s = said.get("clock_offset_s")
    return rules.Evidence(
        time=rules.KnownTime(
            at=row.captured_at,
            sure=said.get("time_sure", False),
            offset=None if offset_s is None else timedelta(seconds=offset_s),
        ),
        received_at=row.received_at,
        fixes=holding.manifest.fixes if holding.manifest else (),  # without fixes it goes to people
        clock=holding.manifest.clock if holding.manifest else None,
        before=_seen_before(row),
        tries=_tries(row),
        face=face,
        expected=rules.Expectation(
            starts_at=datetime.fromisoformat(said["starts_at"]),
            ends_at=datetime.fromisoformat(said["ends_at"]),
            place=said["place"],
            radius_m=said["radius_m"],
            person_on_task=said["person_on_task"],
            task_open=said["task_open"],
            supervisor_on_task=said["supervisor_on_task"],
            challenge=ChallengeState(said.get("challenge", ChallengeState.NONE)),
            order_in_force=said.get("order_in_force", True),
            day_allowed=said.get("day_allowed", True),
            frames_seen=said.get("frames_seen", False),
            moved_min=said.get("moved_min"),
            spot_check=rules.SpotCheckFit(**said["spot_check"]) if said.get("spot_check") else None,
        ),
    )


def _seen_before(row: CheckIn) -> list[rules.Sighting]:
    """Where the phone's user and the person were at their last check-ins before this one."""
    sightings = []
    for same in (CheckIn.captured_by == row.captured_by, CheckIn.person_id == row.person_id):
        query = sa.select(CheckIn).where(
            same,
            CheckIn.id != row.id,
            CheckIn.captured_at <= row.captured_at,
            CheckIn.captured_at > row.captured_at - SEEN_LATELY,
        )
        earlier = db.session().scalar(query.order_by(CheckIn.captured_at.desc()).limit(1))
        sighting = earlier and _sighting(earlier)
        if sighting:
            sightings.append(sighting)
    return sightings


def _tries(row: CheckIn) -> int:
    """How often within the last hour the person had to take it again: who tries long enough finds a tilt that passes."""
    query = sa.select(sa.func.count()).where(
        CheckIn.person_id == row.person_id,
        CheckIn.id != row.id,
        CheckIn.remedy == Remedy.RETAKE,
        CheckIn.captured_at <= row.captured_at,
        CheckIn.captured_at > row.captured_at - TRIES_WITHIN,
    )
    return db.session().scalar(query) or 0


def _sighting(row: CheckIn) -> rules.Sighting | None:
    try:
        manifest = open_manifest(row, keys.key_of(row.person_id))
    except keys.KeyErased:
        return None
    if manifest is None:
        return None
    best = min(manifest.fixes, key=lambda fix: fix.accuracy_m)
    floor_m = settings().gps_accuracy_floor_m
    return rules.Sighting(
        point=Point(lat=best.lat, lon=best.lon), accuracy_m=max(best.accuracy_m, floor_m), at=row.captured_at
    )


def _confirmed(face: people.KnownFace, captured_by: UUID) -> bool:
    """Whether somebody other than whoever checks in stands for the enrolled face: by enrolling it, or in a review."""
    if face.enrolled_by != captured_by:
        return True
    accepted = sa.select(CheckIn.id).where(
        CheckIn.enrolment_id == face.enrolment_id,
        CheckIn.review_state == ReviewState.DECIDED,
        CheckIn.standing == Outcome.ACCEPTED,
    )
    return db.session().scalar(accepted.limit(1)) is not None


def _review_cause(row: CheckIn, outcome: Outcome) -> ReviewCause | None:
    """Why a person looks at it: a doubt, or chance, for a video filmed off a screen passes any geometry."""
    if outcome is Outcome.TO_REVIEW:
        return ReviewCause.DOUBT
    chosen = settings()
    if outcome is Outcome.ACCEPTED and sampled(
        row.id, chosen.secret_bytes("search_key"), chosen.review_sample_share
    ):
        return ReviewCause.SAMPLE
    return None


def _remember_entry(row: CheckIn) -> Any:
    def remember(entry_id: int, entry_hash: str) -> None:
        row.ledger_id, row.ledger_hash = entry_id, entry_hash

    return remember
