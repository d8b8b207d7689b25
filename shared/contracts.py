"""The wire between phone and server: one frozen dataclass a message, with the limits of every field."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.decoding import DecodeError, decode, path_text
from shared.encoding import canonical_json, encode
from shared.i18n import Message as _
from shared.shapes import fields_of, limits
from shared.strict_json import parse_json
from shared.vocabulary import (
    Camera,
    CheckInKind,
    CheckInState,
    EvidenceKind,
    FindingCode,
    FindingResult,
    Language,
    Move,
    Outcome,
    Remedy,
    TaskKind,
    TaskState,
)

__all__ = [
    "CONTRACTS",
    "Challenge",
    "ChallengeAnswer",
    "CheckIn",
    "CheckInAnswer",
    "Decision",
    "DecodeError",
    "DeviceClock",
    "Finding",
    "Fix",
    "Frame",
    "PersonCard",
    "SpotCheck",
    "SyncAnswer",
    "TaskCard",
    "Tombstone",
    "canonical_json",
    "decode",
    "encode",
    "fields_of",
    "limits",
    "parse_json",
    "path_text",
]

MAX_WHOLE_NUMBER = 2**53 - 1  # what every JSON reader keeps exactly
SHA256 = limits(
    "SHA-256 of the bytes", pattern="^[0-9a-f]{64}$", pattern_means=_("64 digits 0-9 a-f in lower case")
)


BOOT_MS = limits(
    "When, by the device's boot-time clock (CLOCK_BOOTTIME, which runs on in deep sleep), in milliseconds",
    minimum=0,
    maximum=MAX_WHOLE_NUMBER,
)
NONCE = limits("Single use", pattern="^[0-9a-f]{32}$", pattern_means=_("32 digits 0-9 a-f in lower case"))
MOVES_MOST = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One location fix of the device, WGS 84."""

    lat: float = field(metadata=limits("Latitude in degrees", minimum=-90, maximum=90))
    lon: float = field(metadata=limits("Longitude in degrees", minimum=-180, maximum=180))
    accuracy_m: float = field(
        metadata=limits("Claimed radius in metres of 68 % confidence", above=0, maximum=100_000)
    )
    taken_at: datetime = field(metadata=limits("When the receiver took the fix, by the device's clock"))
    provider: str = field(
        default="gps", metadata=limits("What made the fix: gps, network, fused", min_length=1, max_length=32)
    )
    mock: bool = field(default=False, metadata=limits("Whether the system says that an app made the fix up"))
    speed_mps: float | None = field(
        default=None, metadata=limits("Speed over ground in metres per second", minimum=0, maximum=1000)
    )
    boot_ms: int | None = field(default=None, metadata=BOOT_MS)


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
class DeviceClock:
    """The device's boot-time clock at the capture, and when it last saw the server's time.

    ``server_at`` and ``server_boot_ms`` are null when the device has not met the server since it was started.
    """

    boot_id: str = field(
        metadata=limits("Changes with every start of the device", min_length=1, max_length=64)
    )
    boot_ms: int = field(metadata=BOOT_MS)
    server_at: datetime | None = field(
        default=None, metadata=limits("The server's time when the device last saw it since its start")
    )
    server_boot_ms: int | None = field(default=None, metadata=BOOT_MS)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard:
    """What a supervisor's phone shows of a person; no ИИН, no birth date."""

    id: UUID = field(metadata=limits("The person"))
    initials: str = field(metadata=limits("The name as lists show it: «Ахметов С. Б.»", max_length=120))
    family_name: str = field(metadata=limits(max_length=200))
    given_name: str = field(metadata=limits(max_length=200))
    enrolled: bool = field(metadata=limits("Whether there is a face template to compare with"))
    language: Language = field(metadata=limits("The language that the phone speaks to the person"))


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCard:
    """What a phone needs of a task, offline too."""

    id: UUID = field(metadata=limits("The task"))
    kind: TaskKind = field(metadata=limits("What has to be done"))
    title: str = field(metadata=limits(max_length=200))
    note: str = field(metadata=limits(max_length=2000))
    state: TaskState = field(metadata=limits("Where the task is in its life"))
    priority: int = field(metadata=limits("1 is the most urgent", minimum=1, maximum=5))
    starts_at: datetime = field(metadata=limits("Begin of the time window"))
    ends_at: datetime = field(metadata=limits("End of the time window"))
    district_id: UUID = field(metadata=limits("The district that answers for the task"))
    geofence_id: UUID | None = field(metadata=limits("The geofence of the place, if it has one"))
    place: dict[str, Any] | None = field(metadata=limits("GeoJSON geometry of the geofence, or a Point"))
    radius_m: float | None = field(
        metadata=limits("Radius of the place in metres where the place is a Point", above=0, maximum=100_000)
    )
    required_evidence: tuple[EvidenceKind, ...] = field(
        metadata=limits("What must be there before the task is done")
    )
    people: tuple[PersonCard, ...] = field(metadata=limits("Who works on the task"))
    version: int = field(metadata=limits("Grows with every change", minimum=0, maximum=MAX_WHOLE_NUMBER))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """Something that the device must forget: deleted, or out of its user's scope."""

    kind: str = field(metadata=limits("task, check_in, …", min_length=1, max_length=40))
    id: UUID = field(metadata=limits("What to forget"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncAnswer:
    """What changed for a device's user since its cursor."""

    cursor: str = field(metadata=limits("Send this next time; opaque", max_length=500))
    reset: bool = field(metadata=limits("Whether to forget everything first: the answer is complete"))
    server_time: datetime = field(metadata=limits("The server's clock, which is the authority"))
    min_client: str = field(
        metadata=limits("The oldest app version that is not told to update", max_length=32)
    )
    tasks: tuple[TaskCard, ...] = field(metadata=limits("Tasks that are new or changed"))
    check_ins: tuple[CheckInAnswer, ...] = field(metadata=limits("Check-ins that are new or changed"))
    tombstones: tuple[Tombstone, ...] = field(metadata=limits("What left the scope"))
    spot_checks: tuple[SpotCheck, ...] = field(
        default=(), metadata=limits("Spot checks that are due, or held beforehand by an offline phone")
    )


CONTRACTS: tuple[type, ...] = (
    Fix,
    Frame,
    Challenge,
    ChallengeAnswer,
    DeviceClock,
    SpotCheck,
    CheckIn,
    Finding,
    Decision,
    CheckInAnswer,
    PersonCard,
    TaskCard,
    Tombstone,
    SyncAnswer,
)
