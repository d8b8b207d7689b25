"""Challenges that the phone holds for work without a network: each is taken once, and taken before it is used."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from uuid import UUID

from mobile.client.challenges import ChallengeBatch
from mobile.keeping.database import to_us
from mobile.keeping.seal import Damaged
from mobile.keeping.store import Store
from mobile.sync.local_copy import LocalCopy
from shared.contracts import Challenge, DecodeError, decode, encode, parse_json


class HeldChallenges:
    """Challenges by task and person, sealed."""

    def __init__(self, store: Store, local: LocalCopy) -> None:
        self._store = store
        self._local = local

    def hold(self, task_id: UUID, batch: ChallengeBatch) -> None:
        """Keep a batch for a task; the coming spot checks that came along go to the local copy."""
        seal = self._store.seal
        with self._store.database.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO challenges (id, tag, task_tag, expires_us, sealed) VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        str(each.id),
                        self._tag(task_id, each.person_id),
                        seal.tag(str(task_id)),
                        to_us(each.expires_at),
                        seal.seal(json.dumps(encode(each)).encode(), f"challenge:{each.id}"),
                    )
                    for each in batch.items
                ],
            )
            connection.execute("DELETE FROM challenges WHERE expires_us <= ?", (to_us(batch.server_time),))
            for check in batch.spot_checks:
                self._local.write(connection, "spot_check", check)
        self._local.listeners.tell()

    def take(self, task_id: UUID, person_id: UUID, now: datetime) -> Challenge | None:
        """The challenge for a person that ends first; ``now`` is the server's time as far as the phone knows it.

        It is gone from the store, durably, before it is returned: no crash asks for the same movements twice.
        """
        with self._store.database.writing() as connection:
            rows = connection.execute(
                "SELECT id, sealed FROM challenges WHERE tag = ? AND expires_us > ? ORDER BY expires_us, id",
                (self._tag(task_id, person_id), to_us(now)),
            ).fetchall()
            for row in rows:
                connection.execute("DELETE FROM challenges WHERE id = ?", (row["id"],))
                try:
                    plain = self._store.seal.open(row["sealed"], f"challenge:{row['id']}")
                    taken = decode(Challenge, parse_json(plain))
                except (Damaged, DecodeError):
                    continue
                break
            else:
                return None
        return taken

    def count(self, task_id: UUID, now: datetime) -> dict[UUID, int]:
        """How many challenges are held for each person of a task."""
        with self._store.database.reading() as connection:
            rows = connection.execute(
                "SELECT id, sealed FROM challenges WHERE task_tag = ? AND expires_us > ?",
                (self._store.seal.tag(str(task_id)), to_us(now)),
            ).fetchall()
        counts: Counter[UUID] = Counter()
        for row in rows:
            try:
                plain = self._store.seal.open(row["sealed"], f"challenge:{row['id']}")
                counts[decode(Challenge, parse_json(plain)).person_id] += 1
            except (Damaged, DecodeError):
                continue
        return dict(counts)

    def _tag(self, task_id: UUID, person_id: UUID) -> str:
        return self._store.seal.tag(f"{task_id}\n{person_id}")
