"""A stop's report that counts tells the container site there: emptied, or not after all."""

from __future__ import annotations

import structlog

from backend.containers import service as containers
from backend.errors import NotFound
from backend.routing.models import Route, RouteStop, StopReport
from shared.vocabulary import StopState

log = structlog.get_logger()


def tell_site(route: Route, stop: RouteStop, report: StopReport, actor: str) -> None:
    """Record or withdraw the emptying of the stop's site, if it has one, in the transaction that takes the report."""
    if stop.site_id is None:
        return
    if report.state is not StopState.DONE:
        containers.withdraw_emptying(stop.id, actor=actor)
        return
    try:
        containers.record_emptying(
            stop.site_id,
            stop_id=stop.id,
            emptied_at=report.captured_at,
            actor=actor,
            route_id=route.id,
            vehicle_id=route.vehicle_id,
            reported_by=report.reported_by,
        )
    except NotFound:  # a report is received whatever the plan says
        log.warning("stop_names_no_site", stop_id=str(stop.id), site_id=str(stop.site_id))
