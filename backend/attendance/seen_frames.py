"""Pictures that have been sent before: the very bytes of a frame prove one check-in and never a second one.

Kept for good, also when the pictures themselves are purged or erased, so only as keyed hashes: nobody without the secret can
tell whether a picture that they hold was ever sent. A picture that was saved anew has other bytes and is not found here;
the movements of the head, which are drawn afresh for each check-in, are what stops that.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from backend.adapters import settings
from backend.database import Base, db

CONTEXT = b"qala-seen-frame-1\n"


class SeenFrame(Base):
    """A picture's keyed hash, and the first check-in that brought it (written just before that check-in's row)."""

    __tablename__ = "seen_frames"

    frame_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    check_in_id: Mapped[UUID]


def remember(check_in_id: UUID, sha256s: Iterable[str]) -> None:
    """Note a check-in's frames; those that another brought first stay the other's.

    On PostgreSQL this waits for another check-in that is just bringing the same ones; in one order, so that two of them
    never wait for each other.
    """
    rows = [{"frame_hash": digest, "check_in_id": check_in_id} for digest in sorted(_keyed(sha256s))]
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session().execute(insert(SeenFrame).values(rows).on_conflict_do_nothing())


def seen_elsewhere(check_in_id: UUID, sha256s: Iterable[str]) -> bool:
    """Whether any of these frames was sent with another check-in before; ask after ``remember``."""
    query = sa.select(SeenFrame.frame_hash).where(
        SeenFrame.frame_hash.in_(_keyed(sha256s)), SeenFrame.check_in_id != check_in_id
    )
    return db.session().scalar(query.limit(1)) is not None


def _keyed(sha256s: Iterable[str]) -> set[str]:
    secret = settings().secret_bytes("search_key")
    return {
        hmac.new(secret, CONTEXT + bytes.fromhex(digest), hashlib.sha256).hexdigest() for digest in sha256s
    }
