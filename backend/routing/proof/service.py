"""The reconciliation of a route: made when it is asked for, kept when the route is closed; `drafts` has what workers made."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import owns_only
from backend.blobs import sha256_hex
from backend.clock import new_id, now
from backend.database import db, transaction
from backend.ledger.service import log_access, record
from backend.routing import rows, service, streets_worked
from backend.routing.models import Route, RouteMove, RouteStop
from backend.routing.proof import drafts, gathering
from backend.routing.proof.drafts import as_kept
from backend.routing.proof.models import ProofDraft, RouteProofRow
from backend.routing.proof.rules.reconciling import RouteProof
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.vocabulary import Audience, RouteState

ACTION = "route_proofs.read"
SALT_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class ProofView:
    """A reconciliation with its values as they are kept, and what the stops are called."""

    route: Route
    route_version: int
    made_at: datetime
    matching: bool
    kept: bool
    content: dict[str, Any]
    titles: dict[UUID, str]


def read(route_id: UUID, by: Principal, *, anew: bool = False) -> ProofView:
    """The reconciliation kept when the route was closed; of a route that is not closed, or anew: as of now. The read is logged.

    The streets driven are sought by a worker: until it has found them, positions alone are what it is judged by.
    """
    route = rows.find(route_id, by, ACTION)
    if not owns_only(by, ACTION):
        log_access(by.actor, ACTION, f"route:{route.id}", now())
    kept = None if anew or route.state is not RouteState.CLOSED else _last(route.id)
    draft = None if kept is not None else drafts.fresh(route)
    matching = kept is None and draft is None and drafts.ask(route)
    names = sa.select(RouteStop.id, RouteStop.title).where(RouteStop.route_id == route.id)
    found: RouteProofRow | ProofDraft | None = kept or draft
    content = as_kept(gathering.proof_now(route)) if found is None else dict(found.content or {})
    return ProofView(
        route=route,
        route_version=route.version if kept is None else kept.route_version,
        made_at=(found.made_at if found is not None else None) or now(),
        matching=matching,
        kept=kept is not None,
        content=content,
        titles={row.id: row.title for row in db.session().execute(names)},
    )


@service.follow_moves
def keep(route: Route) -> None:
    """Have the reconciliation of a route kept that has just been closed; what comes after a worker made it changes it no more.

    A draft that is given up was nobody's to drive.
    """
    if route.state is RouteState.CLOSED and _was_released(route.id):
        drafts.call_due(route)


def prove(route_id: UUID) -> None:
    """Make a route's reconciliation by the streets driven; keep it when that is due. What changed meanwhile is left to another try."""
    with transaction(read_only=True):
        made = drafts.make(route_id)
    if made is not None:
        with transaction():
            route = db.session().get_one(Route, route_id, with_for_update=True, populate_existing=True)
            if drafts.holds(route, made):
                streets_worked.tell_by_track(route, made.proof)
            if drafts.store(route, made):
                _keep(route, made.proof)


def _keep(route: Route, proof: RouteProof) -> None:
    content, last = as_kept(proof), _last(route.id)
    salt = secrets.token_bytes(SALT_BYTES)
    row = RouteProofRow(
        id=new_id(),
        route_id=route.id,
        number=1 if last is None else last.number + 1,
        route_version=route.version,
        made_at=now(),
        content=content,
        content_hash=sha256_hex(canonical_json(content)),
        salt=salt,
    )
    db.session().add(row)
    codes = Counter(
        finding.code.value
        for findings in (proof.findings, *(stop.findings for stop in proof.stops))
        for finding in findings
    )
    record(
        "route.reconciled",
        actor="system",
        subject=f"route:{route.id}",
        at=row.made_at,
        audience=Audience.OPERATIONS,
        district_id=route.district_id,
        version=route.version,
        number=row.number,
        stops=dict(Counter(stop.state.value for stop in proof.stops)),
        presence=dict(Counter(stop.presence.value for stop in proof.stops)),
        findings=dict(sorted(codes.items())),
        evidence=hashlib.sha256(salt + row.content_hash.encode()).hexdigest(),
    )


def _was_released(route_id: UUID) -> bool:
    query = sa.select(RouteMove.number).where(
        RouteMove.route_id == route_id, RouteMove.target == RouteState.RELEASED
    )
    return db.session().scalar(query.limit(1)) is not None


def _last(route_id: UUID) -> RouteProofRow | None:
    query = sa.select(RouteProofRow).where(RouteProofRow.route_id == route_id)
    return db.session().scalar(query.order_by(RouteProofRow.number.desc()).limit(1))
