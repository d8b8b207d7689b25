"""Evidence that a task asks for before it is done: features above declare how to tell whether it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from shared.vocabulary import EvidenceKind

PRESENT: dict[EvidenceKind, Callable[[UUID], bool]] = {}


def declare_evidence(kind: EvidenceKind, is_present: Callable[[UUID], bool]) -> None:
    """Let a feature say how to tell whether a task has a kind of evidence."""
    PRESENT[kind] = is_present


def missing_evidence(task_id: UUID, required: Iterable[EvidenceKind]) -> list[EvidenceKind]:
    """The required kinds that are not there; a kind that no feature provides yet cannot be held against anybody."""
    return [kind for kind in required if kind in PRESENT and not PRESENT[kind](task_id)]
