"""Check-ins on the wire: challenges, the evidence, its verdict, spot checks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.device import BOOT_MS, MAX_WHOLE_NUMBER, SHA256, DeviceClock, Fix
from shared.i18n import Message as _
from shared.shapes import limits
from shared.vocabulary import (
    Camera,
    CheckInKind,
    CheckInState,
    FindingCode,
    FindingResult,
    Move,
    Outcome,
    Remedy,
)

NONCE = limits("Single use", pattern="^[0-9a-f]{32}$", pattern_means=_("32 digits 0-9 a-f in lower case"))
MOVES_MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One picture of the face; its bytes travel beside the check-in in the same order."""

    sha256: str = field(metadata=SHA256)
    taken_at: datetime = field(metadata=limits("When the camera took the picture, by the device's clock"))
    prompt: int | None = field(
        default=None,
        metadata=limits(
            "Which of the challenge's movements the phone had asked for when it took the picture, from 0; "
            "null before the first and whenever it asked to look straight ahead",
            minimum=0,
            maximum=MOVES_MOST - 1,
        ),
    )
    boot_ms: int | None = field(default=None, metadata=BOOT_MS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Movements of the head to ask for: for one person, on one device, once."""

    id: UUID = field(metadata=limits("The challenge"))
    nonce: str = field(metadata=NONCE)
    person_id: UUID = field(metadata=limits("Who is asked to move"))
    device_id: UUID = field(metadata=limits("The device that asks"))
    moves: tuple[Move, ...] = field(
        metadata=limits(
            "What to ask for, in this order; left is the person's own", min_length=1, max_length=MOVES_MOST
        )
    )
    issued_at: datetime = field(metadata=limits("By the server's clock"))
    expires_at: datetime = field(metadata=limits("An answer that was captured later goes to review"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeAnswer:
    """Which challenge a check-in answers."""

    id: UUID = field(metadata=limits("The challenge"))
    nonce: str = field(metadata=NONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotCheck:
    """A check during the shift, drawn at random; offline phones hold theirs beforehand."""

    id: UUID = field(metadata=limits("The spot check"))
    task_id: UUID = field(metadata=limits("The shift"))
    person_id: UUID = field(metadata=limits("Who is to be checked"))
    due_at: datetime = field(metadata=limits("When the phone prompts"))
    answer_by: datetime = field(metadata=limits("Later it counts as missed"))
    foreknowledge: bool = field(metadata=limits("Whether the draw lay on a phone before its time"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """Evidence that a person is at a place of work at a moment."""

    id: UUID = field(metadata=limits("Made by the phone; the same content gets the same answer"))
    person_id: UUID = field(metadata=limits("Who is checked in: a person that the supervisor named"))
    task_id: UUID = field(metadata=limits("The work that the person is there for"))
    device_id: UUID = field(metadata=limits("The registered device that signs"))
    kind: CheckInKind = field(metadata=limits("The moment of work that this proves"))
    captured_at: datetime = field(metadata=limits("When the capture ended, by the device's clock"))
    frames: tuple[Frame, ...] = field(
        metadata=limits("Pictures of one face, oldest first", min_length=3, max_length=12)
    )
    fixes: tuple[Fix, ...] = field(
        metadata=limits("Fixes during the capture, oldest first", min_length=3, max_length=60)
    )
    note: str = field(default="", metadata=limits("What the supervisor wants to add", max_length=500))
    challenge: ChallengeAnswer | None = field(
        default=None, metadata=limits("The challenge that the frames answer; without one a person decides")
    )
    camera: Camera = field(default=Camera.REAR, metadata=limits("Which camera took the frames"))
    mirrored: bool = field(
        default=False, metadata=limits("Whether the frames are mirrored, as front cameras may save them")
    )
    clock: DeviceClock | None = field(
        default=None, metadata=limits("The device's clocks; without them the time is uncertain")
    )
    spot_check_id: UUID | None = field(default=None, metadata=limits("The spot check that this answers"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One reason of a verdict, with what was measured and what it was held against."""

    code: FindingCode = field(metadata=limits("What was looked at"))
    result: FindingResult = field(metadata=limits("What this reason says by itself"))
    value: float | None = field(metadata=limits("What was measured, in the unit"))
    threshold: float | None = field(metadata=limits("What it was held against, in the unit"))
    margin: float | None = field(metadata=limits("How far on the good side; below 0 on the bad one"))
    unit: str = field(metadata=limits("m, s, distance, count; empty where there is none", max_length=32))
    text: str = field(metadata=limits("The reason in the reader's language", max_length=1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person of the staff decided on a check-in; it stands instead of the program's verdict."""

    outcome: Outcome = field(metadata=limits("accepted or refused"))
    text: str = field(metadata=limits("The reason in the reader's language", max_length=1000))
    decided_at: datetime = field(metadata=limits("When, by the server's clock"))


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInAnswer:
    """What the server knows of a check-in: received always, judged once the verdict stands."""

    id: UUID = field(metadata=limits("The check-in"))
    state: CheckInState = field(metadata=limits("Whether there is a verdict yet"))
    received: tuple[str, ...] = field(
        metadata=limits(
            "SHA-256 of the bytes received, in order: what the phone may now delete", each=SHA256["limits"]
        )
    )
    outcome: Outcome | None = field(metadata=limits("The verdict; null while pending"))
    remedy: Remedy | None = field(
        metadata=limits("What the person with the phone can do; null while pending")
    )
    findings: tuple[Finding, ...] = field(metadata=limits("Every reason of the verdict"))
    summary: str = field(
        metadata=limits("The verdict in one sentence in the reader's language", max_length=1000)
    )
    decided_at: datetime | None = field(metadata=limits("When the verdict was made, by the server's clock"))
    ledger_id: int | None = field(
        metadata=limits("Entry of the ledger that holds the verdict", minimum=1, maximum=MAX_WHOLE_NUMBER)
    )
    ledger_hash: str | None = field(metadata=limits("Hash of that entry", max_length=128))
    decision: Decision | None = field(
        default=None, metadata=limits("What a person decided; null while nobody has")
    )
