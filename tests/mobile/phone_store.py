"""A phone's store for tests: real files, a clock that tests set, items by the dozen, and a worker on a scripted server."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from mobile.client.api_client import ApiClient
from mobile.client.device_key import DeviceKey
from mobile.client.session import Tokens, read_tokens
from mobile.client.sync_answer import Pulled
from mobile.keeping.seal import KeyFile
from mobile.keeping.store import Store, open_store
from mobile.outbox.dispatch import Dispatch
from mobile.outbox.ladder import About, Done, ItemKind, NewItem
from mobile.outbox.queue import Outbox
from mobile.sync.local_copy import LocalCopy
from mobile.sync.pulling import Pulling
from shared.contracts import PersonCard, SyncAnswer, TaskCard
from shared.vocabulary import Language, TaskKind, TaskState
from tests.mobile.scripted_server import NOON, ScriptedServer, tokens_body

TOKENS: Tokens = read_tokens(json.dumps(tokens_body(life=timedelta(days=400))).encode())
OWNER = TOKENS.user.id
PHOTOS = (b"first photo", b"second photo", b"third photo")


@dataclass
class Clock:
    """The device's clock, and seconds that count on whatever it is set to."""

    now: datetime = NOON
    seconds: float = 0.0

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds


@dataclass
class Phone:
    """One phone's storage; ``restart`` is what a crash and a new start leave of it."""

    folder: Path
    clock: Clock = field(default_factory=Clock)
    seed: int = 1

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Open what is on the disk, as after a crash: nothing was closed."""
        self.store: Store = open_store(self.folder / "phone", KeyFile(self.folder / "phone.key"))
        self.outbox = Outbox(self.store, now=lambda: self.clock.now)
        self.dispatch = Dispatch(self.store, self.outbox, random.Random(self.seed))
        self.local = LocalCopy(self.store, self.outbox)
        self.pulling = Pulling(self.store, self.dispatch, self.local)
        self.dispatch.recover()

    def due(self, *, photos: bool = True) -> UUID | None:
        """The item that would go now."""
        return self.dispatch.next_due(OWNER, tuple(ItemKind), self.clock.now, photos=photos)

    def files(self) -> list[Path]:
        """Sealed files on the disk, half-written ones too."""
        return sorted(self.store.files.folder.iterdir())

    def pull(self, **changes: Any) -> None:
        """Take in an answer of sync."""
        said: dict[str, Any] = {
            "cursor": "c1",
            "reset": False,
            "server_time": self.clock.now,
            "min_client": "0.1.0",
            "tasks": (),
            "check_ins": (),
            "tombstones": (),
        }
        pulled = Pulled(SyncAnswer(**{**said, **changes}))
        self.pulling.take_in(pulled, timedelta(), self.clock.now)


def new_item(kind: ItemKind = ItemKind.CHECK_IN, **changes: Any) -> NewItem:
    """Something to send."""
    item_id = changes.pop("id", None) or uuid4()
    said: dict[str, Any] = {
        "id": item_id,
        "kind": kind,
        "owner_id": OWNER,
        "manifest": json.dumps({"id": str(item_id)}).encode(),
        "signature": "signed",
        "photos": PHOTOS,
        "created_at": NOON,
        "about": About("Ахметов С. Б., приход"),
    }
    return NewItem(**{**said, **changes})


def done(item: NewItem, **changes: Any) -> Done:
    """What the server says that has every byte of an item."""
    return Done(received=hashes(item), answer={"summary": "Received."}, **changes)


def hashes(item: NewItem) -> tuple[str, ...]:
    """The hash of each photo."""
    return tuple(hashlib.sha256(photo).hexdigest() for photo in item.photos)


def phone_client(server: ScriptedServer, tokens: Tokens | None = TOKENS) -> ApiClient:
    """The client of somebody who is signed in, whose clock is the server's."""
    return ApiClient(
        "http://server.test",
        DeviceKey.generate(),
        Language.EN,
        tokens=tokens,
        now=lambda: server.clock,
        transport=httpx.MockTransport(server._answer),
    )


def a_task(**changes: Any) -> TaskCard:
    """A task with one person on it."""
    said: dict[str, Any] = {
        "id": uuid4(),
        "kind": TaskKind.PUBLIC_WORKS,
        "title": "Парк Первого Президента",
        "note": "",
        "state": TaskState.ASSIGNED,
        "priority": 2,
        "starts_at": NOON,
        "ends_at": NOON + timedelta(hours=4),
        "district_id": uuid4(),
        "geofence_id": None,
        "place": None,
        "radius_m": None,
        "required_evidence": (),
        "people": (
            PersonCard(
                id=uuid4(),
                initials="Ахметов С. Б.",
                family_name="Ахметов",
                given_name="Серик",
                enrolled=True,
                language=Language.KK,
            ),
        ),
        "version": 1,
    }
    return TaskCard(**{**said, **changes})
