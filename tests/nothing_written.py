"""Proof that a refused request left nothing behind: the same rows, the same head of the ledger, the same blobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from flask import Flask

from backend.blobs import FolderBlobs
from backend.database import Base, db, transaction
from backend.ledger.models import LedgerEntry


@dataclass(frozen=True)
class Traces:
    """What a request may leave: rows by table, the ledger's head, the names of sealed blobs."""

    rows: dict[str, int]
    head: str | None
    blobs: frozenset[str]


def traces(app: Flask) -> Traces:
    """What is there now."""
    with app.app_context(), transaction(read_only=True) as session:
        rows = {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }
        head = session.scalar(sa.select(LedgerEntry.hash).order_by(LedgerEntry.id.desc()).limit(1))
    with app.app_context():
        db.session.remove()
    store = app.extensions["qala_blobs"]
    assert isinstance(store, FolderBlobs)
    return Traces(rows, head, frozenset(path.name for path in store.folder.rglob("*") if path.is_file()))


@contextmanager
def nothing_written(app: Flask) -> Iterator[None]:
    """The block leaves no row, no ledger entry and no blob."""
    before = traces(app)
    yield
    after = traces(app)
    assert before.rows == after.rows
    assert before.head == after.head
    assert before.blobs == after.blobs
