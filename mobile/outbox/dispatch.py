"""The outbox as the sync worker sees it: which item is due, what it carries, and what became of it."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mobile.client.answers import Refused, RetryLater, Why
from mobile.keeping.database import to_us
from mobile.keeping.files import FileMissing
from mobile.keeping.seal import Damaged
from mobile.keeping.store import Store
from mobile.outbox.ladder import (
    UNDELIVERED,
    WAITING,
    Damage,
    Done,
    End,
    Fault,
    ItemKind,
    ItemState,
    Parcel,
    WaitReason,
    pause_after,
)
from mobile.outbox.queue import Outbox
from mobile.outbox.rows import among, marks, open_content, seal_result

KEPT_VERIFIED = timedelta(days=14)
KEPT_STORED = timedelta(days=60)  # a verdict that has not come by then is on the server all the same
UNCONFIRMED_S = 15.0
DUE = f"""
    state IN {among(WAITING - {ItemState.SENDING})} AND owner_id = :owner_id
    AND (:photos OR photo_bytes = 0)
"""
EARLIER = f"""  -- a task may be called done only after its check-ins have arrived, so its moves keep their place; a route's and a fault's, too
    EXISTS (
        SELECT 1 FROM outbox_subjects AS mine
        JOIN outbox_subjects AS other ON other.tag = mine.tag AND other.number < mine.number
        JOIN outbox AS earlier ON earlier.number = other.number
        WHERE mine.number = outbox.number AND earlier.state IN {among(WAITING)}
    )
