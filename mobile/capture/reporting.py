"""Reports of defects and stops: re-encoded photos, a signed manifest, kept in the outbox before anybody says «saved»."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID, uuid4

from mobile.capture.photos import prepare
from mobile.capture.saving import NobodySignedIn
from mobile.devices.camera import Picture
from mobile.outbox.ladder import About, ItemKind, NewItem
from shared.contracts import DefectReport, DeviceClock, Fix, Photo, StopReport, canonical_json, encode
from shared.proofs import defect_message, stop_report_message
from shared.vocabulary import DefectKind, SkipReason, StopState

PHOTOS_MOST = 6
FIXES_MOST = 60
FIXES_FROM_BEFORE_MS = 20_000  # a receiver speaks once a second, but not under every bridge


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When and where something was reported, as the device knows it."""

    captured_at: datetime
    clock: DeviceClock
    fixes: tuple[Fix, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DefectDraft:
    """A defect as it was photographed."""

    pictures: tuple[Picture, ...]
    moment: Moment
    kind_guess: DefectKind | None = None
    volume_m3: float | None = None  # of a pile of snow
    heading_deg: float | None = None
    note: str = ""
    task_id: UUID | None = None
    fault_id: UUID | None = None  # a fault known before, whose repair the photos show


@dataclass(frozen=True, kw_only=True)
class StopDraft:
    """What was done at a stop of a route, as the driver had it before him."""

    route_id: UUID
    route_version: int
    stop_id: UUID
    state: StopState
    moment: Moment
    skip_reason: SkipReason | None = None
    note: str = ""
    pictures: tuple[Picture, ...] = ()
    volume_m3: float | None = None
    weight_kg: float | None = None
    ticket: str = ""


class Signs(Protocol):
    """See mobile.capture.signer.Signer."""

    @property
    def device_id(self) -> UUID | None: ...
    @property
    def sign(self) -> Callable[[bytes], str]: ...


class Keeps(Protocol):
    """Where reports are kept."""

    def put(self, item: NewItem) -> None: ...


class Reporter:
    """Keeps reports of whoever is signed in; a photo takes some 0.1 s, so those with photos are not for the screen's thread."""

    def __init__(self, signer: Signs, outbox: Keeps, owner_id: Callable[[], UUID | None]) -> None:
        self._signer = signer
        self._outbox = outbox
        self._owner_id = owner_id

    def defect(self, draft: DefectDraft, line: str) -> UUID:
        """The outbox's item; NobodySignedIn, StoreFull or NotAPicture when there is none. ``line`` names it there."""
        owner_id, device_id = self._who()
        photos, named = _prepared(draft.pictures)
        report = DefectReport(
            id=uuid4(),
            device_id=device_id,
            task_id=draft.task_id,
            captured_at=draft.moment.captured_at,
            photos=named,
            fixes=draft.moment.fixes,
            heading_deg=draft.heading_deg,
            kind_guess=draft.kind_guess,
            volume_m3=draft.volume_m3,
            note=draft.note,
            clock=draft.moment.clock,
        )
        manifest = canonical_json(encode(report))
        self._outbox.put(
            NewItem(
                id=report.id,
                kind=ItemKind.DEFECT,
                owner_id=owner_id,
                manifest=manifest,
                signature=self._signer.sign(defect_message(manifest)),
                photos=photos,
                created_at=draft.moment.captured_at,
                about=About(line, subjects_of(task=draft.task_id, fault=draft.fault_id)),
            )
        )
        return report.id

    def stop(self, draft: StopDraft, line: str) -> UUID:
        """The same for a stop."""
        owner_id, device_id = self._who()
        photos, named = _prepared(draft.pictures)
        report = StopReport(
            id=uuid4(),
            device_id=device_id,
            route_id=draft.route_id,
            stop_id=draft.stop_id,
            route_version=draft.route_version,
            state=draft.state,
            skip_reason=draft.skip_reason,
            note=draft.note,
            volume_m3=draft.volume_m3,
            weight_kg=draft.weight_kg,
            ticket=draft.ticket,
            captured_at=draft.moment.captured_at,
            photos=named,
            fixes=draft.moment.fixes,
            clock=draft.moment.clock,
        )
        manifest = canonical_json(encode(report))
        self._outbox.put(
            NewItem(
                id=report.id,
                kind=ItemKind.STOP_REPORT,
                owner_id=owner_id,
                manifest=manifest,
                signature=self._signer.sign(stop_report_message(manifest)),
                photos=photos,
                created_at=draft.moment.captured_at,
                about=About(line, {"route": draft.route_id, "stop": draft.stop_id}),
            )
        )
        return report.id

    def _who(self) -> tuple[UUID, UUID]:
        owner_id, device_id = self._owner_id(), self._signer.device_id
        if owner_id is None or device_id is None:
            raise NobodySignedIn
        return owner_id, device_id


def subjects_of(**ids: UUID | None) -> dict[str, UUID]:
    """What an item is about, without what it is not about."""
    return {name: subject for name, subject in ids.items() if subject is not None}


def newest_fixes(fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """The fixes that a report carries: the newest, oldest first, each instant once."""
    by_instant = {fix.taken_at: fix for fix in fixes}
    return tuple(sorted(by_instant.values(), key=lambda fix: fix.taken_at)[-FIXES_MOST:])


def _prepared(pictures: Sequence[Picture]) -> tuple[tuple[bytes, ...], tuple[Photo, ...]]:
    """What is sent of the pictures, and their names in the manifest: the photo's own data never leaves the phone."""
    photos = tuple(prepare(picture.jpeg) for picture in pictures)
    named = tuple(
        Photo(sha256=hashlib.sha256(photo).hexdigest(), taken_at=picture.taken_at, boot_ms=picture.boot_ms)
        for photo, picture in zip(photos, pictures, strict=True)
    )
    return photos, named
