"""Moves under ids that whoever asks has made: asked for again they get their first answer, whatever has become of the thing moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.blobs import sha256_hex
from backend.clock import now
from backend.database import Base, db
from backend.errors import Conflict
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.i18n import Message

_ = Message


class AskedMoveRow(Base):
    """What every table of asked moves keeps, beside which thing was to go where."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    received_at: Mapped[datetime]
    changed: Mapped[bool]  # false: the thing was there already


Row = TypeVar("Row", bound=AskedMoveRow)
Moved = TypeVar("Moved")


def move_once(
    kept: type[Row],
    move_id: UUID,
    content: Mapping[str, str],
    by: Principal,
    *,
    lock: Callable[[], Moved],
    move: Callable[[Moved], Mapping[str, Any]],
) -> Row:
    """Make a move once. A known id is answered as the first time, also when the thing has left the principal's reach since.

    ``lock`` finds and locks what is moved; ``move`` moves it and gives the row's own columns. Conflict when the id stands
    for another move. What is refused is not kept: it may be asked for again under its id.
    """
    content_hash = sha256_hex(canonical_json(dict(content)))
    known = _known(kept, move_id, content_hash, by)
    if known is not None:
        return known
    found = lock()
    known = _known(
        kept, move_id, content_hash, by
    )  # the same request at once may have waited for the lock first
    if known is not None:
        return known
    facts = move(found)
    row = kept(id=move_id, content_hash=content_hash, asked_by=by.user_id, received_at=now(), **facts)
    db.session().add(row)
    return row


def _known(kept: type[Row], move_id: UUID, content_hash: str, by: Principal) -> Row | None:
    known = db.session().get(kept, move_id)
    if known is not None and (known.asked_by, known.content_hash) != (by.user_id, content_hash):
        message = _(
            "There is a move {id} with other content: what was received first stands; choose a new id."
        )
        raise Conflict(message.format(id=str(move_id)))
    return known
