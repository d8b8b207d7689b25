"""Faults of roads on the wire: what a crew's phone carries of each fault that a task of its is to repair."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.device import LAT, LON, MAX_WHOLE_NUMBER
from shared.geometry import Point, distance_m
from shared.shapes import limits
from shared.vocabulary import CaseState, DefectKind, ProofCheck, Severity

WORDS_MOST = 2000
PROOF_BESIDE_M = 100.0  # a photo proves a repair so near to it, beside the accuracy of both


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadFault:
    """A fault to be repaired, with what is needed to find it offline."""

    id: UUID = field(metadata=limits("The case"))
    task_id: UUID = field(metadata=limits("The task that repairs it"))
    state: CaseState = field(metadata=limits("Where it is in its life: planned, repairing or repaired"))
    kind: DefectKind | None = field(metadata=limits("What it is; null where nobody knows"))
    severity: Severity = field(metadata=limits("How bad it is"))
    area_m2: float | None = field(
        metadata=limits("The largest of its views, estimated from a photo, in m²", minimum=0)
    )
    length_m: float | None = field(
        metadata=limits("Of a crack, estimated from a photo, in metres", minimum=0)
    )
    lat: float = field(metadata=LAT)
    lon: float = field(metadata=LON)
    accuracy_m: float = field(metadata=limits("Deviation of each axis, in metres", minimum=0))
    street: str = field(
        metadata=limits("In the reader's language; empty where it has no name", max_length=200)
    )
    due_at: datetime = field(metadata=limits("When it must be repaired, by the city's table"))
    words: str = field(
        default="", metadata=limits("What citizens wrote of it and where", max_length=WORDS_MOST)
    )
    proof_check: ProofCheck | None = field(
        default=None,
        metadata=limits("What the photo of the last repair shows; null where there is none"),
    )
    version: int = field(metadata=limits("Grows with every change", minimum=0, maximum=MAX_WHOLE_NUMBER))


def too_far_to_prove(
    photo: Point, photo_accuracy_m: float, fault: Point, fault_accuracy_m: float
) -> float | None:
    """How far from a fault a photo of its repair was taken, in metres, where that is too far for a proof; else None."""
    away_m = distance_m(photo, fault)
    return away_m if away_m > PROOF_BESIDE_M + photo_accuracy_m + fault_accuracy_m else None
