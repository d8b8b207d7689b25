"""What makes the ledger provable: signed anchors that leave the machine, verification, export."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app
from sqlalchemy.exc import DBAPIError

from backend.database import db
from backend.ledger import rules
from backend.ledger.models import AccessEntry, LedgerAnchor, LedgerEntry
from backend.ledger.service import access_hash, all_entries, record
from shared.encoding import canonical_json
from shared.vocabulary import Audience

UNREADABLE = (DBAPIError, ValueError)  # bytes on the disk that are no text, no time or no JSON


class NotAnAnchor(ValueError):
    """A file among the anchors is none; the text names it and the remedy."""


def signing_key() -> Ed25519PrivateKey:
    """The key that signs anchors."""
    return Ed25519PrivateKey.from_private_bytes(current_app.config["QALA"].secret_bytes("ledger_key"))


def public_key_hex() -> str:
    """The anchor key's public half, for those who check."""
    return signing_key().public_key().public_bytes_raw().hex()


def statement_of_head(at: datetime) -> dict[str, Any]:
    """An unsigned statement of the ledger as it stands."""
    last = (
        db.session()
        .execute(sa.select(LedgerEntry.id, LedgerEntry.hash).order_by(LedgerEntry.id.desc()).limit(1))
        .first()
    )
    return _statement(at, last.id, last.hash) if last else _statement(at, 0, rules.GENESIS)


def _statement(at: datetime, last_id: int, last_hash: str) -> dict[str, Any]:
    return {
        "v": rules.FORMAT,
        "made_at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "last_id": last_id,
        "last_hash": last_hash,
        "key": public_key_hex(),
    }


def anchor_access_log(at: datetime) -> None:
    """Bind the access log's newest entries into the ledger by one root hash."""
    if db.session().get_bind().dialect.name == "postgresql":
        # An id drawn earlier may commit later: wait for all who write, or an entry would join the range afterwards.
        db.session().execute(sa.text("LOCK TABLE access_entries IN SHARE MODE"))
    previous = db.session().scalar(
        sa.select(LedgerEntry.content)
        .where(LedgerEntry.kind == "access_log.anchored")
        .order_by(LedgerEntry.id.desc())
        .limit(1)
    )
    after_id = json.loads(previous)["facts"]["through_id"] if previous else 0
    rows = (
        db.session()
        .execute(
            sa.select(AccessEntry.id, AccessEntry.hash)
            .where(AccessEntry.id > after_id)
            .order_by(AccessEntry.id)
        )
        .all()
    )
    if not rows:
        return
    record(
        "access_log.anchored",
        actor="system",
        subject="access_log",
        at=at,
        audience=Audience.ADMINISTRATION,
        after_id=after_id,
        through_id=rows[-1].id,
        count=len(rows),
        root=rules.access_root(row.hash for row in rows),
    )


def anchor_head(at: datetime, day: date) -> dict[str, Any]:
    """Sign the ledger's head and keep the statement; ``send_anchor`` takes it to the second place afterwards."""
    anchor = rules.sign_anchor(statement_of_head(at), signing_key())
    db.session().add(LedgerAnchor(day=day, last_id=anchor["last_id"], statement=anchor))
    return anchor


def anchored_on(day: date) -> bool:
    """Whether the day has its anchor."""
    return (
        db.session().scalar(
            sa.select(sa.func.count()).select_from(LedgerAnchor).where(LedgerAnchor.day == day)
        )
        != 0
    )


def anchored_after(moment: datetime, folder: Path | None) -> bool:
    """Whether an anchor made later than this is kept; with a folder: kept there."""
    made = sa.select(LedgerAnchor.statement).where(LedgerAnchor.day >= moment.date() - timedelta(days=1))
    return any(
        _reads_before(moment, anchor.get("made_at"))
        and (folder is None or anchor_path(anchor, folder).exists())
        for anchor in db.session().scalars(made)
        if rules.is_anchor(anchor)
    )


