"""Reconciliations by the streets driven, made by workers: which are asked for, which are due to be kept, which are still true.

Matching a shift's positions takes a worker half a second, and the first time in a process some seconds: no request waits for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects import postgresql, sqlite

from backend.clock import now
from backend.database import db
from backend.errors import Conflict
from backend.fleet import service as fleet
from backend.jobs import wake
from backend.routing.models import Route
from backend.routing.proof import gathering
from backend.routing.proof.models import ProofDraft
from backend.routing.proof.rules.reconciling import RouteProof
from backend.routing.proof.schemas import KeptProof
from backend.streets import service as streets
from shared.vocabulary import RouteState

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch

WORK = "routing.prove"
ASK_EVERY = timedelta(seconds=10)  # wake-ups of readers who ask again and again
YOUNG = timedelta(seconds=60)  # a route that is being driven gets positions all the time
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Made:
    """A reconciliation, and what it was made of."""

    proof: RouteProof
    made_of: str
    positions: str


def fresh(route: Route) -> ProofDraft | None:
    """The last one made by streets while it still holds: newer positions may be missing for a minute, nothing else."""
    draft = db.session().get(ProofDraft, route.id)
    if draft is None or draft.made_at is None or draft.made_of != _made_of(route):
        return None
    young = route.state is RouteState.DRIVING and draft.made_at >= now() - YOUNG
    return draft if young or draft.positions == _positions(route.id) else None


def ask(route: Route) -> bool:
    """Have one made; False where there are no streets to search."""
    if streets.newest_import() is None:
        return False
    draft = _row(route.id)
    if draft.asked_at is None or draft.asked_at < now() - ASK_EVERY:
        draft.asked_at = now()
        wake(WORK, route.id)
    return True


def call_due(route: Route) -> None:
    """Have one made and kept."""
    _row(route.id).due = True
    wake(WORK, route.id)


def waiting() -> list[UUID]:
    """Routes whose reconciliation is still to be kept."""
    return list(db.session().scalars(sa.select(ProofDraft.route_id).where(ProofDraft.due)))


def make(route_id: UUID) -> Made | None:
    """A reconciliation by the streets driven, by positions alone where there are none; None when nobody needs one any more."""
    route, draft = db.session().get(Route, route_id), db.session().get(ProofDraft, route_id)
    if route is None or draft is None or (not draft.due and fresh(route) is not None):
        return None
    made_of, positions = _made_of(route), _positions(route_id)
    try:
        proof = gathering.proof_now(route, _search())
    except Exception:  # closing a route must not hang on its tracks
        log.exception("matching_failed", route=str(route_id))
        proof = gathering.proof_now(route)
    return Made(proof=proof, made_of=made_of, positions=positions)


def holds(route: Route, made: Made) -> bool:
    """Whether the route is still as it was when one was made."""
    return made.made_of == _made_of(route)


def store(route: Route, made: Made) -> bool:
    """Take one in, unless the route has changed since; returns whether it is to be kept."""
    if not holds(route, made):
        return False
    draft = _row(route.id)
    draft.made_of, draft.positions, draft.made_at = made.made_of, made.positions, now()
    draft.content = as_kept(made.proof)
    was_due, draft.due = draft.due, False
    return was_due


def as_kept(proof: RouteProof) -> dict[str, Any]:
    """A reconciliation as rows keep it."""
    found: dict[str, Any] = KeptProof().dump(proof)
    return found


def _row(route_id: UUID) -> ProofDraft:
    insert: Any = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    db.session().execute(insert(ProofDraft).values(route_id=route_id, due=False).on_conflict_do_nothing())
    return db.session().get_one(ProofDraft, route_id, with_for_update=True, populate_existing=True)


def _made_of(route: Route) -> str:
    newest = streets.newest_import()
    known = 0 if newest is None else newest.version
    return f"{route.version} {route.state.value} {route.changed_at.isoformat()} {route.report_count} {known}"


def _positions(route_id: UUID) -> str:
    count, last_at = fleet.heard_of_route(route_id)
    return f"{count} {last_at and last_at.isoformat()}"


def _search() -> StreetSearch | None:
    if streets.newest_import() is None:
        return None
    try:
        return streets.search()
    except Conflict:  # kept by a version that this one cannot read
        return None
