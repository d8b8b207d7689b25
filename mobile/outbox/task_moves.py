"""A change of a task's state, as the outbox carries it: it travels as a plain request, so its form is the phone's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts import canonical_json, decode, encode, limits, parse_json
from shared.vocabulary import TaskState


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedTask:
    """Which task was moved where, and why."""

    task_id: UUID = field(metadata=limits("The task"))
    to: TaskState = field(metadata=limits("Its new state"))
    reason: str = field(default="", metadata=limits("Why, where the move asks for it", max_length=500))

    def manifest(self) -> bytes:
        """What the outbox keeps of it."""
        return canonical_json(encode(self))


def read_move(manifest: bytes) -> MovedTask:
    """The move that a manifest holds."""
    return decode(MovedTask, parse_json(manifest))
