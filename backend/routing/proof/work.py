"""What workers do for proof of work: reconciliations by the streets driven, which takes a search in the city's network."""

from __future__ import annotations

from uuid import UUID

from backend.database import transaction
from backend.jobs import Lane, sweep, work
from backend.routing.proof import drafts, service


@work(drafts.WORK, lane=Lane.LONG)
def prove(route_id: UUID) -> None:
    """Reconcile one route."""
    service.prove(route_id)


@sweep(drafts.WORK)
def waiting_routes() -> list[UUID]:
    """Closed routes whose wake-up was lost."""
    with transaction(read_only=True):
        return drafts.waiting()
