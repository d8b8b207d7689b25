"""Recording accountable acts and reads of personal data, and reading the ledger; `proof` anchors, checks and exports it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.database import db
from backend.ledger import rules
from backend.ledger.models import AccessEntry, LedgerEntry
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.vocabulary import Audience

CHAIN_LOCK = 0x51414C41  # "QALA": the advisory lock under which PostgreSQL appends
WAKE_CHANNEL = "qala_ledger"
PAGE = 1000


def record(
    kind: str,
    /,
    *,
    actor: str,
    subject: str,
    at: datetime,
    audience: Audience,
    district_id: UUID | None = None,
    on_append: Callable[[int, str], None] | None = None,
    **facts: Any,
) -> None:
    """Remember an act until this transaction commits; the chain is extended last, so its lock is held for microseconds.

    ``facts`` hold no personal data: opaque ids, salted hashes, numbers, outcomes. ``on_append(id, hash)`` is called inside
    the commit, for rows that keep their entry's place.
    """
    db.session().info.setdefault("ledger", []).append(
        (
            {
                "kind": kind,
                "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
                "actor": actor,
                "subject": subject,
                "audience": audience.value,
                "district_id": str(district_id) if district_id else None,
                "facts": facts,
            },
            on_append,
        )
    )


def log_access(actor: str, action: str, subject: str, at: datetime) -> None:
    """Note a read of personal data; written with the transaction that reads."""
    db.session().add(
        AccessEntry(
            at=at, actor=actor, action=action, subject=subject, hash=access_hash(at, actor, action, subject)
        )
    )


def access_hash(at: datetime, actor: str, action: str, subject: str) -> str:
    """SHA-256, hex, of one access-log entry."""
    content = {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "action": action,
        "subject": subject,
    }
    return hashlib.sha256(canonical_json(content)).hexdigest()


def install_chain() -> None:
    """Extend the chain at the end of every committing transaction; once more changes nothing, for all applications of a process share the session."""
    if not event.contains(db.session, "before_commit", _append):
        event.listen(db.session, "before_commit", _append)
        event.listen(db.session, "after_soft_rollback", _forget)


def _forget(session: Session, _previous: object) -> None:
    session.info.pop("ledger", None)


def _append(session: Session) -> None:
    pending = session.info.pop("ledger", None)
    if not pending:
        return
    session.flush()
    postgresql = session.get_bind().dialect.name == "postgresql"
    if postgresql:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(CHAIN_LOCK)))
    last = session.execute(
        sa.select(LedgerEntry.id, LedgerEntry.hash).order_by(LedgerEntry.id.desc()).limit(1)
    ).first()
    last_id, last_hash = (last.id, last.hash) if last else (0, rules.GENESIS)
    for act, on_append in pending:
        entry = rules.next_entry(last_id, last_hash, **act)
        last_id, last_hash = entry["id"], entry["hash"]
        session.execute(
            sa.insert(LedgerEntry).values(
                id=last_id,
                kind=entry["kind"],
                subject=entry["subject"],
                audience=entry["audience"],
                district_id=UUID(entry["district_id"]) if entry["district_id"] else None,
                content=canonical_json(entry).decode(),
                hash=last_hash,
            )
        )
        if on_append is not None:
            on_append(last_id, last_hash)
    session.flush()
    if postgresql:
        session.execute(sa.select(sa.func.pg_notify(WAKE_CHANNEL, str(last_id))))


def entries_after(after_id: int, *, limit: int, viewer: Principal | None = None) -> list[LedgerEntry]:
    """Entries that follow an id, oldest first, filtered by audience and district alone."""
    query = sa.select(LedgerEntry).where(LedgerEntry.id > after_id).order_by(LedgerEntry.id).limit(limit)
    return list(db.session().scalars(_visible(query, viewer)))


def entries_before(
    before_id: int | None, *, limit: int, viewer: Principal | None = None
) -> list[LedgerEntry]:
    """The newest entries, newest first, or those before an id."""
    query = sa.select(LedgerEntry).order_by(LedgerEntry.id.desc()).limit(limit)
    if before_id is not None:
        query = query.where(LedgerEntry.id < before_id)
    return list(db.session().scalars(_visible(query, viewer)))


def _visible(query: sa.Select[LedgerEntry], viewer: Principal | None) -> sa.Select[LedgerEntry]:
    if viewer is None:
        return query
    query = query.where(LedgerEntry.audience.in_(sorted(each.value for each in viewer.audiences)))
    if viewer.district_ids is not None:
        query = query.where(
            sa.or_(LedgerEntry.district_id.is_(None), LedgerEntry.district_id.in_(viewer.district_ids))
        )
    return query


def last_id() -> int:
    """The id of the newest entry, 0 for an empty ledger."""
    return db.session().scalar(sa.select(sa.func.max(LedgerEntry.id))) or 0


def all_entries() -> Iterator[dict[str, Any]]:
    """Every entry as it was hashed, oldest first, a page of rows at a time; one that cannot be read has no true hash."""
    after_id, limit = 0, PAGE
    while True:
        try:
            rows = entries_after(after_id, limit=limit)
        # Bytes on the disk that are no text or no UUID; an outage fails again below
        except (
            DBAPIError,
            ValueError,
        ):
            if limit > 1:
                limit = 1  # row by row up to the one that is broken
                continue
            after_id = (
                db.session()
                .scalars(sa.select(sa.func.min(LedgerEntry.id)).where(LedgerEntry.id > after_id))
                .one()
            )
            yield {"id": after_id, "hash": "unreadable"}
            limit = PAGE
            continue
        if not rows:
            return
        for row in rows:
            yield _as_hashed(row)
        after_id = rows[-1].id
        db.session().expunge_all()


def _as_hashed(row: LedgerEntry) -> dict[str, Any]:
    """A row's entry; where content and columns are not what was hashed, one whose hash cannot be right."""
    try:
        entry = json.loads(row.content)
        canonical = canonical_json(entry).decode() == row.content
    except (ValueError, RecursionError):
        return {"id": row.id, "hash": "unreadable"}
    if not canonical or not isinstance(entry, dict):
        return {"id": row.id, "hash": "not canonical"}
    same = (
        row.id,
        row.hash,
        row.kind,
        row.subject,
        row.audience,
        str(row.district_id) if row.district_id else None,
    )
    said = tuple(entry.get(name) for name in ("id", "hash", "kind", "subject", "audience", "district_id"))
    return entry if same == said else {**entry, "id": row.id, "hash": "columns differ"}
