"""What sheets and absences share: who may decide, how a decision is kept, when a request was received before, what is gone."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.adapters import settings
from backend.attendance.paper import rules
from backend.attendance.paper.models import AbsenceDecision, SheetDecision
from backend.attendance.paper.sealed import Owner, content_hash, open_words, seal_words
from backend.clock import now
from backend.errors import Conflict, NotAllowed
from backend.people.keys import KeyErased
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
Row = TypeVar("Row", SheetDecision, AbsenceDecision)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A decision as staff see it."""

    outcome: str
    words: str | None  # None: nobody can open them any more
    decided_by: UUID
    decided_at: datetime
    on_appeal: bool


def require_another(by: Principal, involved: Collection[UUID]) -> None:
    """Refuse whoever entered the thing or brought its papers, the administrator too."""
    if by.user_id in involved:
        raise NotAllowed(
            _(
                "You entered this or brought its papers, so another member of staff must decide: ask a dispatcher of the "
                "district or an administrator."
            )
        )


def same_again(owner: Owner, known_hash: str, manifest: bytes, files: Sequence[bytes]) -> bool:
    """Whether a request has the content that is known; of an erased person nobody can tell."""
    try:
        return hmac.compare_digest(known_hash, content_hash(owner, manifest, files))
    except KeyErased as error:
        raise Conflict(_("This person's data was erased.")) from error


def add_decision(
    decisions: list[Row], row: Row, owner: Owner, by: Principal, words: str, *, appeal_id: UUID | None = None
) -> None:
    """Append a decision with its words sealed; for an erased person, on appeal, it stands without them."""
    row.number = len(decisions) + 1
    row.id = rules.decision_id(owner.id, row.number)
    row.decided_by, row.decided_at, row.appeal_id = by.user_id, now(), appeal_id
    try:
        row.sealed_words = seal_words(owner, f"decision:{row.number}", words.strip())
    except KeyErased:
        row.sealed_words = None
    decisions.append(row)


def decided(owner: Owner, decisions: Sequence[SheetDecision | AbsenceDecision]) -> Decided | None:
    """The decision that stands, with its words open; None while there is none."""
    if not decisions:
        return None
    last = decisions[-1]
    return Decided(
        outcome=last.outcome.value,
        words=open_words(owner, f"decision:{last.number}", last.sealed_words),
        decided_by=last.decided_by,
        decided_at=last.decided_at,
        on_appeal=last.appeal_id is not None,
    )


def require_kept(purged_at: datetime | None) -> None:
    """Refuse to show a file whose time is over, and say so: it is not lost."""
    if purged_at is None:
        return
    day = purged_at.astimezone(ZoneInfo(settings().time_zone)).date()
    message = _(
        "Its time is over: the file was deleted on {day}, as the rules of keeping papers say. Its SHA-256 and what was "
        "decided stay."
    )
    raise Conflict(message.format(day=day.isoformat()), slug="paper-purged")