def began_before(moment: datetime) -> bool:
    """Whether the ledger's first entry is older than this."""
    content = db.session().scalar(sa.select(LedgerEntry.content).order_by(LedgerEntry.id).limit(1))
    try:
        return content is not None and not _reads_before(moment, json.loads(content).get("at"))
    except (ValueError, AttributeError):
        return True  # broken: not a reason to be silent


def _reads_before(moment: datetime, text: object) -> bool:
    """Whether a moment is earlier than a time in a row's JSON; False for what is no time."""
    try:
        return moment < datetime.fromisoformat(str(text))
    except (ValueError, TypeError):
        return False


def send_anchor(anchor: dict[str, Any], folder: Path) -> Path:
    """Write an anchor durably to the second place; an anchor already there is never overwritten.

    FileNotFoundError when the place is not there: one that is made here would lie on this machine, where a mount is missing.
    """
    path = anchor_path(anchor, folder)
    if not path.exists():
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        with temporary.open("wb") as file:
            file.write(canonical_json(anchor))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    return path


def anchor_path(anchor: dict[str, Any], folder: Path) -> Path:
    """Where an anchor lies in the second place; anchors of the same head lie there once."""
    return folder / f"anchor-{anchor['last_id']:012d}-{anchor['last_hash'][:8]}.json"


def anchors() -> list[dict[str, Any]]:
    """Every anchor that this database remembers, oldest first."""
    return list(db.session().scalars(sa.select(LedgerAnchor.statement).order_by(LedgerAnchor.id)))


def anchors_elsewhere(folder: Path) -> list[dict[str, Any]]:
    """The anchors kept in the second place; raises NotAnAnchor for half a file and for somebody else's."""
    return [_read_anchor(path) for path in sorted(folder.glob("anchor-*.json"))]


def _read_anchor(path: Path) -> dict[str, Any]:
    try:
        anchor: Any = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        anchor = None
    if not rules.is_anchor(anchor):
        raise NotAnAnchor(f"{path} is not an anchor: copy it again")
    found: dict[str, Any] = anchor
    return found


def verify(elsewhere: Path | None = None) -> rules.Flaw | None:
    """Check the whole ledger, its anchors and the access log's roots; the first flaw or None."""
    kept = anchors_elsewhere(elsewhere) if elsewhere else []
    try:
        known = anchors() + kept
    except UNREADABLE as error:
        _refuse_outage(error)
        return rules.Flaw(0, "one of the anchors in the database cannot be read")
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex()))
    return rules.verify_chain(all_entries(), known, key) or _verify_access_log()


def _refuse_outage(error: Exception) -> None:
    """A database that went away says nothing about what it holds."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        raise error


def _verify_access_log() -> rules.Flaw | None:
    contents = db.session().scalars(
        sa.select(LedgerEntry.content)
        .where(LedgerEntry.kind == "access_log.anchored")
        .order_by(LedgerEntry.id)
    )
    for content in contents:
        entry = json.loads(content)
        facts = entry["facts"]
        query = sa.select(AccessEntry).where(
            AccessEntry.id > facts["after_id"], AccessEntry.id <= facts["through_id"]
        )
        try:
            rows = db.session().scalars(query.order_by(AccessEntry.id)).all()
        except UNREADABLE as error:
            _refuse_outage(error)
            return rules.Flaw(entry["id"], "the access log whose root was anchored here cannot be read")
        hashes = [access_hash(row.at, row.actor, row.action, row.subject) for row in rows]
        if len(hashes) != facts["count"] or rules.access_root(hashes) != facts["root"]:
            return rules.Flaw(entry["id"], "the access log differs from the root that was anchored here")
    return None


def export_lines(at: datetime) -> Iterator[bytes]:
    """The ledger as canonical JSON lines; the last line is a signed anchor of its head, so a cut-off end shows."""
    last_id, last_hash = 0, rules.GENESIS
    for entry in all_entries():
        yield canonical_json(entry) + b"\n"
        last_id, last_hash = entry["id"], entry["hash"]
    # Of the last line that was written, not of the newest entry: others append meanwhile.
    yield (
        canonical_json({"anchor": rules.sign_anchor(_statement(at, last_id, last_hash), signing_key())})
        + b"\n"
    )
