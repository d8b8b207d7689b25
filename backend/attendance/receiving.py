"""Receiving a check-in: signature, hashes and times are checked, the evidence is sealed and durable, then the row is written."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from backend.accounts.service import signed_by_device
from backend.adapters import blobs, settings
from backend.attendance import expecting, seen_frames
from backend.attendance.challenges import service as challenges
from backend.attendance.models import CheckIn
from backend.attendance.rules import known_time
from backend.blobs import blob_name, seal, sha256_hex
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.jobs import wake
from backend.ledger.service import record
from backend.people import keys
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.proofs import check_in_message
from shared.vocabulary import Audience, CheckInState

_ = Message
WORK = "attendance.verify"
SALT_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A check-in that may be received: everything checked and sealed, nothing written yet."""

    manifest: contracts.CheckIn
    content_hash: str
    salt: bytes
    sealed_manifest: bytes
    signature: str
    sealed_frames: tuple[tuple[str, bytes], ...]
    task: tasks.TaskForCheckIn


def binding(check_in_id: UUID, part: str) -> str:
    """What a sealed part of a check-in is bound to."""
    return f"check_in:{check_in_id}:{part}"


def frame_blob(check_in_id: UUID, person_id: UUID, sha256: str) -> str:
    """Under which name a frame lies in the blob store; a retry for another person must not meet the first one's blob."""
    return blob_name(f"check_in:{check_in_id}:{person_id}", sha256)


def content_hash_of(manifest: bytes, signature: str) -> str:
    """What makes two submissions the same."""
    return sha256_hex(manifest + b"\n" + signature.encode())


def known(check_in_id: UUID, manifest: bytes, signature: str, by: Principal) -> bool:
    """Whether this very check-in was received before; the same id with other content is a conflict."""
    row = db.session().get(CheckIn, check_in_id)
    if row is None:
        return False
    if row.captured_by != by.user_id or row.content_hash != content_hash_of(manifest, signature):
        raise Conflict(
            _(
                "There is a check-in {id} with other content: what was received first stands; choose a new id."
            ).format(id=str(check_in_id))
        )
    return True


def prepare(
    check_in_id: UUID, manifest: bytes, signature: str, frames: list[bytes], by: Principal
) -> Submission:
    """Check a submission and seal its evidence. Raises Invalid naming every field that cannot be used."""
    check_in = read_manifest(manifest)
    _check_device(check_in_id, check_in, manifest, signature, by)
    _check_frames(check_in, frames)
    _check_times(check_in, now())
    _check_clock(check_in)
    task = _task(check_in.task_id, by)
    person_id = _person(check_in.person_id, task, by)
    key = keys.key_of(person_id)
    return Submission(
        manifest=check_in,
        content_hash=content_hash_of(manifest, signature),
        salt=secrets.token_bytes(SALT_BYTES),
        sealed_manifest=seal(key, manifest, bound_to=binding(check_in_id, "manifest")),
        signature=signature,
        sealed_frames=tuple(
            (
                frame_blob(check_in_id, person_id, frame.sha256),
                seal(key, data, bound_to=binding(check_in_id, frame.sha256)),
            )
            for frame, data in zip(check_in.frames, frames, strict=True)
        ),
        task=task,
    )


def keep_frames(submission: Submission) -> None:
    """Make the sealed frames durable: before the row that names them, and outside any transaction."""
    for name, sealed in submission.sealed_frames:
        blobs().put(name, sealed)


def receive(submission: Submission, by: Principal) -> None:
    """Write the pending row, use the challenge up and wake a worker."""
    check_in = submission.manifest
    moment = now()
    time = known_time(
        check_in.captured_at,
        check_in.clock,
        issued_at=challenges.look_up(check_in.challenge),
        received_at=moment,
        bracket=timedelta(seconds=settings().clock_bracket_s),
    )
    spending = challenges.spend(check_in, time.at)
    frame_hashes = [frame.sha256 for frame in check_in.frames]
    seen_frames.remember(check_in.id, frame_hashes)
    expected = {
        **expecting.expected(check_in, submission.task, by.user_id, time.at),
        "challenge": spending.state.value,
        "moves": [move.value for move in spending.moves],
        "time_sure": time.sure,
        "frames_seen": seen_frames.seen_elsewhere(check_in.id, frame_hashes),
        "clock_offset_s": None if time.offset is None else time.offset.total_seconds(),
    }
    db.session().add(
        CheckIn(
            id=check_in.id,
            state=CheckInState.PENDING,
            person_id=check_in.person_id,
            task_id=check_in.task_id,
            district_id=submission.task.district_id,
            kind=check_in.kind,
            captured_by=by.user_id,
            device_id=check_in.device_id,
            captured_at=time.at,
            device_at=check_in.captured_at,
            received_at=moment,
            challenge_id=check_in.challenge.id if check_in.challenge else None,
            spot_check_id=check_in.spot_check_id,
            content_hash=submission.content_hash,
            salt=submission.salt,
            sealed_manifest=submission.sealed_manifest,
            signature=submission.signature,
            frame_hashes=frame_hashes,
            expected=expected,
        )
    )
    record(
        "check_in.received",
        actor=by.actor,
        subject=f"check_in:{check_in.id}",
        at=moment,
        audience=Audience.SUPERVISION,
        district_id=submission.task.district_id,
        kind=check_in.kind.value,
        person=f"person:{check_in.person_id}",
        task=f"task:{check_in.task_id}",
        device=f"device:{check_in.device_id}",
        frames=len(check_in.frames),
        challenge=spending.state.value,
        evidence=hashlib.sha256(submission.salt + submission.content_hash.encode()).hexdigest(),
    )
    wake(WORK, check_in.id)


