"""An app that is updated over one of the first version finds everything that it kept."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from mobile.capture.held_challenges import HeldChallenges
from mobile.keeping.database import Database, to_us
from mobile.keeping.migrations import MIGRATIONS
from mobile.keeping.seal import KeyFile, Seal
from mobile.keeping.store import open_store
from mobile.outbox.queue import Outbox
from mobile.sync.local_copy import LocalCopy
from shared.contracts import encode
from tests.mobile.capture.test_stock import a_challenge
from tests.mobile.scripted_server import NOON


def test_movements_that_an_older_app_took_along_are_still_there(tmp_path: Path) -> None:
    """Written by the first version's statements, taken by this one's."""
    store = open_store(tmp_path / "phone", KeyFile(tmp_path / "phone.key"))
    seal, path = store.seal, store.database.path
    store.close()
    path.unlink()
    old = Database(path, MIGRATIONS[:1])
    task_id, challenge = uuid4(), a_challenge(uuid4(), life=timedelta(hours=72))
    with old.writing() as connection:
        connection.execute(
            "INSERT INTO challenges (id, tag, task_tag, expires_us, sealed) VALUES (?, ?, ?, ?, ?)",
            (
                str(challenge.id),
                seal.tag(f"{task_id}\n{challenge.person_id}"),
                seal.tag(str(task_id)),
                to_us(challenge.expires_at),
                seal.seal(json.dumps(encode(challenge)).encode(), f"challenge:{challenge.id}"),
            ),
        )
    old.close()
    held = held_by(path, seal)
    assert {challenge.person_id: 1} == held.count(task_id, NOON)
    assert challenge == held.take(task_id, challenge.person_id, NOON)
    assert held.take(task_id, challenge.person_id, NOON) is None


def held_by(path: Path, _seal: Seal) -> HeldChallenges:
    """What the updated app holds."""
    store = open_store(path.parent, KeyFile(path.parent.with_suffix(".key")))
    return HeldChallenges(store, LocalCopy(store, Outbox(store, now=lambda: NOON)))
