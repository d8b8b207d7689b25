"""The ladder that every item of the outbox climbs: saved, sending, sent, stored, verified; and what keeps it waiting. Pure."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from mobile.client.answers import Problem, Refused, RetryLater, Why
from shared.i18n import Message

_ = Message
BACK_OFF_FIRST_S = 2.0
BACK_OFF_MOST_S = 900.0
BACK_OFF_DOUBLINGS = 12
SENT_FAILURES = frozenset({"ReadTimeout", "ReadError", "RemoteProtocolError"})  # it went out; no answer came
NO_CONTACT = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout"})  # nothing of it left the phone


class ItemKind(StrEnum):
    """What an item of the outbox is."""

    CHECK_IN = "check_in"
    DEFECT = "defect"
    STOP_REPORT = "stop_report"
    LOCATION_FIXES = "location_fixes"
    TASK_MOVE = "task_move"
    ROUTE_MOVE = "route_move"
    FAULT_MOVE = "fault_move"


class ItemState(StrEnum):
    """How far an item has come.

    ``sent``: it left the phone and no good answer came back, so it is sent again; ``stored``: the server has named
    the hash of every photo; ``verified``: nothing more is to come; ``damaged``: the phone itself cannot read it.
    """

    SAVED = "saved"
    SENDING = "sending"
    SENT = "sent"
    STORED = "stored"
    VERIFIED = "verified"
    REFUSED = "refused"
    DAMAGED = "damaged"


WAITING = frozenset({ItemState.SAVED, ItemState.SENDING, ItemState.SENT})
TROUBLE = frozenset({ItemState.REFUSED, ItemState.DAMAGED})
UNDELIVERED = WAITING | TROUBLE


class WaitReason(StrEnum):
    """What an item waits for: a Why of the last answer, or a fault of the app itself."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    SIGN_IN = "sign_in"
    NOT_OURS = "not_ours"
    UNCONFIRMED = "unconfirmed"
    FAULT = "fault"


class Damage(StrEnum):
    """Why the phone cannot read what it kept."""

    FILE_MISSING = "file_missing"
    FILE_CHANGED = "file_changed"
    ROW_CHANGED = "row_changed"


DAMAGE_WORDS: dict[Damage, Message] = {
    Damage.FILE_MISSING: _("damaged: its photos are missing from the phone's storage; capture it again"),
    Damage.FILE_CHANGED: _(
        "damaged: its photos cannot be read from the phone's storage; try again, or capture it again"
    ),
    Damage.ROW_CHANGED: _("damaged: its record cannot be read from the phone's storage; capture it again"),
}


@dataclass(frozen=True)
class About:
    """What screens show of an item: one short line, and the ids of what it is about (task, person, route, stop)."""

    line: str = ""
    subjects: Mapping[str, UUID] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NewItem:
    """Something to be sent: the manifest byte for byte as it was signed, and its photos in the manifest's order."""

    id: UUID
    kind: ItemKind
    owner_id: UUID
    manifest: bytes
    created_at: datetime
    signature: str = ""
    photos: tuple[bytes, ...] = ()
    about: About = About()


@dataclass(frozen=True, kw_only=True)
class Item:
    """An item of the outbox as it stands; ``number`` is its place in the order of saving."""

    number: int
    id: UUID
    kind: ItemKind
    owner_id: UUID
    state: ItemState
    created_at: datetime
    about: About
    photo_count: int
    photo_bytes: int
    photos_kept: bool
    tries: int = 0
    waits_until: datetime | None = None
    why: WaitReason | None = None
    problem: Problem | None = None
    damage: Damage | None = None
    answer: dict[str, Any] | None = None
    withdrawn: bool = False
    settled_at: datetime | None = None

    @property
    def waiting(self) -> bool:
        """Whether it is still on its way."""
        return self.state in WAITING


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """An item on its way out; ``cut``: an upload of it broke off before, so that pieces may serve it better."""

    id: UUID
    kind: ItemKind
    manifest: bytes
    signature: str
    photos: tuple[bytes, ...]
    cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Done:
    """The server has it: the hashes of what it received, its answer, and whether nothing more is to come."""

    received: tuple[str, ...] = ()
    answer: Mapping[str, Any] = field(default_factory=dict)
    verified: bool = True


@dataclass(frozen=True)
class Fault:
    """The app itself failed at it; the next item may fare better."""

    detail: str


End = Done | Refused | RetryLater | Fault
"""What became of one sending."""


@dataclass(frozen=True)
class Pause:
    """How an item waits after a sending that did not end; ``wait_s`` None: not for time, but for somebody to sign in."""

    state: ItemState
    why: WaitReason
    wait_s: float | None
    cut: bool = False


def pause_after(end: RetryLater | Fault, tries: int, rng: random.Random) -> Pause:
    """Where an item waits, and how long: exponential with full jitter, after what a busy server asked for.

    Source: «Exponential backoff and jitter», AWS Architecture Blog, 2015.
    """
    jitter_s = rng.uniform(0.0, min(BACK_OFF_MOST_S, BACK_OFF_FIRST_S * 2 ** min(tries, BACK_OFF_DOUBLINGS)))
    if isinstance(end, Fault):
        return Pause(ItemState.SAVED, WaitReason.FAULT, jitter_s)
    why = WaitReason(end.why.value)
    if end.why is Why.SIGN_IN:
        return Pause(ItemState.SAVED, why, None)
    if end.why is Why.BUSY:
        return Pause(ItemState.SAVED, why, end.after_s + jitter_s)
    lost = end.why is Why.UNREACHABLE
    went_out = end.why is Why.UNCONFIRMED or (lost and end.detail in SENT_FAILURES)
    return Pause(
        ItemState.SENT if went_out else ItemState.SAVED,
        why,
        jitter_s,
        cut=lost and end.detail not in NO_CONTACT,
    )
