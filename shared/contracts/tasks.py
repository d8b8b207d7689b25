"""Tasks on the wire, as the phone of an assignee sees them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.device import MAX_WHOLE_NUMBER
from shared.shapes import limits
from shared.vocabulary import EvidenceKind, Language, TaskKind, TaskState


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
