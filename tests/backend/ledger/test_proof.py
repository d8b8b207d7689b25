"""Proofs under trouble: broken bytes, replaced rows, commits out of order, an export of a ledger that grows."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DatabaseError
from structlog.testing import capture_logs

from backend.database import db, transaction
from backend.ledger import proof, work
from backend.ledger.models import AccessEntry
from backend.ledger.service import log_access
from tests.backend.ledger.test_service import act, forge, second_place
from tests.conftest import Clock
from tests.test_verify_ledger import alone

pytestmark = pytest.mark.usefixtures("in_app")

REPLACING = {
    "ledger_entries": "SELECT id, 'forged', subject, audience, district_id, content, 'forged' FROM ledger_entries",
    "ledger_anchors": "SELECT id, day, 0, statement FROM ledger_anchors",
    "access_entries": "SELECT id, at, 'user:2', action, subject, hash FROM access_entries",
}
ANOTHER_WAY_IN = {
    "the hash": "(id, kind, subject, audience, content, hash) SELECT 9, kind, subject, audience, content, hash FROM ledger_entries",
    "the row's own number": "(rowid, id, kind, subject, audience, content, hash) SELECT rowid, 9, kind, subject, audience, content, 'x' FROM ledger_entries",
}


def sqlite_only() -> None:
    """What PostgreSQL has no word for."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no INSERT OR REPLACE, and ON CONFLICT DO UPDATE asks the UPDATE trigger")


@pytest.mark.parametrize("table", REPLACING)
def test_a_row_cannot_be_replaced(clock: Clock, table: str) -> None:
    """INSERT OR REPLACE removes the old row without asking the trigger that forbids to delete."""
    sqlite_only()
    with transaction():
        log_access("user:1", "people.read", "person:1", clock())
    work.anchor_now()
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(sa.text(f"INSERT OR REPLACE INTO {table} {REPLACING[table]}"))


@pytest.mark.parametrize("columns", ANOTHER_WAY_IN.values(), ids=ANOTHER_WAY_IN)
def test_an_entry_cannot_be_replaced_by_another_way(clock: Clock, columns: str) -> None:
    """A row gives way to whatever is unique in it."""
    sqlite_only()
    act(clock)
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(sa.text(f"INSERT OR REPLACE INTO ledger_entries {columns}"))


@pytest.mark.parametrize(
    "content", [r"'{\"id\"\:2'", "'5'", "'NaN'", r"'{\"id\"\:NaN}'", "'[]'", "''", "CAST(x'7BFF7D' AS TEXT)"]
)
def test_content_that_is_no_entry_is_found_and_named(clock: Clock, content: str) -> None:
    """A flipped byte may break the JSON, or the text itself; so may the stand-alone script say of the export."""
    if content.startswith("CAST") and db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no text that is not UTF-8")
    for _number in range(3):
        act(clock)
    forge(f"UPDATE ledger_entries SET content = {content} WHERE id = 2")
    with transaction(read_only=True):
        flaw = proof.verify()
        lines = list(proof.export_lines(clock()))
    assert flaw is not None
    assert (2, "its content does not match its hash") == (flaw.entry_id, flaw.what)
    with pytest.raises(alone.Flaw, match=r"^entry 2:"):
        alone.verify(lines)


@pytest.mark.parametrize("column", ["kind", "district_id"])
def test_a_column_that_cannot_be_read_is_found_and_named(clock: Clock, column: str) -> None:
    """Also among whole ones."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no text that is not UTF-8 and no UUID that is none")
    for _number in range(3):
        act(clock)
    forge(f"UPDATE ledger_entries SET {column} = CAST(x'FF' AS TEXT) WHERE id = 2")
    with transaction(read_only=True):
        flaw = proof.verify()
    assert flaw is not None
    assert 2 == flaw.entry_id


@pytest.mark.parametrize(
    "forgery", ["UPDATE access_entries SET at = 'then'", "UPDATE ledger_anchors SET statement = '{'"]
)
def test_anchors_and_reads_that_cannot_be_read_are_flaws(clock: Clock, forgery: str) -> None:
    """A sentence, not a failure."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no time that is none and no JSON that is none")
    with transaction():
        log_access("user:1", "people.read", "person:1", clock())
    work.anchor_now()
    forge(forgery)
    with transaction(read_only=True):
        flaw = proof.verify()
    assert flaw is not None
    assert "cannot be read" in flaw.what


