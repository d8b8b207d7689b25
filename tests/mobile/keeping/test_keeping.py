"""What the phone keeps: sealed, durable, upgradable, and honest about a full disk."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from mobile.keeping.database import Database, NewerDatabase
from mobile.keeping.disk import StoreFull, write_durably
from mobile.keeping.files import FileMissing, SealedFiles
from mobile.keeping.migrations import MIGRATIONS
from mobile.keeping.seal import Damaged, KeyFile, Seal
from mobile.keeping.sole import AlreadyRunning, Sole
from mobile.keeping.store import WrongKey, open_store

KEY = bytes(range(32))


# --- the key ---------------------------------------------------------------------------------------------


def test_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    """A second start finds the same key, and nobody else may read it."""
    keys = KeyFile(tmp_path / "app" / "phone.key")
    assert keys.load() is None
    key = keys.make()
    assert (key, key) == (keys.load(), KeyFile(keys.path).make())
    assert 0o600 == stat.S_IMODE(keys.path.stat().st_mode)
    assert [keys.path] == list(keys.path.parent.iterdir())


def test_key_file_of_another_length_is_no_key(tmp_path: Path) -> None:
    """A cut file must not pass for a key."""
    path = tmp_path / "phone.key"
    path.write_bytes(KEY[:7])
    with pytest.raises(ValueError, match="must hold a key of 32 bytes, has 7"):
        KeyFile(path).load()


def test_sealed_bytes_open_only_where_they_belong() -> None:
    """Not changed, not in another's place, not with another key."""
    seal = Seal(KEY)
    sealed = seal.seal("Ахметов".encode(), "item:1")
    assert "Ахметов".encode() == seal.open(sealed, "item:1")
    assert "Ахметов".encode() not in sealed
    for other, changed, bound_to in (
        (seal, sealed[:-1] + bytes([sealed[-1] ^ 1]), "item:1"),
        (seal, sealed, "item:2"),
        (Seal(bytes(32)), sealed, "item:1"),
        (seal, b"", "item:1"),
        (seal, sealed[:20], "item:1"),
    ):
        with pytest.raises(Damaged):
            other.open(changed, bound_to)


def test_store_without_its_key_is_left_alone(tmp_path: Path) -> None:
    """A lost or exchanged key says so and makes no new one over the data."""
    keys = KeyFile(tmp_path / "phone.key")
    store = open_store(tmp_path / "phone", keys)
    store.facts.put("setting.theme", "dark")
    store.close()
    keys.path.rename(tmp_path / "moved.key")
    with pytest.raises(WrongKey):
        open_store(tmp_path / "phone", keys)
    assert keys.load() is None
    other = KeyFile(tmp_path / "other.key")
    other.make()
    with pytest.raises(WrongKey):
        open_store(tmp_path / "phone", other)
    (tmp_path / "moved.key").rename(keys.path)
    store = open_store(tmp_path / "phone", keys)
    assert "dark" == store.facts.get("setting.theme")
    store.facts.forget("setting.theme")
    assert "light" == store.facts.get("setting.theme", "light")


def test_nothing_personal_lies_open_on_the_disk(tmp_path: Path) -> None:
    """Neither in the database, nor in its log, nor in a file."""
    store = open_store(tmp_path / "phone", KeyFile(tmp_path / "phone.key"))
    store.facts.put("user", {"name": "Akhmetov"})
    store.files.put("a1", [b"face of Akhmetov"])
    for path in (tmp_path / "phone").rglob("*"):
        assert path.is_dir() or b"Akhmetov" not in path.read_bytes()


# --- files -----------------------------------------------------------------------------------------------


def test_parts_of_a_file_come_back_in_order(tmp_path: Path) -> None:
    """Empty ones, too; a file can be forgotten twice."""
    files = SealedFiles(tmp_path, Seal(KEY))
    parts = (b"first", b"", b"\x00" * 70_000)
    files.put("a1", parts)
    assert parts == files.get("a1")
    files.delete("a1")
    files.delete("a1")
    with pytest.raises(FileMissing):
        files.get("a1")


def test_file_put_in_another_s_place_does_not_open(tmp_path: Path) -> None:
    """A name is part of the seal."""
    files = SealedFiles(tmp_path, Seal(KEY))
    files.put("a1", [b"one"])
    (tmp_path / "a1").rename(tmp_path / "b2")
    with pytest.raises(Damaged):
        files.get("b2")


def test_name_that_leaves_the_folder_is_no_name(tmp_path: Path) -> None:
    """Names are ids; anything else is a mistake."""
    with pytest.raises(ValueError, match="letters and digits"):
        SealedFiles(tmp_path, Seal(KEY)).put("../key", [b"one"])


def test_sweep_keeps_only_what_is_named(tmp_path: Path) -> None:
    """Half-written files and files without a row go."""
    files = SealedFiles(tmp_path, Seal(KEY))
    files.put("a1", [b"one"])
    files.put("b2", [b"two"])
    (tmp_path / ".c3.0badcafe").write_bytes(b"half")
    assert 2 == files.sweep({"a1", "d4"})
    assert [tmp_path / "a1"] == list(tmp_path.iterdir())
    assert files.size_bytes() > 0


