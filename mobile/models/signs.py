"""How a state looks: an icon, a word and a colour together, for a colour alone says nothing to many eyes."""

from __future__ import annotations

from dataclasses import dataclass

from shared.i18n import Message as _
from shared.vocabulary import TaskKind, TaskState


@dataclass(frozen=True, slots=True)
class Sign:
    """A state as it is shown; ``colour`` is the name of a design token."""

    icon: str
    word: _
    colour: str


TASKS: dict[TaskState, Sign] = {
    TaskState.DRAFT: Sign("✎", _("draft"), "wait"),
    TaskState.ASSIGNED: Sign("○", _("assigned"), "wait"),
    TaskState.IN_PROGRESS: Sign("▶", _("in progress"), "accent"),
    TaskState.DONE: Sign("✔", _("done"), "good"),
    TaskState.VERIFIED: Sign("☑", _("verified"), "good"),
    TaskState.CANCELLED: Sign("✖", _("cancelled"), "wait"),
}
LATE = Sign("⚠", _("late"), "warn")  # the window has ended and the task has not

KINDS: dict[TaskKind, _] = {
    TaskKind.PUBLIC_WORKS: _("public works"),
    TaskKind.INSPECTION: _("inspection"),
    TaskKind.REPAIR: _("repair"),
    TaskKind.WASTE: _("waste"),
    TaskKind.SNOW: _("snow"),
}
