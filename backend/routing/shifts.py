"""When a crew is at work: the routes and tasks that were handed to it. Its positions are kept only then."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from backend.database import db
from backend.fleet import service as fleet
from backend.fleet.service import Shift
from backend.routing import rows
from backend.routing.models import Route
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.vocabulary import RouteState, TaskState

MOST_TASKS = 200


def of_routes(by: Principal, since: datetime, until: datetime) -> list[Shift]:
    """The principal's routes that meet a span of time."""
    return _shifts(rows.own(sa.select(Route), by), since, until)


def of_vehicle(vehicle_id: UUID, since: datetime, until: datetime) -> list[Shift]:
    """The routes on which a vehicle is sent that meet a span of time."""
    sent = sa.select(Route).where(Route.vehicle_id == vehicle_id, Route.state != RouteState.DRAFT)
    return _shifts(sent, since, until)


def _shifts(query: sa.Select[Route], since: datetime, until: datetime) -> list[Shift]:
    """A vehicle or shift that nobody knows is left out: positions are kept without it rather than refused."""
    query = query.where(Route.starts_at <= until, Route.ends_at >= since)
    routes = db.session().scalars(query).all()
    vehicle_ids = fleet.existing_vehicles(route.vehicle_id for route in routes if route.vehicle_id)
    shift_ids = fleet.existing_shifts(route.shift_id for route in routes if route.shift_id)
    return [
        Shift(
            starts_at=route.starts_at,
            ends_at=route.ends_at,
            route_id=route.id,
            district_id=route.district_id,
            vehicle_id=route.vehicle_id if route.vehicle_id in vehicle_ids else None,
            shift_id=route.shift_id if route.shift_id in shift_ids else None,
        )
        for route in routes
    ]


def of_tasks(by: Principal, since: datetime, until: datetime) -> list[Shift]:
    """The principal's tasks that meet a span of time."""
    page = tasks.list_tasks(by, starts_before=until, ends_from=since, limit=MOST_TASKS)
    return [
        Shift(starts_at=task.starts_at, ends_at=task.ends_at)
        for task in page.items
        if task.state is not TaskState.CANCELLED
    ]
