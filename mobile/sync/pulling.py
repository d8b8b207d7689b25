"""Taking in what sync answers: all of it and the cursor in one transaction, and never over what is still unsent."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mobile.client.api_client import VERSION
from mobile.client.sync_answer import Pulled
from mobile.keeping.store import Store
from mobile.outbox.dispatch import Dispatch
from mobile.outbox.senders import done_with_check_in, done_with_defect
from mobile.sync.local_copy import CURSOR, LAST_PULL, MIN_CLIENT, LocalCopy
from shared.contracts import SyncAnswer, encode

WRITTEN_BY = "sync.written_by"
CLOCK_OFFSET = "clock.offset_s"
UNREAD = "sync.unread"
STREETS = "sync.streets"  # which streets the server has: a StreetPackNotice
EDITED = (
    "task",
    "route",
    "fault",
)  # kinds that this phone changes: what is unsent of them outlives a withdrawal


class Pulling:
    """The writing side of the local copy."""

    def __init__(self, store: Store, dispatch: Dispatch, local: LocalCopy) -> None:
        self._store = store
        self._dispatch = dispatch
        self._local = local

    def cursor(self) -> str | None:
        """What to ask for: None, that is everything, when another version wrote the copy or a part of it is unreadable."""
        facts = self._store.facts
        if facts.get(WRITTEN_BY) != VERSION or self._local.torn:
            return None
        found: str | None = facts.get(CURSOR)
        return found

    def take_in(self, pulled: Pulled, clock_offset: timedelta, now: datetime) -> None:
        """Make the local copy what the server says; ``now`` is the device's time."""
        answer = pulled.answer
        with self._store.database.writing() as connection:
            if answer.reset:
                self._forget_but(connection, answer)
            for kind, things in self._by_kind(answer):
                for thing in things:
                    self._local.write(connection, kind, thing)
                    if kind in EDITED:
                        self._dispatch.mark_withdrawn(connection, thing.id, withdrawn=False)
            for tombstone in answer.tombstones:
                self._withdraw(connection, tombstone.kind, tombstone.id)
            self._drop_what_is_done_with(connection)
            arrived = [
                self._dispatch.heard(connection, done_id, done, now)
                for done_id, done in (
                    *((each.id, done_with_check_in(each)) for each in answer.check_ins),
                    *((each.id, done_with_defect(each)) for each in answer.defects),
                )
            ]
            self._dispatch.caught_up(connection)
            self._store.facts.write(
                connection,
                {
                    CURSOR: answer.cursor,
                    WRITTEN_BY: VERSION,
                    MIN_CLIENT: answer.min_client,
                    LAST_PULL: answer.server_time.isoformat(),
                    UNREAD: pulled.unread
                    + (0 if answer.reset else self._store.facts.read(connection, UNREAD, 0)),
                    CLOCK_OFFSET: clock_offset.total_seconds(),
                    STREETS: encode(answer.streets) if answer.streets else None,
                },
            )
        if answer.reset:
            self._local.torn = False
        self._dispatch.drop_photos(item_id for item_id in arrived if item_id is not None)
        self._local.listeners.tell()

    def _by_kind(self, answer: SyncAnswer) -> list[tuple[str, tuple[Any, ...]]]:
        return [
            ("task", answer.tasks),
            ("check_in", answer.check_ins),
            ("spot_check", answer.spot_checks),
            ("defect", answer.defects),
            ("route", answer.routes),
            ("fault", answer.faults),
        ]

    def _forget_but(self, connection: sqlite3.Connection, answer: SyncAnswer) -> None:
        """A complete answer: what it does not name has left this phone's scope."""
        named = {(kind, str(thing.id)) for kind, things in self._by_kind(answer) for thing in things}
        for row in connection.execute("SELECT kind, id FROM things").fetchall():
            if (row["kind"], row["id"]) not in named:
                self._withdraw(connection, row["kind"], UUID(row["id"]))

    def _withdraw(self, connection: sqlite3.Connection, kind: str, thing_id: UUID) -> None:
        """Forget a thing; one about which something is unsent stays, and says that it was withdrawn."""
        if kind in EDITED and self._dispatch.mark_withdrawn(connection, thing_id, withdrawn=True):
            connection.execute(
                "UPDATE things SET withdrawn = 1 WHERE kind = ? AND id = ?", (kind, str(thing_id))
            )
        else:
            connection.execute("DELETE FROM things WHERE kind = ? AND id = ?", (kind, str(thing_id)))

    def _drop_what_is_done_with(self, connection: sqlite3.Connection) -> None:
        """Withdrawn things stay only as long as something about them has not reached the server."""
        for row in connection.execute("SELECT kind, id FROM things WHERE withdrawn").fetchall():
            self._withdraw(connection, row["kind"], UUID(row["id"]))
