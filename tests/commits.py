"""Commits of which nobody knows whether they are durable: the connection breaks before their answer comes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.orm import Session

from backend.database import db
from backend.uploads.models import EvidenceKey


@contextmanager
def answer_lost() -> Iterator[None]:
    """The first commit that makes the key of new photos durable raises ConnectionError nevertheless."""
    written: list[object] = []
    commit = Session.commit

    def note(session: Session, _context: object) -> None:
        written.extend(each for each in session.new if isinstance(each, EvidenceKey))

    def lose(session: Session) -> None:
        commit(session)
        if written:
            written.clear()
            raise ConnectionError("the server closed the connection")

    event.listen(db.session, "after_flush", note)
    try:
        with patch.object(Session, "commit", lose):
            yield
    finally:
        event.remove(db.session, "after_flush", note)