def read_manifest(manifest: bytes) -> contracts.CheckIn:
    """The manifest's content, strictly decoded."""
    try:
        return contracts.decode(contracts.CheckIn, contracts.parse_json(manifest))
    except contracts.DecodeError as error:
        raise Invalid(
            {
                f"check_in.{path}" if path != "body" else "check_in": texts
                for path, texts in error.by_field().items()
            }
        ) from error


def _task(task_id: UUID, by: Principal) -> tasks.TaskForCheckIn:
    try:
        return tasks.for_check_in(task_id, by)
    except NotFound as error:
        raise Invalid({"check_in.task_id": [error.detail]}) from error


def _person(person_id: UUID, task: tasks.TaskForCheckIn, by: Principal) -> UUID:
    """The person, in the supervisor's districts or on the task; a move while the phone was offline must lose nothing."""
    try:
        person = people.require(person_id, by, "people.read", or_among=task.person_ids)
    except NotFound as error:
        raise Invalid({"check_in.person_id": [error.detail]}) from error
    if not people.biometrics_allowed(person.id):
        raise people.BiometricsRefused
    return person.id


def _check_device(
    check_in_id: UUID, check_in: contracts.CheckIn, manifest: bytes, signature: str, by: Principal
) -> None:
    if check_in.id != check_in_id:
        raise Invalid(
            {
                "check_in.id": [
                    _("must be the id in the address, {id}, was {value}").format(
                        id=str(check_in_id), value=str(check_in.id)
                    )
                ]
            }
        )
    if check_in.device_id != by.device_id:
        raise Invalid(
            {
                "check_in.device_id": [
                    _("must be the device you are signed in on, {id}, was {value}").format(
                        id=str(by.device_id), value=str(check_in.device_id)
                    )
                ]
            }
        )
    if not signed_by_device(check_in.device_id, signature, check_in_message(manifest)):
        raise Invalid(
            {
                "signature": [
                    _(
                        "must be this device's Ed25519 signature over «qala-check-in-1\\n» and the manifest's bytes exactly as sent"
                    )
                ]
            },
            slug="bad-signature",
        )


def _check_frames(check_in: contracts.CheckIn, frames: list[bytes]) -> None:
    if len(frames) != len(check_in.frames):
        raise Invalid(
            {
                "frame": [
                    _(
                        "must be sent once for each of the {expected} frames in the manifest; there were {count}"
                    ).format(expected=len(check_in.frames), count=len(frames))
                ]
            }
        )
    errors = {
        f"frame[{index}]": [
            _(
                "its bytes have the SHA-256 {value}, the manifest says {expected}: send the picture unchanged"
            ).format(value=found, expected=said.sha256)
        ]
        for index, (said, data) in enumerate(zip(check_in.frames, frames, strict=True))
        if (found := sha256_hex(data)) != said.sha256
    }
    if len({frame.sha256 for frame in check_in.frames}) < len(check_in.frames):
        errors["check_in.frames"] = [_("must be different pictures: the same one was sent twice")]
    if errors:
        raise Invalid(errors)


def _check_clock(check_in: contracts.CheckIn) -> None:
    clock = check_in.clock
    if clock is not None and (clock.server_at is None) != (clock.server_boot_ms is None):
        raise Invalid(
            {
                "check_in.clock": [
                    _("must have server_at and server_boot_ms, or neither of them after a restart")
                ]
            }
        )


def _check_times(check_in: contracts.CheckIn, moment: datetime) -> None:
    """An app that sends no boot-time clock is held to its wall clock; with one, a wrong wall clock costs nobody anything."""
    if check_in.clock is not None:
        return
    latest = moment + timedelta(seconds=settings().future_tolerance_s)
    times = {"check_in.captured_at": check_in.captured_at}
    times |= {
        f"check_in.frames[{index}].taken_at": frame.taken_at for index, frame in enumerate(check_in.frames)
    }
    times |= {f"check_in.fixes[{index}].taken_at": fix.taken_at for index, fix in enumerate(check_in.fixes)}
    errors = {
        path: [
            _(
                "must not lie in the future: was {value}, the server's time is {now}; correct the phone's clock"
            ).format(value=time.isoformat(), now=moment.isoformat(timespec="seconds"))
        ]
        for path, time in times.items()
        if time > latest
    }
    if errors:
        raise Invalid(errors)
