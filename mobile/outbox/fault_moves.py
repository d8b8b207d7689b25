"""A change of a fault's state by the crew that repairs it, as the outbox carries it: begun, or repaired."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts import canonical_json, decode, encode, limits, parse_json
from shared.vocabulary import CaseState


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedFault:
    """Which fault was moved where; a repaired one says when, and which report shows it."""

    fault_id: UUID = field(metadata=limits("The case"))
    to: CaseState = field(metadata=limits("Its new state"))
    repaired_at: datetime | None = field(default=None, metadata=limits("When the repair was done"))
    proof_id: UUID | None = field(default=None, metadata=limits("The report whose photo shows it"))

    def manifest(self) -> bytes:
        """What the outbox keeps of it."""
        return canonical_json(encode(self))

    def body(self) -> dict[str, Any]:
        """What the server is asked for; who repaired it is whoever asks."""
        said = encode(self)
        body = {"to": said["to"], "reason": ""}
        if self.repaired_at is None:
            return body
        return body | {"repair": {"repaired_at": said["repaired_at"], "proof_id": said["proof_id"]}}


def read_fault_move(manifest: bytes) -> MovedFault:
    """The move that a manifest holds."""
    return decode(MovedFault, parse_json(manifest))
