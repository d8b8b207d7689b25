"""Sync on the wire: what a device must add, change and forget."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.check_ins import CheckInAnswer, SpotCheck
from shared.contracts.defects import DefectAnswer
from shared.contracts.faults import RoadFault
from shared.contracts.routes import RouteSheet
from shared.contracts.streets import StreetPackNotice
from shared.contracts.tasks import TaskCard
from shared.shapes import limits


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
    defects: tuple[DefectAnswer, ...] = field(
        default=(), metadata=limits("Defects of this device's user that are new or changed")
    )
    routes: tuple[RouteSheet, ...] = field(
        default=(), metadata=limits("Routes of this device's user that are new or changed, whole")
    )
    faults: tuple[RoadFault, ...] = field(
        default=(), metadata=limits("Faults of roads that this device's user is to repair, new or changed")
    )
    streets: StreetPackNotice | None = field(
        default=None, metadata=limits("The streets in force; a phone with others fetches /streets/pack")
    )
