"""Defects on the wire: what a crew photographs, and what the server has made of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.device import MAX_WHOLE_NUMBER, SHA256, DeviceClock, Fix, Photo
from shared.shapes import limits
from shared.vocabulary import CannotAssess, DefectKind, DefectState, Severity

PILE_MOST_M3 = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectReport:
    """Photos of one fault of a road, and where the device was when they were taken."""

    id: UUID = field(metadata=limits("Made by the phone; the same content gets the same answer"))
    device_id: UUID = field(metadata=limits("The registered device that signs"))
    task_id: UUID | None = field(
        default=None, metadata=limits("The task during which it was found, if there was one")
    )
    captured_at: datetime = field(metadata=limits("When the report was finished, by the device's clock"))
    photos: tuple[Photo, ...] = field(
        metadata=limits("Photos of one fault, oldest first", min_length=1, max_length=6)
    )
    fixes: tuple[Fix, ...] = field(
        metadata=limits(
            "Fixes around the photos, oldest first; never from the picture's own data. "
            "Empty where the receiver found none: then a dispatcher places the report",
            max_length=60,
        )
    )
    heading_deg: float | None = field(
        default=None,
        metadata=limits("Where the camera looked, in degrees from north, clockwise", minimum=0, maximum=360),
    )
    kind_guess: DefectKind | None = field(default=None, metadata=limits("What the reporter takes it for"))
    volume_m3: float | None = field(
        default=None,
        metadata=limits("How much snow the reporter takes a pile for, in m³", above=0, maximum=PILE_MOST_M3),
    )
    note: str = field(default="", metadata=limits("What the reporter wants to add", max_length=500))
    clock: DeviceClock | None = field(
        default=None, metadata=limits("The device's clocks; without them the time is uncertain")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectAnswer:
    """What the server knows of a defect report: received always; the rest follows by sync."""

    id: UUID = field(metadata=limits("The report"))
    state: DefectState = field(metadata=limits("Where the fault is in its life"))
    received: tuple[str, ...] = field(
        metadata=limits(
            "SHA-256 of the bytes received, in order: what the phone may now delete", each=SHA256["limits"]
        )
    )
    received_at: datetime = field(metadata=limits("When, by the server's clock"))
    kind: DefectKind | None = field(metadata=limits("What it is; null until it is known"))
    severity: Severity | None = field(metadata=limits("How bad it is; null until it is known"))
    suggested: bool = field(
        default=False,
        metadata=limits("Whether kind and severity are a model's suggestion that no person has confirmed"),
    )
    cannot: CannotAssess | None = field(
        default=None, metadata=limits("Why the photos say nothing of the road; null where they do")
    )
    summary: str = field(
        metadata=limits("What is known, in one sentence in the reader's language", max_length=1000)
    )
    case_id: UUID | None = field(
        default=None, metadata=limits("The case that it belongs to; null until it is known")
    )
    version: int = field(metadata=limits("Grows with every change", minimum=0, maximum=MAX_WHOLE_NUMBER))