def test_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """A file that cannot be written whole is not there, and the error says what to do."""
    limited = tmp_path / "limited"
    limited.mkdir()
    with pytest.raises(StoreFull) as full:
        write_durably(_Full(limited / "a1"), b"x")
    assert "Free some space" in full.value.message
    assert [] == list(limited.iterdir())


class _Full(type(Path())):  # type: ignore[misc]
    """A path on a disk that is full when a name is to be written."""

    def with_name(self, name: str) -> Path:
        """A temporary file whose last step fails."""
        return _FullTemporary(super().with_name(name))


class _FullTemporary(type(Path())):  # type: ignore[misc]
    def replace(self, target: object) -> Path:
        """What the kernel says when the folder cannot grow."""
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


# --- database --------------------------------------------------------------------------------------------


def test_database_survives_an_upgrade_of_the_app(tmp_path: Path) -> None:
    """A later version adds to what is there, in order, each step once."""
    path = tmp_path / "phone.sqlite"
    first = Database(path)
    with first.writing() as connection:
        connection.execute("INSERT INTO facts VALUES ('a', x'01')")
    first.close()
    later = (*MIGRATIONS, ("ALTER TABLE facts ADD COLUMN note TEXT DEFAULT 'old'", "CREATE TABLE more (a)"))
    for _ in range(2):
        upgraded = Database(path, later)
        with upgraded.reading() as connection:
            assert ("a", "old") == tuple(connection.execute("SELECT name, note FROM facts").fetchone())
        upgraded.close()


def test_upgrade_that_fails_changes_nothing(tmp_path: Path) -> None:
    """The next start finds the version before, whole."""
    path = tmp_path / "phone.sqlite"
    Database(path).close()
    with pytest.raises(sqlite3.OperationalError):
        Database(path, (*MIGRATIONS, ("CREATE TABLE more (a)", "CREATE TABLE facts (a)")))
    Database(path, (*MIGRATIONS, ("CREATE TABLE more (a)",))).close()


def test_newer_database_is_not_touched(tmp_path: Path) -> None:
    """An old app that was installed over a newer one says so; the new one finds everything."""
    path = tmp_path / "phone.sqlite"
    later = (*MIGRATIONS, ("CREATE TABLE more (a)",))
    Database(path, later).close()
    before = path.read_bytes()
    with pytest.raises(NewerDatabase, match="install the newest app"):
        Database(path)
    assert before == path.read_bytes()
    Database(path, later).close()


def test_every_commit_is_on_the_disk(tmp_path: Path) -> None:
    """WAL with FULL: a power cut after «saved» loses nothing."""
    database = Database(tmp_path / "phone.sqlite")
    with database.writing() as connection:
        assert 2 == connection.execute("PRAGMA synchronous").fetchone()[0]
        assert "wal" == connection.execute("PRAGMA journal_mode").fetchone()[0]


def test_transaction_that_raises_leaves_nothing(tmp_path: Path) -> None:
    """And the next one works."""
    database = Database(tmp_path / "phone.sqlite")
    with pytest.raises(sqlite3.OperationalError), database.writing() as connection:
        _write_then_fail(connection)
    with database.writing() as connection:
        connection.execute("INSERT INTO facts VALUES ('b', x'01')")
    with database.reading() as connection:
        assert ["b"] == [row["name"] for row in connection.execute("SELECT name FROM facts")]


def _write_then_fail(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO facts VALUES ('a', x'01')")
    connection.execute("INSERT INTO nowhere VALUES (1)")


def test_full_disk_undoes_the_transaction(tmp_path: Path) -> None:
    """SQLite's own «full» becomes the phone's, and what was there stays."""
    database = Database(tmp_path / "phone.sqlite")
    with database.writing() as connection:
        connection.execute("INSERT INTO facts VALUES ('a', x'01')")
    with database.reading() as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    with database.writing() as connection:
        pass
    database._writer.execute(f"PRAGMA max_page_count = {pages}")  # what a full disk is to SQLite
    with pytest.raises(StoreFull), database.writing() as connection:
        connection.execute("INSERT INTO facts VALUES ('b', zeroblob(100000))")
    with database.reading() as connection:
        assert 1 == connection.execute("SELECT count(*) FROM facts").fetchone()[0]


def test_reader_waits_for_no_writer(tmp_path: Path) -> None:
    """A screen shows the last whole state while the worker writes."""
    database = Database(tmp_path / "phone.sqlite")
    with database.writing() as writer:
        writer.execute("INSERT INTO facts VALUES ('a', x'01')")
        with database.reading() as reader:
            assert 0 == reader.execute("SELECT count(*) FROM facts").fetchone()[0]


def test_many_threads_write_and_read(tmp_path: Path) -> None:
    """One after the other, and none is lost."""
    store = open_store(tmp_path / "phone", KeyFile(tmp_path / "phone.key"))

    def work(number: int) -> None:
        for each in range(5):
            store.facts.put(f"{number}.{each}", each)
            assert each == store.facts.get(f"{number}.{each}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.database.reading() as connection:
        assert 31 == connection.execute("SELECT count(*) FROM facts").fetchone()[0]
    store.close()


def test_second_sender_is_told(tmp_path: Path) -> None:
    """Until the first lets go, or ends."""
    first, second = Sole(tmp_path / "sending"), Sole(tmp_path / "sending")
    first.take()
    with pytest.raises(AlreadyRunning):
        second.take()
    first.release()
    first.release()
    second.take()
    second.release()
