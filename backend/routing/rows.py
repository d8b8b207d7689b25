"""Routes between the database and the rules: which ones a principal reaches, and the plan that the rows hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for, owns_only
from backend.clock import new_id
from backend.database import db
from backend.errors import NotFound
from backend.routing.models import Route, RouteStop, route_assignees
from backend.routing.rules import turns
from backend.routing.rules.changes import Changes
from backend.routing.rules.plans import RoutePlan, Stop
from backend.routing.rules.states import DRAFT
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import StopState

_ = Message
STOP_FIELDS = (
    "action",
    "title",
    "detail",
    "lat",
    "lon",
    "line",
    "side",
    "arrive_at",
    "opens_at",
    "closes_at",
    "locked",
    "photo_needed",
    "site_id",
    "path",
    "segments",
    "haul",
)
HEAD_FIELDS = (
    "district_id",
    "kind",
    "title",
    "note",
    "task_id",
    "vehicle",
    "starts_at",
    "ends_at",
    "plan_id",
    "vehicle_id",
    "shift_id",
    "length_m",
)


def find(route_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Route:
    """A route on which the principal may do the action; locked until the transaction ends if wished."""
    query = in_scope(sa.select(Route).where(Route.id == route_id), by, action)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    route = db.session().scalar(query)
    if route is None:
        raise NotFound(_("route"), route_id)
    return route


def in_scope(query: sa.Select[Route], by: Principal, action: str) -> sa.Select[Route]:
    """The query, narrowed to the routes on which the principal may do the action."""
    if owns_only(by, action):
        return own(query, by)
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(Route.district_id.in_(allowed))


def own(query: sa.Select[Route], by: Principal) -> sa.Select[Route]:
    """The query, narrowed to routes handed to the principal that still lie in its districts."""
    mine = sa.select(route_assignees.c.route_id).where(route_assignees.c.user_id == by.user_id)
    query = query.where(Route.id.in_(mine), Route.state != DRAFT)
    return query if by.district_ids is None else query.where(Route.district_id.in_(by.district_ids))


def assignees_of(route_ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Who drives each of some routes."""
    found: dict[UUID, set[UUID]] = {route_id: set() for route_id in route_ids}
    query = sa.select(route_assignees).where(route_assignees.c.route_id.in_(found))
    for route_id, user_id in db.session().execute(query):
        found[route_id].add(user_id)
    return {route_id: frozenset(user_ids) for route_id, user_ids in found.items()}


def stops_of(route_ids: Collection[UUID]) -> dict[UUID, list[RouteStop]]:
    """The stops of the newest plans, in driving order."""
    found: dict[UUID, list[RouteStop]] = {route_id: [] for route_id in route_ids}
    query = sa.select(RouteStop).where(RouteStop.route_id.in_(route_ids), RouteStop.number.is_not(None))
    for stop in db.session().scalars(query.order_by(RouteStop.route_id, RouteStop.number)):
        found[stop.route_id].append(stop)
    return found


def all_stop_ids(route_id: UUID) -> set[UUID]:
    """The stops that a route has or had."""
    return set(db.session().scalars(sa.select(RouteStop.id).where(RouteStop.route_id == route_id)))


def plan_of(route: Route, stops: Sequence[RouteStop], assignee_ids: frozenset[UUID]) -> RoutePlan:
    """The plan that a route's rows hold."""
    return RoutePlan(
        **{name: getattr(route, name) for name in HEAD_FIELDS},
        assignee_ids=assignee_ids,
        stops=tuple(
            Stop(
                id=stop.id,
                instructions=turns.read(stop.instructions),
                **{name: getattr(stop, name) for name in STOP_FIELDS},
            )
            for stop in stops
        ),
    )


def write_plan(route: Route, plan: RoutePlan, changes: Changes) -> None:
    """Put a plan, whose stops all have ids, into a new or changed route; stops that it leaves out lose their number."""
    for name in HEAD_FIELDS:
        setattr(route, name, getattr(plan, name))
    session = db.session()
    session.add(route)
    session.flush()
    known = {
        stop.id: stop for stop in session.scalars(sa.select(RouteStop).where(RouteStop.route_id == route.id))
    }
    for stop_id in changes.removed:
        known[stop_id].number, known[stop_id].change = None, None
    for number, stop in enumerate(plan.stops, start=1):
        assert stop.id is not None
        row = known.get(stop.id) or RouteStop(
            id=stop.id, route_id=route.id, state=StopState.PLANNED, proof_missing=False
        )
        row.number, row.change = number, changes.change.get(stop.id)
        for name in STOP_FIELDS:
            setattr(row, name, getattr(stop, name))
        row.instructions = turns.written(stop.instructions)
        session.add(row)
    session.execute(sa.delete(route_assignees).where(route_assignees.c.route_id == route.id))
    if plan.assignee_ids:
        session.execute(
            sa.insert(route_assignees),
            [{"route_id": route.id, "user_id": each} for each in sorted(plan.assignee_ids)],
        )
    session.flush()


def with_ids(plan_stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """The stops, each new one with an id of its own."""
    return tuple(stop if stop.id is not None else replace(stop, id=new_id()) for stop in plan_stops)