def test_a_read_that_commits_late_is_no_flaw(app: Flask, clock: Clock) -> None:
    """Its id was drawn before the anchor's last one: the anchor waits for it, or the root would not hold for ever."""
    if db.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time: ids commit in order")
    act(clock)
    late = db.engine.connect()
    begun = late.begin()
    late.execute(
        sa.insert(AccessEntry).values(
            at=clock(), actor="user:1", action="a", subject="s", hash=access_hash(clock, "user:1")
        )
    )
    with app.app_context(), transaction() as session:
        log_access("user:2", "a", "s", clock())
        session.flush()
        assert 2 == session.scalar(sa.select(sa.func.max(AccessEntry.id)))

    def anchor() -> None:
        with app.app_context():
            work.anchor_now()

    with ThreadPoolExecutor(1) as pool:
        anchoring = pool.submit(anchor)
        while not anchoring.done() and not waiting_for_a_lock():
            threading.Event().wait(0.01)
        begun.commit()
        late.close()
        anchoring.result(timeout=60)
    with transaction(read_only=True):
        assert proof.verify() is None


def access_hash(clock: Clock, actor: str) -> str:
    """The hash of the read that commits late."""
    from backend.ledger import service

    return service.access_hash(clock(), actor, "a", "s")


def waiting_for_a_lock() -> bool:
    """Whether somebody waits for a table in this database."""
    question = "SELECT count(*) FROM pg_locks JOIN pg_class ON pg_class.oid = relation WHERE NOT granted AND relname = 'access_entries'"
    with db.engine.connect() as connection:
        return bool(connection.scalar(sa.text(question)))


def test_an_export_is_sealed_at_its_last_line(app: Flask, clock: Clock) -> None:
    """What is appended between the last page and the signature belongs to the next export."""
    act(clock)
    pages = 0

    def append_after_the_last_page(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal pages
        if statement.startswith("SELECT ledger_entries.id, ledger_entries.kind"):
            pages += 1
            if pages == 2:  # the empty one
                with app.app_context():
                    act(clock)

    listening: tuple[Any, str, Callable[..., None]] = (
        db.engine,
        "after_cursor_execute",
        append_after_the_last_page,
    )
    sa.event.listen(*listening)
    try:
        with transaction(read_only=True):
            lines = list(proof.export_lines(clock()))
    finally:
        sa.event.remove(*listening)
    assert (2, 2) == (pages, len(lines))
    assert 1 == alone.verify(lines).entries
    with transaction(read_only=True):
        assert 2 == alone.verify(proof.export_lines(clock())).entries


def test_a_second_place_that_is_not_there_is_never_made(
    app: Flask, clock: Clock, client: FlaskClient, tmp_path: Path
) -> None:
    """It would lie on this machine, where the mount is missing; the log and /readyz say so, and the anchor follows later."""
    place = tmp_path / "elsewhere"
    app.config["QALA"] = replace(app.config["QALA"], anchor_dir=place)
    act(clock)
    with capture_logs() as logged:
        work.anchor_today()
    assert not place.exists()
    assert [("anchor_dir_missing", str(place))] == [(line["event"], line["anchor_dir"]) for line in logged]
    answer = client.get("/readyz")
    assert (503, ["QALA_ANCHOR_DIR is not there: mount it"]) == (answer.status_code, answer.json["problems"])  # type: ignore[index]
    with transaction(read_only=True), pytest.raises(FileNotFoundError):
        proof.send_anchor(proof.anchors()[0], place)
    place.mkdir()
    work.anchor_today()
    assert 1 == len(list(place.iterdir()))


def test_readiness_warns_when_anchors_are_late(
    app: Flask, clock: Clock, client: FlaskClient, tmp_path: Path
) -> None:
    """A ledger younger than two days need not have one; a quiet ledger's new anchor is the file that is there already."""
    second_place(app, tmp_path)

    def warnings() -> Any:
        return json.loads(client.get("/readyz").data)["warnings"]

    assert [] == warnings()
    act(clock)
    clock.advance(hours=47)
    assert [] == warnings()
    clock.advance(hours=2)
    assert [work.STALE] == warnings()
    work.anchor_today()
    assert [] == warnings()
    clock.advance(hours=49)
    assert [work.STALE] == warnings()
    work.anchor_today()
    assert [] == warnings()
    assert 1 == len(list((tmp_path / "elsewhere").iterdir()))
    for file in (tmp_path / "elsewhere").iterdir():
        file.unlink()
    assert [work.STALE] == warnings()


def test_readiness_warns_without_a_second_place_too(app: Flask, clock: Clock, client: FlaskClient) -> None:
    """The daily work must run in any case, and a broken first entry hides nothing."""
    act(clock)
    clock.advance(hours=49)
    assert work.STALE in client.get("/readyz").json["warnings"]  # type: ignore[index]
    forge("UPDATE ledger_entries SET content = '5'")
    assert work.STALE in client.get("/readyz").json["warnings"]  # type: ignore[index]
    with transaction():
        proof.anchor_head(clock() - timedelta(hours=1), clock().date())
    assert work.STALE not in client.get("/readyz").json["warnings"]  # type: ignore[index]
