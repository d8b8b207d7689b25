"""What an appeal may be about: features declare their kinds here, appeals know none of them by name.

A feature whose decisions can be appealed against calls, where its service module ends::

    declare_subject(
        "paper_sheet",
        look=look_at_sheet,    # (sheet_id, lock=…) -> Subject | None
        uphold=sheet_upheld,   # (sheet_id, ruling) -> None
    )

``look`` answers what appeals must know, or None when there is no such thing; with ``lock=True`` it locks the row until the
transaction ends (``with_for_update=True, populate_existing=True``). It checks no permission: appeals do. ``uphold`` makes
what the person asked for stand (a refused sheet counts, an absence is confirmed, a gap is credited): it appends the
feature's own decision row, sets what stands and records the feature's own ledger entry, all in the caller's transaction.
An appeal by the person never makes things worse for the person. ``reject`` is called when what was decided stays;
``reopen`` when an appeal is filed, ``close`` when it is withdrawn: all three may be left out.

Appeals bar from deciding: everybody in ``Subject.involved`` and whoever filed the appeal. So ``involved`` names whoever
captured or entered the thing AND whoever has ever decided on it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from backend.web.principal import Principal
from shared.vocabulary import DecisionReason


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What appeals know of the thing an appeal is about."""

    person_id: UUID
    district_id: UUID
    decided_at: (
        datetime | None
    )  # when what stands was decided; None: nothing was yet, so nothing can be appealed
    involved: frozenset[UUID]  # users who captured, entered or ever decided it


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The decision on an appeal, as the feature that owns the subject hears it."""

    appeal_id: UUID
    by: Principal
    at: datetime
    reason: DecisionReason
    words: str  # may name people: seal them with the person's key or leave them to the appeal, which keeps them sealed


class Look(Protocol):
    """Reads a subject, locked until the transaction ends if wished; None when there is none."""

    def __call__(self, subject_id: UUID, /, *, lock: bool) -> Subject | None: ...


def nothing(_subject_id: UUID, _about: object) -> None:
    """The hook of a feature to which this makes no difference."""


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """How one feature takes part in appeals."""

    look: Look
    uphold: Callable[[UUID, Ruling], None]
    reject: Callable[[UUID, Ruling], None]
    reopen: Callable[[UUID, UUID], None]  # subject, appeal
    close: Callable[[UUID, UUID], None]  # subject, appeal


KINDS: dict[str, SubjectKind] = {}


def declare_subject(
    kind: str,
    *,
    look: Look,
    uphold: Callable[[UUID, Ruling], None],
    reject: Callable[[UUID, Ruling], None] = nothing,
    reopen: Callable[[UUID, UUID], None] = nothing,
    close: Callable[[UUID, UUID], None] = nothing,
) -> None:
    """Let appeals be about a kind of thing: ``check_in``, ``absence``, ``paper_sheet`` or ``gap``."""
    KINDS[kind] = SubjectKind(look=look, uphold=uphold, reject=reject, reopen=reopen, close=close)
