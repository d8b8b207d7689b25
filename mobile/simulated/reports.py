"""What a simulated phone puts into its outbox: the five kinds of items, signed as the app signs them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from mobile.capture.check_in import SignedCheckIn
from mobile.capture.reporting import subjects_of
from mobile.outbox.fault_moves import MovedFault
from mobile.outbox.ladder import About, ItemKind, NewItem
from mobile.outbox.route_moves import MovedRoute
from mobile.outbox.task_moves import MovedTask
from shared.contracts import (
    DefectReport,
    DeviceClock,
    Fix,
    LocationBatch,
    Photo,
    StopReport,
    canonical_json,
    encode,
)
from shared.proofs import defect_message, stop_report_message
from shared.vocabulary import CaseState, DefectKind, RouteState, SkipReason, StopState, TaskState


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Whose phone it is, at one moment of it: the ids that a report names, its key, and its clocks."""

    owner_id: UUID
    device_id: UUID
    sign: Callable[[bytes], str]
    now: datetime  # by the device's clock
    clock: DeviceClock | None = None


def check_in_item(hand: Hand, capture: SignedCheckIn, task_id: UUID, person_id: UUID) -> NewItem:
    """A captured check-in."""
    return NewItem(
        id=capture.id,
        kind=ItemKind.CHECK_IN,
        owner_id=hand.owner_id,
        manifest=capture.manifest,
        signature=capture.signature,
        photos=capture.frames,
        created_at=hand.now,
        about=About("", {"task": task_id, "person": person_id}),
    )


def defect_item(
    hand: Hand,
    photos: Sequence[bytes],
    fixes: tuple[Fix, ...],
    *,
    task_id: UUID | None = None,
    fault_id: UUID | None = None,
    heading_deg: float | None = None,
    kind_guess: DefectKind | None = None,
) -> NewItem:
    """Photos of one fault of a road, or of a known one's repair."""
    report = DefectReport(
        id=uuid4(),
        device_id=hand.device_id,
        task_id=task_id,
        captured_at=hand.now,
        photos=_named(photos, hand.now),
        fixes=fixes,
        heading_deg=heading_deg,
        kind_guess=kind_guess,
        clock=hand.clock,
    )
    manifest = canonical_json(encode(report))
    return NewItem(
        id=report.id,
        kind=ItemKind.DEFECT,
        owner_id=hand.owner_id,
        manifest=manifest,
        signature=hand.sign(defect_message(manifest)),
        photos=tuple(photos),
        created_at=hand.now,
        about=About("", subjects_of(task=task_id, fault=fault_id)),
    )


def stop_report_item(
    hand: Hand,
    route: tuple[UUID, int],
    stop_id: UUID,
    state: StopState,
    fixes: tuple[Fix, ...],
    photos: Sequence[bytes] = (),
    skip_reason: SkipReason | None = None,
    volume_m3: float | None = None,
) -> NewItem:
    """What was done at a stop of a route; ``route`` is its id and the version that the driver had."""
    route_id, version = route
    report = StopReport(
        id=uuid4(),
        device_id=hand.device_id,
        route_id=route_id,
        stop_id=stop_id,
        route_version=version,
        state=state,
        skip_reason=skip_reason,
        volume_m3=volume_m3,
        captured_at=hand.now,
        photos=_named(photos, hand.now),
        fixes=fixes,
        clock=hand.clock,
    )
    manifest = canonical_json(encode(report))
    return NewItem(
        id=report.id,
        kind=ItemKind.STOP_REPORT,
        owner_id=hand.owner_id,
        manifest=manifest,
        signature=hand.sign(stop_report_message(manifest)),
        photos=tuple(photos),
        created_at=hand.now,
        about=About("", {"route": route_id, "stop": stop_id}),
    )


def fixes_item(hand: Hand, fixes: tuple[Fix, ...], route_id: UUID | None = None) -> NewItem:
    """Where the device was."""
    batch = LocationBatch(
        id=uuid4(), device_id=hand.device_id, route_id=route_id, fixes=fixes, clock=hand.clock
    )
    return NewItem(
        id=batch.id,
        kind=ItemKind.LOCATION_FIXES,
        owner_id=hand.owner_id,
        manifest=canonical_json(encode(batch)),
        created_at=hand.now,
        about=About("", {"route": route_id} if route_id else {}),
    )


def move_item(hand: Hand, task_id: UUID, to: TaskState) -> NewItem:
    """A change of a task's state."""
    manifest = MovedTask(task_id=task_id, to=to).manifest()
    return _plain(hand, ItemKind.TASK_MOVE, manifest, About("", {"task": task_id}))


def route_move_item(hand: Hand, route_id: UUID, to: RouteState) -> NewItem:
    """A route that is begun or finished."""
    manifest = MovedRoute(route_id=route_id, to=to).manifest()
    return _plain(hand, ItemKind.ROUTE_MOVE, manifest, About("", {"route": route_id}))


def fault_move_item(hand: Hand, fault_id: UUID, to: CaseState, proof_id: UUID | None = None) -> NewItem:
    """A fault whose repair is begun, or done just now."""
    repaired_at = hand.now if to is CaseState.REPAIRED else None
    move = MovedFault(fault_id=fault_id, to=to, repaired_at=repaired_at, proof_id=proof_id)
    return _plain(hand, ItemKind.FAULT_MOVE, move.manifest(), About("", {"fault": fault_id}))


def _plain(hand: Hand, kind: ItemKind, manifest: bytes, about: About) -> NewItem:
    return NewItem(
        id=uuid4(), kind=kind, owner_id=hand.owner_id, manifest=manifest, created_at=hand.now, about=about
    )


def _named(photos: Sequence[bytes], taken_at: datetime) -> tuple[Photo, ...]:
    return tuple(Photo(sha256=hashlib.sha256(photo).hexdigest(), taken_at=taken_at) for photo in photos)
