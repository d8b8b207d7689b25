"""The ledger in the database: appended at commit, refused to change, provable with its access log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DatabaseError

from backend.database import db, transaction
from backend.ledger import proof, service
from backend.ledger.models import APPEND_ONLY, AccessEntry, LedgerEntry
from backend.ledger.service import log_access, record
from backend.ledger.work import anchor_today
from shared.vocabulary import Audience
from tests.conftest import Clock

pytestmark = pytest.mark.usefixtures("in_app")


def act(clock: Clock, kind: str = "test.done", **facts: object) -> None:
    """Record one act in its own transaction."""
    with transaction():
        record(kind, actor="user:1", subject="thing:1", at=clock(), audience=Audience.OPERATIONS, **facts)


def ids() -> list[int]:
    """The ids in the ledger."""
    with transaction(read_only=True):
        return [entry["id"] for entry in service.all_entries()]


def test_entries_are_numbered_without_gaps(clock: Clock) -> None:
    """Several in one transaction, in the order of the acts."""
    act(clock)
    with transaction():
        for kind in ("a.one", "a.two"):
            record(kind, actor="user:1", subject="thing:1", at=clock(), audience=Audience.OPERATIONS)
    assert [1, 2, 3] == ids()
    with transaction(read_only=True):
        assert proof.verify() is None


def test_a_rolled_back_act_leaves_no_entry(clock: Clock) -> None:
    """And no gap."""

    def act_and_fail() -> None:
        with transaction():
            record("never.done", actor="user:1", subject="thing:1", at=clock(), audience=Audience.OPERATIONS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act_and_fail()
    act(clock)
    assert [1] == ids()


def test_the_callback_learns_id_and_hash_inside_the_commit(clock: Clock) -> None:
    """A row may keep the place of its entry."""
    seen: list[tuple[int, str]] = []
    with transaction():
        record(
            "a.one",
            actor="user:1",
            subject="thing:1",
            at=clock(),
            audience=Audience.OPERATIONS,
            on_append=lambda entry_id, digest: seen.append((entry_id, digest)),
        )
    with transaction(read_only=True):
        assert [(row.id, row.hash) for row in service.entries_after(0, limit=10)] == seen


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET id = id + 100", "DELETE FROM {table}"])
def test_the_database_itself_refuses_changes(clock: Clock, table: str, statement: str) -> None:
    """Whoever has the application's database account cannot rewrite history by accident or haste."""
    act(clock)
    with transaction():
        log_access("user:1", "people.read", "person:1", clock())
    anchor_today()
    with pytest.raises(DatabaseError, match="append-only"), transaction() as session:
        session.execute(sa.text(statement.format(table=table)))


@pytest.mark.parametrize(
    ("statement", "entry_id"),
    [
        ("UPDATE ledger_entries SET content = replace(content, 'thing:2', 'thing:9') WHERE id = 2", 2),
        ("UPDATE ledger_entries SET audience = 'administration' WHERE id = 3", 3),
        ("DELETE FROM ledger_entries WHERE id = 2", 2),
        ("DELETE FROM ledger_entries WHERE id = 4", 4),
    ],
)
def test_what_an_attacker_with_the_disk_changes_is_found(
    app: Flask, clock: Clock, statement: str, entry_id: int
) -> None:
    """Triggers can be dropped by whoever owns the file; the chain and the anchors still tell."""
    for number in range(1, 5):
        with transaction():
            record(
                "a.one", actor="user:1", subject=f"thing:{number}", at=clock(), audience=Audience.OPERATIONS
            )
    with transaction():
        proof.anchor_head(clock(), clock().date())
    forge(statement)
    with transaction(read_only=True):
        flaw = proof.verify()
    assert flaw is not None
    assert entry_id == flaw.entry_id


def test_a_changed_access_log_is_found(clock: Clock) -> None:
    """Who looked at whom is anchored too."""
    with transaction():
        log_access("user:1", "people.read", "person:1", clock())
    anchor_today()
    with transaction(read_only=True):
        assert proof.verify() is None
    forge("UPDATE access_entries SET actor = 'user:2'")
    with transaction(read_only=True):
        flaw = proof.verify()
    assert flaw is not None
    assert "access log" in flaw.what


def test_a_day_is_anchored_once_and_the_anchor_leaves_the_machine(
    app: Flask, clock: Clock, tmp_path: Path
) -> None:
    """Running the daily work again changes nothing."""
    second_place(app, tmp_path)
    act(clock)
    anchor_today()
    anchor_today()
    with transaction(read_only=True):
        assert 1 == len(proof.anchors())
        assert proof.anchors() == proof.anchors_elsewhere(tmp_path / "elsewhere")
        assert proof.verify(tmp_path / "elsewhere") is None


def test_a_cut_off_tail_is_found_by_the_anchor_elsewhere(app: Flask, clock: Clock, tmp_path: Path) -> None:
    """Even when the anchors in the database are removed with it."""
    second_place(app, tmp_path)
    act(clock)
    act(clock)
    anchor_today()
    forge("DELETE FROM ledger_entries WHERE id = 2", "DELETE FROM ledger_anchors")
    with transaction(read_only=True):
        assert proof.verify() is None
        flaw = proof.verify(tmp_path / "elsewhere")
    assert flaw is not None
    assert 2 == flaw.entry_id


def test_readers_see_by_audience_and_district_alone(
    clock: Clock, district_id: UUID, other_district_id: UUID
) -> None:
    """What is filtered is fixed at append time."""
    start = max(ids())
    for place in (district_id, other_district_id, None):
        with transaction():
            record(
                "a.one", actor="u", subject="t", at=clock(), audience=Audience.SUPERVISION, district_id=place
            )
    with transaction():
        record("a.two", actor="u", subject="t", at=clock(), audience=Audience.ADMINISTRATION)

    class Viewer:
        audiences = frozenset({Audience.SUPERVISION})
        district_ids = frozenset({district_id})

    with transaction(read_only=True):
        seen = service.entries_after(start, limit=10, viewer=Viewer())  # type: ignore[arg-type]
    assert [district_id, None] == [row.district_id for row in seen]


def test_the_ledger_and_the_access_log_take_any_subject(clock: Clock) -> None:
    """Long runs of entries stay readable in pages."""
    for _number in range(3):
        act(clock, note=str(uuid4()))
    with transaction(read_only=True):
        newest = service.entries_before(None, limit=2)
        older = service.entries_before(newest[-1].id, limit=2)
        assert [3, 2, 1] == [row.id for row in [*newest, *older]]
        assert 0 == db.session().scalar(sa.select(sa.func.count()).select_from(AccessEntry))
        assert 3 == db.session().scalar(sa.select(sa.func.count()).select_from(LedgerEntry))


def second_place(app: Flask, tmp_path: Path) -> None:
    """A folder for anchors that is there, as a mounted disk would be."""
    (tmp_path / "elsewhere").mkdir()
    app.config["QALA"] = replace(app.config["QALA"], anchor_dir=tmp_path / "elsewhere")


def forge(*statements: str) -> None:
    """Do what somebody with the database's owner account could do: take the triggers off and change rows."""
    with transaction() as session:
        if session.get_bind().dialect.name == "sqlite":
            for (name,) in session.execute(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                session.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            for table in APPEND_ONLY:
                session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(sa.text(statement))