"""


class Dispatch:
    """One sender at a time uses it; every step is durable before the next."""

    def __init__(self, store: Store, outbox: Outbox, rng: random.Random) -> None:
        self._store = store
        self._outbox = outbox
        self._rng = rng

    # --- at the start -------------------------------------------------------------------------------

    def recover(self) -> None:
        """Send again what lay in «sending» when the app ended, and sweep files that no item names."""
        with self._store.database.writing() as connection:
            connection.execute("UPDATE outbox SET state = 'saved', cut = 1 WHERE state = 'sending'")
            kept = connection.execute("SELECT id FROM outbox WHERE photos_kept").fetchall()
            self._store.files.sweep({UUID(row["id"]).hex for row in kept})
        self._outbox.listeners.tell()

    def prune(self, now: datetime) -> None:
        """Take items off the list that have long been on the server."""
        with self._store.database.writing() as connection:
            connection.executemany(
                "DELETE FROM outbox WHERE state = ? AND settled_us < ?",
                [
                    (ItemState.VERIFIED, to_us(now - KEPT_VERIFIED)),
                    (ItemState.STORED, to_us(now - KEPT_STORED)),
                ],
            )

    # --- sending ------------------------------------------------------------------------------------

    def next_due(
        self, owner_id: UUID, kinds: Collection[ItemKind], now: datetime, *, photos: bool
    ) -> UUID | None:
        """The oldest item whose wait is over; ``photos`` says whether items that carry some may go now.

        Oldest is what was saved first: clocks are set, the order of saving is not. A clock set back ends a wait.
        """
        kinds = tuple(kinds)
        row = self._one(
            f"""
            SELECT id FROM outbox WHERE {DUE} AND kind IN ({_named(kinds)})
            AND (waits_until_us IS NULL OR waits_from_us > :now_us OR waits_until_us <= :now_us)
            AND NOT (kind IN ('task_move', 'route_move', 'fault_move') AND {EARLIER})
            ORDER BY number LIMIT 1
            """,
            {"owner_id": str(owner_id), "photos": photos, "now_us": to_us(now), **_values(kinds)},
        )
        return None if row is None else UUID(row["id"])

    def next_due_in_s(
        self, owner_id: UUID, kinds: Collection[ItemKind], now: datetime, *, photos: bool
    ) -> float | None:
        """How long until an item is due, seconds; None when none waits for time."""
        kinds = tuple(kinds)
        row = self._one(
            f"SELECT min(waits_until_us) AS until_us FROM outbox WHERE {DUE} AND kind IN ({_named(kinds)})",
            {"owner_id": str(owner_id), "photos": photos, **_values(kinds)},
        )
        if row is None or row["until_us"] is None:
            return None
        return max((int(row["until_us"]) - to_us(now)) / 1e6, 0.0)

    def begin(self, item_id: UUID) -> Parcel | None:
        """Take an item out; None when it is gone, or damaged (which it then says)."""
        row = self._one("SELECT * FROM outbox WHERE id = :id", {"id": str(item_id)})
        if row is None:
            return None
        try:
            content = open_content(self._store.seal, row)
        except Damaged:
            self._damaged(item_id, Damage.ROW_CHANGED)
            return None
        try:
            photos = self._store.files.get(item_id.hex) if row["photos_kept"] else ()
        except Damaged as error:
            missing = isinstance(error, FileMissing)
            self._damaged(item_id, Damage.FILE_MISSING if missing else Damage.FILE_CHANGED)
            return None
        with self._store.database.writing() as connection:
            taken = connection.execute(
                f"UPDATE outbox SET state = 'sending', tries = tries + 1 WHERE id = ? AND state IN {among(WAITING)}",
                (str(item_id),),
            )
        if not taken.rowcount:
            return None
        self._outbox.listeners.tell()
        return Parcel(
            id=item_id,
            kind=ItemKind(row["kind"]),
            manifest=content.manifest,
            signature=content.signature,
            photos=photos,
            cut=bool(row["cut"]),
        )

    def finish(self, item_id: UUID, end: End, now: datetime) -> ItemState | None:
        """Write down what became of an item; None when somebody has discarded it meanwhile.

        Its photos are deleted only when the server has named the hash of each.
        """
        with self._store.database.writing() as connection:
            row = connection.execute(
                "SELECT * FROM outbox WHERE id = ? AND state = 'sending'", (str(item_id),)
            ).fetchone()
            if row is None:
                return None
            if isinstance(end, Done) and end.received != open_content(self._store.seal, row).hashes:
                end = RetryLater(UNCONFIRMED_S, Why.UNCONFIRMED)
            if isinstance(end, Done):
                state = self._settle(connection, row, end, now)
            elif isinstance(end, Refused):
                state = ItemState.REFUSED
                connection.execute(
                    """
                    UPDATE outbox SET state = ?, result = ?, settled_us = ?, why = NULL, waits_from_us = NULL,
                                      waits_until_us = NULL, ahead = 0
                    WHERE number = ?
                    """,
                    (state, seal_result(self._store.seal, item_id, end.problem), to_us(now), row["number"]),
                )
            else:
                state = self._wait(connection, row, end, now)
        if isinstance(end, Done):
            self._store.files.delete(item_id.hex)
        self._outbox.listeners.tell()
        return state

    def forget_waits(self, *reasons: WaitReason) -> None:
        """Make items due that wait for one of the reasons: the network is back, somebody has signed in."""
        with self._store.database.writing() as connection:
            connection.execute(
                f"""
                UPDATE outbox SET waits_from_us = NULL, waits_until_us = NULL
                WHERE state IN {among(WAITING)} AND why IN ({marks(reasons)})
                """,
                reasons,
            )

    # --- what sync says -----------------------------------------------------------------------------

    def heard(
        self, connection: sqlite3.Connection, item_id: UUID, answer: Done, now: datetime
    ) -> UUID | None:
        """Sync tells of an item: a verdict, or that it arrived though its answer was lost.

        The item's id when its photos may be deleted once the transaction is durable.
        """
        row = connection.execute("SELECT * FROM outbox WHERE id = ?", (str(item_id),)).fetchone()
        if row is None or row["state"] in (ItemState.REFUSED, ItemState.DAMAGED, ItemState.SENDING):
            return None
        try:
            same = open_content(self._store.seal, row).hashes == answer.received
        except Damaged:
            same = False
        if not same:
            return None
        self._settle(connection, row, answer, now)
        return item_id if row["photos_kept"] else None

    def caught_up(self, connection: sqlite3.Connection) -> None:
        """The local copy now shows what every settled item did."""
        connection.execute("UPDATE outbox SET ahead = 0 WHERE ahead AND state IN ('stored', 'verified')")

    def mark_withdrawn(self, connection: sqlite3.Connection, subject_id: UUID, *, withdrawn: bool) -> bool:
        """Mark the undelivered items about something that the server took away, or brought back; whether there are any."""
        marked = connection.execute(
            f"""
            UPDATE outbox SET withdrawn = ?
            WHERE state IN {among(UNDELIVERED)}
            AND number IN (SELECT number FROM outbox_subjects WHERE tag = ?)
            """,
            (withdrawn, self._store.seal.tag(str(subject_id))),
        )
        return marked.rowcount > 0

    def drop_photos(self, item_ids: Iterable[UUID]) -> None:
        """Delete the photos of items that are settled; call it after the transaction that settled them."""
        for item_id in item_ids:
            self._store.files.delete(item_id.hex)
        self._outbox.listeners.tell()

    # --- how ----------------------------------------------------------------------------------------

    def _settle(
        self, connection: sqlite3.Connection, row: sqlite3.Row, end: Done, now: datetime
    ) -> ItemState:
        verified = end.verified or row["state"] == ItemState.VERIFIED  # the ladder only goes up
        state = ItemState.VERIFIED if verified else ItemState.STORED
        connection.execute(
            """
            UPDATE outbox SET state = ?, result = ?, settled_us = coalesce(settled_us, ?), photos_kept = 0,
                              why = NULL, waits_from_us = NULL, waits_until_us = NULL, cut = 0
            WHERE number = ?
            """,
            (state, seal_result(self._store.seal, row["id"], end.answer), to_us(now), row["number"]),
        )
        return state

    def _wait(
        self, connection: sqlite3.Connection, row: sqlite3.Row, end: RetryLater | Fault, now: datetime
    ) -> ItemState:
        pause = pause_after(end, row["tries"], self._rng)
        timed = pause.wait_s is not None
        connection.execute(
            """
            UPDATE outbox SET state = ?, why = ?, waits_from_us = ?, waits_until_us = ?, cut = cut OR ?, tries = tries - ?
            WHERE number = ?
            """,
            (
                pause.state,
                pause.why,
                to_us(now) if timed else None,
                to_us(now + timedelta(seconds=pause.wait_s)) if pause.wait_s is not None else None,
                pause.cut,
                not timed,  # nobody was signed in: that was no try
                row["number"],
            ),
        )
        return pause.state

    def _damaged(self, item_id: UUID, damage: Damage) -> None:
        with self._store.database.writing() as connection:
            connection.execute(
                f"UPDATE outbox SET state = 'damaged', result = ?, why = NULL WHERE id = ? AND state IN {among(WAITING)}",
                (seal_result(self._store.seal, item_id, damage), str(item_id)),
            )
        self._outbox.listeners.tell()

    def _one(self, query: str, values: Mapping[str, Any]) -> sqlite3.Row | None:
        with self._store.database.reading() as connection:
            row: sqlite3.Row | None = connection.execute(query, values).fetchone()
        return row


def _named(kinds: tuple[ItemKind, ...]) -> str:
    return ", ".join(f":kind{index}" for index in range(len(kinds)))


def _values(kinds: tuple[ItemKind, ...]) -> dict[str, str]:
    return {f"kind{index}": kind.value for index, kind in enumerate(kinds)}
