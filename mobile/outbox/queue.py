"""The outbox: what was captured waits here, durable and sealed, until the server has named every byte of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from mobile.keeping.database import from_us
from mobile.keeping.files import FileMissing
from mobile.keeping.store import Store
from mobile.listeners import Call, Listeners
from mobile.outbox.ladder import TROUBLE, UNDELIVERED, WAITING, Damage, Item, ItemKind, ItemState, NewItem
from mobile.outbox.rows import among, content_of, content_tag, insert, marks, open_content, read_item

PAGE = 50


class OtherContent(ValueError):
    """An id that the outbox knows came with other content."""

    def __init__(self, item_id: UUID) -> None:
        super().__init__(f"item {item_id} is already in the outbox with other content: make a new id")


class Outbox:
    """The outbox as screens see it; Dispatch is the side that the sync worker uses. Any thread may use either."""

    def __init__(self, store: Store, *, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self.listeners = Listeners()

    def listen(self, call: Call) -> Call:
        """Be told after any change, on the thread that made it; the answer ends it."""
        return self.listeners.add(call)

    # --- capture ------------------------------------------------------------------------------------

    def put(self, item: NewItem) -> None:
        """Keep an item; once this returns it is saved, and neither a crash nor a power cut loses it.

        The same item again changes nothing; OtherContent when only the id is the same. StoreFull: nothing was kept.
        """
        seal, content = self._store.seal, content_of(item)
        tag = content_tag(seal, item.kind, content)
        written = False
        try:
            with self._store.database.writing() as connection:  # also keeps the sweep from this item's file
                known = connection.execute(
                    "SELECT content_tag FROM outbox WHERE id = ?", (str(item.id),)
                ).fetchone()
                if known is not None:
                    if known["content_tag"] != tag:
                        raise OtherContent(item.id)
                    return
                if item.photos:
                    written = True
                    self._store.files.put(item.id.hex, item.photos)
                insert(connection, seal, item, content, tag)
        except Exception:
            if written and self.get(item.id) is None:
                self._store.files.delete(item.id.hex)
            raise
        self.listeners.tell()

    # --- looking ------------------------------------------------------------------------------------

    def get(self, item_id: UUID) -> Item | None:
        """One item, None when it is not (or no longer) here."""
        rows = self._items("WHERE id = ?", (str(item_id),))
        return rows[0] if rows else None

    def items(self, *, limit: int = PAGE, before: int | None = None) -> list[Item]:
        """Items, newest first, a page at a time: ``before`` is the number of the last one seen."""
        where = "WHERE number < ?" if before is not None else ""
        return self._items(
            f"{where} ORDER BY number DESC LIMIT ?", (limit,) if before is None else (before, limit)
        )

    def about(self, subject_id: UUID) -> list[Item]:
        """Items of one task, person, route or stop, newest first."""
        return self._items(
            "JOIN outbox_subjects USING (number) WHERE tag = ? ORDER BY number DESC",
            (self._store.seal.tag(str(subject_id)),),
        )

    def manifests(self, subject_id: UUID, kind: ItemKind) -> list[tuple[Item, bytes]]:
        """Items of one kind about one task, route or stop, oldest first, with what they say; sent ones too."""
        seal = self._store.seal
        with self._store.database.reading() as connection:
            rows = connection.execute(
                "SELECT outbox.* FROM outbox JOIN outbox_subjects USING (number) "
                "WHERE tag = ? AND kind = ? ORDER BY number",
                (seal.tag(str(subject_id)), kind),
            ).fetchall()
        found = [(read_item(seal, row), row) for row in rows]
        return [
            (item, open_content(seal, row).manifest)
            for item, row in found
            if item.damage is not Damage.ROW_CHANGED
        ]

    def photos(self, item_id: UUID) -> tuple[bytes, ...]:
        """The photos of an item, none once the server has them; Damaged when the phone cannot read them."""
        while True:
            item = self.get(item_id)
            if item is None or not item.photos_kept:
                return ()
            try:
                return self._store.files.get(item_id.hex)
            except FileMissing:
                if (again := self.get(item_id)) is not None and again.photos_kept:
                    raise

    def waiting_count(self) -> int:
        """How many items are still on their way."""
        return self._count(WAITING)

    def trouble_count(self) -> int:
        """How many items somebody must look at: refused or damaged."""
        return self._count(TROUBLE)

    def photos_waiting(self) -> bool:
        """Whether anything with photos is still on its way."""
        with self._store.database.reading() as connection:
            found = connection.execute(
                f"SELECT 1 FROM outbox WHERE state IN {among(WAITING)} AND photo_bytes > 0 LIMIT 1"
            ).fetchone()
        return found is not None

    def oldest_waiting_age(self) -> timedelta | None:
        """How long the oldest item has been waiting; never below zero, even after the clock was set back."""
        with self._store.database.reading() as connection:
            row = connection.execute(
                f"SELECT min(created_us) AS oldest_us FROM outbox WHERE state IN {among(WAITING)}"
            ).fetchone()
        if row["oldest_us"] is None:
            return None
        return max(self._now() - from_us(row["oldest_us"]), timedelta())

    def ahead(self, connection: sqlite3.Connection, *kinds: ItemKind) -> list[tuple[Item, bytes]]:
        """Items of some kinds, oldest first, that the server's things may not show yet, with their manifests."""
        seal = self._store.seal
        rows = connection.execute(
            f"SELECT * FROM outbox WHERE ahead AND kind IN ({marks(kinds)}) ORDER BY number", kinds
        )
        found = [(read_item(seal, row), row) for row in rows]
        return [
            (item, open_content(seal, row).manifest)
            for item, row in found
            if item.damage is not Damage.ROW_CHANGED
        ]

    # --- what a person decides ----------------------------------------------------------------------

    def retry(self, item_id: UUID) -> None:
        """Send an undelivered item again, at once."""
        with self._store.database.writing() as connection:
            connection.execute(
                f"""
                UPDATE outbox
                SET state = 'saved', tries = 0, waits_from_us = NULL, waits_until_us = NULL, why = NULL,
                    result = NULL, settled_us = NULL, ahead = 1
                WHERE id = ? AND state IN {among(UNDELIVERED - {ItemState.SENDING})}
                """,
                (str(item_id),),
            )
        self.listeners.tell()

    def discard(self, item_id: UUID, *, confirmed: bool = False) -> None:
        """Forget an item for ever; ValueError where the server does not have it and nobody has confirmed."""
        with self._store.database.writing() as connection:
            row = connection.execute("SELECT state FROM outbox WHERE id = ?", (str(item_id),)).fetchone()
            if row is not None and row["state"] in UNDELIVERED and not confirmed:
                raise ValueError(f"item {item_id} has not reached the server: ask first, then confirm")
            connection.execute("DELETE FROM outbox WHERE id = ?", (str(item_id),))
        self._store.files.delete(item_id.hex)
        self.listeners.tell()

    def _items(self, where: str, values: tuple[object, ...]) -> list[Item]:
        with self._store.database.reading() as connection:
            rows = connection.execute(f"SELECT outbox.* FROM outbox {where}", values).fetchall()
        return [read_item(self._store.seal, row) for row in rows]

    def _count(self, states: frozenset[ItemState]) -> int:
        with self._store.database.reading() as connection:
            row = connection.execute(
                f"SELECT count(*) AS n FROM outbox WHERE state IN {among(states)}"
            ).fetchone()
        return int(row["n"])
