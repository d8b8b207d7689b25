"""The phone's one SQLite file: WAL, every commit on the disk, one writer and any number of readers."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mobile.keeping.disk import StoreFull, is_full
from mobile.keeping.migrations import MIGRATIONS, Migration
from shared.i18n import Message

_ = Message
BUSY_S = 15.0  # a background service may be a process of its own
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class NewerDatabase(Exception):
    """A newer app has written this database; it was not touched."""

    def __init__(self, found: int, known: int) -> None:
        self.message = _(
            "The data on this phone is of a newer version of the app ({found}, this app knows {known}): "
            "install the newest app. Nothing was changed or lost."
        ).format(found=found, known=known)
        super().__init__(self.message)


class Database:
    """May be used from any thread; each transaction is all or nothing, also when the power goes."""

    def __init__(self, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> None:
        self.path = path
        self._write_lock = threading.Lock()
        self._idle_lock = threading.Lock()
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._writer = self._connect()
        try:
            self._migrate(migrations)
        except BaseException:
            self._writer.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that may write: durable once the block is left, undone when it raises; StoreFull, too."""
        with self._write_lock:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException as error:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                if is_full(error):
                    raise StoreFull from error
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of everything, for as long as the block lasts; waits for no writer."""
        with self._idle_lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = self._connect()
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            with self._idle_lock:
                if self._closed:
                    connection.close()
                else:
                    self._idle.append(connection)

    def close(self) -> None:
        """Let go of the file."""
        with self._write_lock, self._idle_lock:
            self._closed = True
            for connection in (*self._idle, self._writer):
                connection.close()
            self._idle.clear()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def _migrate(self, migrations: Sequence[Migration]) -> None:
        if self._version() > len(migrations):
            raise NewerDatabase(self._version(), len(migrations))
        self._writer.execute("PRAGMA journal_mode = WAL")
        for number, statements in enumerate(migrations, start=1):
            with self.writing() as connection:
                if self._version() < number:
                    for statement in statements:
                        connection.execute(statement)
                    connection.execute(f"PRAGMA user_version = {number}")

    def _version(self) -> int:
        return int(self._writer.execute("PRAGMA user_version").fetchone()[0])


def to_us(moment: datetime) -> int:
    """A time as the database keeps it: microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def from_us(moment_us: int) -> datetime:
    """The time that ``to_us`` made a number of."""
    return EPOCH + moment_us * MICROSECOND
