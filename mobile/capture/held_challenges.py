"""Challenges that the phone holds for work without a network: each is taken once, and taken before it is used.

A batch is taken along for a task, by a button, before the phone goes offline. The stock is short-lived, kept for each person by the
phone itself while it is online (see mobile.capture.stock), and serves when the network vanishes unannounced.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from mobile.client.challenges import ChallengeBatch
from mobile.keeping.database import to_us
from mobile.keeping.seal import Damaged
from mobile.keeping.store import Store
from mobile.sync.local_copy import LocalCopy
from shared.contracts import Challenge, DecodeError, decode, encode, parse_json


class HeldChallenges:
    """Challenges by task and person, those of the stock by person, sealed."""

    def __init__(self, store: Store, local: LocalCopy) -> None:
        self._store = store
        self._local = local

    def hold(self, task_id: UUID, batch: ChallengeBatch) -> None:
        """Keep a batch for a task; the coming spot checks that came along go to the local copy."""
        with self._store.database.writing() as connection:
            for each in batch.items:
                self._write(connection, each, self._tag(task_id, each.person_id), str(task_id))
            connection.execute(
                "DELETE FROM challenges WHERE renew_us IS NULL AND expires_us <= ?",
                (to_us(batch.server_time),),
            )
            for check in batch.spot_checks:
                self._local.write(connection, "spot_check", check)
        self._local.listeners.tell()

    def take(self, task_id: UUID, person_id: UUID, now: datetime) -> Challenge | None:
        """The challenge for a person that ends first; ``now`` is the server's time as far as the phone knows it.

        One that has ended is better than none: a person then decides, and sees how the head moved as asked. It is gone from the
        store, durably, before it is returned: no crash asks for the same movements twice.
        """
        with self._store.database.writing() as connection:
            rows = connection.execute(
                """
                SELECT id, sealed FROM challenges WHERE tag IN (?, ?)
                ORDER BY expires_us <= ?3, iif(expires_us > ?3, expires_us, -expires_us), id
                """,
                (self._tag(task_id, person_id), self._person_tag(person_id), to_us(now)),
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

    # --- the stock ----------------------------------------------------------------------------------

    def hold_stock(self, batch: ChallengeBatch, people: Collection[UUID], reported: Iterable[UUID]) -> None:
        """Keep what was given anew. What has ended, or is of nobody among ``people``, is given up.

        ``reported``: earlier ones that the server now knows to be unused.
        """
        tags = {self._person_tag(person_id) for person_id in people}
        with self._store.database.writing() as connection:
            connection.executemany(
                "DELETE FROM unused_challenges WHERE id = ?", [(str(each),) for each in reported]
            )
            held = connection.execute("SELECT id, tag, expires_us FROM challenges WHERE renew_us IS NOT NULL")
            ended_us = to_us(batch.server_time)
            self._give_up(
                connection,
                [row["id"] for row in held if row["expires_us"] <= ended_us or row["tag"] not in tags],
            )
            for each in batch.items:
                renew_us = (to_us(each.issued_at) + to_us(each.expires_at)) // 2
                self._write(connection, each, self._person_tag(each.person_id), "", renew_us)

    def lacking_stock(self, people: Iterable[UUID], now: datetime) -> set[UUID]:
        """Those of the people who have none, or whose newest has half of its life behind it."""
        with self._store.database.reading() as connection:
            rows = connection.execute(
                "SELECT tag, max(renew_us) AS renew_us FROM challenges WHERE renew_us IS NOT NULL GROUP BY tag"
            ).fetchall()
        fresh = {row["tag"] for row in rows if row["renew_us"] > to_us(now)}
        return {person_id for person_id in people if self._person_tag(person_id) not in fresh}

    def stocked(self, people: Iterable[UUID], now: datetime) -> set[UUID]:
        """Those of the people of whom one is kept that has not ended."""
        with self._store.database.reading() as connection:
            rows = connection.execute(
                "SELECT DISTINCT tag FROM challenges WHERE renew_us IS NOT NULL AND expires_us > ?",
                (to_us(now),),
            ).fetchall()
        held = {row["tag"] for row in rows}
        return {person_id for person_id in people if self._person_tag(person_id) in held}

    def unused(self, most: int) -> list[UUID]:
        """Challenges of the stock that were given up, and of which the server has not heard."""
        with self._store.database.reading() as connection:
            rows = connection.execute(
                "SELECT id FROM unused_challenges ORDER BY id LIMIT ?", (most,)
            ).fetchall()
        return [UUID(row["id"]) for row in rows]

    def give_up_stock(self) -> None:
        """Nobody works with this phone any more: what was kept for a vanishing network is of no use."""
        with self._store.database.writing() as connection:
            held = connection.execute("SELECT id FROM challenges WHERE renew_us IS NOT NULL").fetchall()
            self._give_up(connection, [row["id"] for row in held])

    # --- how ----------------------------------------------------------------------------------------

    def _give_up(self, connection: sqlite3.Connection, ids: Iterable[str]) -> None:
        keys = [(each,) for each in ids]
        connection.executemany("INSERT OR IGNORE INTO unused_challenges (id) VALUES (?)", keys)
        connection.executemany("DELETE FROM challenges WHERE id = ?", keys)

    def _write(
        self,
        connection: sqlite3.Connection,
        challenge: Challenge,
        tag: str,
        task: str,
        renew_us: int | None = None,
    ) -> None:
        seal = self._store.seal
        connection.execute(
            """
            INSERT OR IGNORE INTO challenges (id, tag, task_tag, expires_us, renew_us, sealed)
            VALUES (?, ?, ?, ?, ?, ?)
            """,
            (
                str(challenge.id),
                tag,
                seal.tag(task),
                to_us(challenge.expires_at),
                renew_us,
                seal.seal(json.dumps(encode(challenge)).encode(), f"challenge:{challenge.id}"),
            ),
        )

    def _person_tag(self, person_id: UUID) -> str:
        return self._store.seal.tag(f"stock\n{person_id}")

    def _tag(self, task_id: UUID, person_id: UUID) -> str:
        return self._store.seal.tag(f"{task_id}\n{person_id}")
