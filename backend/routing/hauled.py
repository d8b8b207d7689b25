"""A loader's report that counts tells winter: the pile there is hauled, or not after all."""

from __future__ import annotations

import structlog

from backend.errors import NotFound
from backend.routing.models import Route, RouteStop, StopReport
from backend.winter import service as winter
from shared.vocabulary import StopAction, StopState

log = structlog.get_logger()


def tell_winter(route: Route, stop: RouteStop, report: StopReport, actor: str) -> None:
    """Record or withdraw what a loader's stop hauls, in the transaction that takes the report; trucks' loads are the same snow."""
    haul = stop.haul or {}
    if stop.action is not StopAction.LOAD or "pile" not in haul or "partner" in haul:
        return
    if report.state is not StopState.DONE:
        winter.withdraw_hauled(stop.id, actor=actor)
        return
    try:
        winter.record_hauled(
            haul["pile"],
            done_at=report.captured_at,
            volume_m3=haul["m3"],
            is_rest_gone=bool(haul.get("rest_gone")),
            route_id=route.id,
            stop_id=stop.id,
            vehicle_id=route.vehicle_id,
            by_track=False,
            actor=actor,
        )
    except NotFound:  # a report is received whatever the plan says
        log.warning("stop_names_no_pile", stop_id=str(stop.id), pile=haul["pile"])
