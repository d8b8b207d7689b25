"""Challenges over HTTP."""

from __future__ import annotations

from typing import Any

from backend.attendance.challenges import schemas, service, stock
from backend.attendance.spot_checks.drawing import hand_over
from backend.clock import now
from backend.web.blueprint import Blueprint
from backend.web.principal import current_principal

blp = Blueprint(
    "challenges", __name__, description="Challenges: which movements of the head a phone asks for"
)


@blp.route("/check-in-challenges", action="challenges.create", methods=("POST",))
@blp.arguments(schemas.ChallengeRequest)
@blp.response(201, schemas.ChallengeBatch)
def make_challenges(body: dict[str, Any]) -> dict[str, Any]:
    """Ask for movements of the head: one challenge before a check-in, or a batch before the phone goes offline."""
    principal = current_principal()
    issued = service.issue(principal, **body)
    held = hand_over(body["task_id"], principal.device_id, now()) if body["offline"] else []
    return {"items": issued, "spot_checks": held, "server_time": now()}


@blp.route("/check-in-challenges/stock", action="challenges.create", methods=("POST",))
@blp.arguments(schemas.StockRequest)
@blp.response(201, schemas.ChallengeStock)
def renew_stock(body: dict[str, Any]) -> dict[str, Any]:
    """Renew what a phone holds against a network that vanishes: short-lived challenges for whoever works around now."""
    return {"items": stock.renew(current_principal(), **body), "server_time": now()}
