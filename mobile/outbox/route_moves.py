"""A change of a route's state by its crew, as the outbox carries it: begun, or finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from shared.contracts import canonical_json, decode, encode, limits, parse_json
from shared.vocabulary import RouteState


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRoute:
    """Which route was moved where."""

    route_id: UUID = field(metadata=limits("The route"))
    to: RouteState = field(metadata=limits("Its new state"))

    def manifest(self) -> bytes:
        """What the outbox keeps of it."""
        return canonical_json(encode(self))


def read_route_move(manifest: bytes) -> MovedRoute:
    """The move that a manifest holds."""
    return decode(MovedRoute, parse_json(manifest))
