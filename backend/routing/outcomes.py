"""Who must know when a stop's outcome is settled anew: what was emptied or cleared rests on the report that counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.database import db
from backend.routing.models import Route, RouteStop, StopReport
from shared.vocabulary import StopState


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a stop by the report that counts; ``done`` is False when a later report took «done» back."""

    stop_id: UUID
    site_id: UUID
    route_id: UUID
    vehicle_id: UUID | None
    done: bool
    at: datetime
    reported_by: UUID
    actor: str


Follow = Callable[[Outcome], None]
FOLLOWERS: list[Follow] = []


def follow_outcomes(follower: Follow) -> Follow:
    """Have a function called inside the transaction that takes a report of a stop with a site; again with each that counts."""
    FOLLOWERS.append(follower)
    return follower


def settled(route: Route, stop: RouteStop, report: StopReport, actor: str) -> None:
    """Say that a report counts from now on; stops without a site concern nobody."""
    if stop.site_id is None:
        return
    outcome = Outcome(
        stop_id=stop.id,
        site_id=stop.site_id,
        route_id=route.id,
        vehicle_id=route.vehicle_id,
        done=report.state is StopState.DONE,
        at=report.captured_at,
        reported_by=report.reported_by,
        actor=actor,
    )
    db.session().flush()
    for follower in FOLLOWERS:
        follower(outcome)
