"""The signed evidence of a check-in: the one way in which the app and the simulated phones build it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from mobile.capture.photos import prepare_frames
from shared.contracts import (
    Challenge,
    ChallengeAnswer,
    CheckIn,
    DeviceClock,
    Fix,
    Frame,
    canonical_json,
    encode,
)
from shared.proofs import check_in_message
from shared.vocabulary import Camera as Facing
from shared.vocabulary import CheckInKind

Sign = Callable[[bytes], str]


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture of the face as it is sent, and what had been asked for when it was taken."""

    jpeg: bytes
    taken_at: datetime
    boot_ms: int
    prompt: int | None = None


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Who is checked in, for which work, at which moment of it."""

    person_id: UUID
    task_id: UUID
    kind: CheckInKind = CheckInKind.ARRIVAL
    spot_check_id: UUID | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What camera, receiver and clocks gave of one check-in."""

    shots: tuple[Shot, ...]
    fixes: tuple[Fix, ...]
    captured_at: datetime
    clock: DeviceClock
    challenge: Challenge | None = None
    facing: Facing = Facing.REAR
    mirrored: bool = False


@dataclass(frozen=True)
class SignedCheckIn:
    """A check-in ready to be sent: the manifest as it is signed, and its frames."""

    id: UUID
    manifest: bytes
    signature: str
    frames: tuple[bytes, ...]


def within_bytes(taken: Taken) -> Taken:
    """The same with pictures that a poor network carries; half a second of work for twelve large ones."""
    frames = prepare_frames([shot.jpeg for shot in taken.shots])
    return replace(
        taken,
        shots=tuple(replace(shot, jpeg=frame) for shot, frame in zip(taken.shots, frames, strict=True)),
    )


def signed_check_in(
    taken: Taken, occasion: Occasion, device_id: UUID, sign: Sign, check_in_id: UUID | None = None
) -> SignedCheckIn:
    """Name every byte and sign it; the id is a new one unless it is given."""
    check_in = CheckIn(
        id=check_in_id or uuid4(),
        person_id=occasion.person_id,
        task_id=occasion.task_id,
        device_id=device_id,
        kind=occasion.kind,
        captured_at=taken.captured_at,
        frames=_frames(taken.shots),
        fixes=taken.fixes,
        note=occasion.note,
        challenge=ChallengeAnswer(id=taken.challenge.id, nonce=taken.challenge.nonce)
        if taken.challenge
        else None,
        camera=taken.facing,
        mirrored=taken.mirrored,
        clock=taken.clock,
        spot_check_id=occasion.spot_check_id,
    )
    manifest = canonical_json(encode(check_in))
    return SignedCheckIn(
        check_in.id, manifest, sign(check_in_message(manifest)), tuple(shot.jpeg for shot in taken.shots)
    )


def _frames(shots: Sequence[Shot]) -> tuple[Frame, ...]:
    return tuple(
        Frame(
            sha256=hashlib.sha256(shot.jpeg).hexdigest(),
            taken_at=shot.taken_at,
            prompt=shot.prompt,
            boot_ms=shot.boot_ms,
        )
        for shot in shots
    )
