"""Routes: planning them by hand, changing the plan and moving them on; `sheets` is what phones see, `receiving` what they send."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.fleet import service as fleet
from backend.ledger.service import record
from backend.routing import rows, shifts
from backend.routing.models import Route, RouteMove, RouteStop, RouteVersion, StopReport
from backend.routing.rules import changes, derived, plans, states
from backend.routing.rules.plans import Known
from backend.routing.rules.plans import RoutePlan as RoutePlan
from backend.routing.rules.plans import Stop as Stop
from backend.tasks import service as tasks
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.encoding import encode_value
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience, Role, RouteKind, RouteState, StopState

_ = Message
Follower = Callable[[Route], None]
FOLLOWERS: list[Follower] = []


@dataclass(frozen=True, kw_only=True)
class RouteView:
    """A route as planners see it: its row, who drives it, its stops and moves; reports where they were asked for."""

    route: Route
    assignee_ids: frozenset[UUID]
    stops: Sequence[RouteStop]
    moves: Sequence[RouteMove]
    reports: Sequence[StopReport]


def follow_moves(follower: Follower) -> Follower:
    """Let somebody know whenever a route has moved to another state, within the same transaction."""
    FOLLOWERS.append(follower)
    return follower


def create(by: Principal, plan: RoutePlan) -> RouteView:
    """Plan a route, a draft until it is released; Invalid names what is wrong."""
    _require_sound(plan, frozenset(), by)
    moment = now()
    route = Route(
        id=new_id(),
        state=RouteState.DRAFT,
        removed=[],
        changed_because="",
        report_count=0,
        created_by=by.user_id,
        created_at=moment,
        changed_at=moment,
        version=1,
    )
    plan = replace(plan, stops=rows.with_ids(plan.stops))
    rows.write_plan(route, plan, changes.Changes(change={}, removed=()))
    _keep_version(route, plan, "", by)
    record_of("route.created", route, by, **_facts(plan))
    return view(route)


def to_change(route_id: UUID, by: Principal) -> Route:
    """A route that the principal may plan anew, locked until the transaction ends."""
    return rows.find(route_id, by, "routes.change", lock=True)


def change(route: Route, by: Principal, plan: RoutePlan, *, reason: str) -> RouteView:
    """Plan a route anew; what is done stays. A plan that is as it was makes no version."""
    if route.state not in states.CHANGEABLE:
        message = _("A route that is {state} cannot be changed: reopen it first, or plan a new one.")
        raise Conflict(message.format(state=route.state.value))
    stops = rows.stops_of([route.id])[route.id]
    before = rows.plan_of(route, stops, rows.assignees_of([route.id])[route.id])
    if plan == before:
        return view(route)
    known_ids = rows.all_stop_ids(route.id)
    errors = _flaws(plan, known_ids, by, before)
    done = {stop.id for stop in stops if stop.state is StopState.DONE}
    errors = changes.frozen_errors(before.stops, plan.stops, done) | errors
    if route.state is not RouteState.DRAFT:
        if not reason.strip():
            errors["reason"] = [_("must say why the route changes: its driver reads it")]
        if not plan.assignee_ids:
            message = _("must not be empty while the route is {state}: move it back or close it")
            errors["assignee_ids"] = [message.format(state=route.state.value)]
    if errors:
        raise Invalid(errors)
    plan = replace(plan, stops=rows.with_ids(plan.stops))
    new = changes.compare(before.stops, plan.stops)
    if route.state is RouteState.DRAFT:  # nobody has seen it: nothing is new to anybody
        new = replace(new, change={})
    titles = {stop.id: stop.title for stop in before.stops}
    rows.write_plan(route, plan, new)
    route.removed = [titles[stop_id] for stop_id in new.removed] if route.state in states.ON_PHONES else []
    route.changed_because = reason.strip()
    route.version += 1
    route.changed_at = now()
    _keep_version(route, plan, route.changed_because, by)
    record_of(
        "route.changed",
        route,
        by,
        fields=sorted(
            each.name for each in fields(RoutePlan) if getattr(plan, each.name) != getattr(before, each.name)
        ),
        changed_stops=len(new.change),
        removed_stops=len(new.removed),
        with_reason=bool(route.changed_because),
        **_facts(plan),
    )
    return view(route)


def change_by_hand(route: Route, by: Principal, plan: RoutePlan, *, reason: str) -> RouteView:
    """Plan a route anew as a dispatcher typed it: what a planner derived stays wherever it still holds."""
    before = rows.plan_of(route, rows.stops_of([route.id])[route.id], plan.assignee_ids)
    return change(route, by, derived.carried_over(before, plan), reason=reason)


def to_move(route_id: UUID, by: Principal) -> Route:
    """A route that the principal may move on, locked until the transaction ends."""
    return rows.find(route_id, by, "routes.move", lock=True)


def move(route: Route, by: Principal, *, to: RouteState, reason: str = "") -> RouteView:
    """Move a route to another state; one that is there already stays as it is: the answer may have been lost."""
    source = route.state
    if source is to:
        return view(route)
    wished = states.find_move(source, to)
    if wished is None:
        allowed = ", ".join(each.value for each in states.next_states(source)) or "—"
        message = _("A route cannot go from {source} to {target}; from {source} it can go to: {allowed}.")
        raise Conflict(message.format(source=source.value, target=to.value, allowed=allowed))
    if by.role not in wished.roles:
        roles = ", ".join(sorted(role.value for role in wished.roles))
        message = _("Only these roles may move a route from {source} to {target}: {roles}.")
        raise NotAllowed(message.format(source=source.value, target=to.value, roles=roles))
    assignee_ids = rows.assignees_of([route.id])[route.id]
    errors = states.move_errors(
        wished, assignee_count=len(assignee_ids), reason=reason, report_count=route.report_count
    )
    if errors:
        raise Invalid(errors)
    if to is RouteState.RELEASED:
        plan = rows.plan_of(route, rows.stops_of([route.id])[route.id], assignee_ids)
        _require_sound(plan, rows.all_stop_ids(route.id), by)
    write_move(route, to, by, reason=reason.strip())
    return view(route)


def write_move(route: Route, to: RouteState, by: Principal, *, reason: str = "") -> None:
    """Put a route into another state; whether it may go there was asked before."""
    source, moment = route.state, now()
    route.state, route.changed_at = to, moment
    route.closed_at = moment if to is RouteState.CLOSED else None
    number = db.session().scalar(sa.select(sa.func.count()).where(RouteMove.route_id == route.id)) or 0
    db.session().add(
        RouteMove(
            route_id=route.id,
            number=number + 1,
            source=source,
            target=to,
            reason=reason,
            moved_by=by.user_id,
            moved_at=moment,
        )
    )
    record_of("route.moved", route, by, source=source.value, target=to.value, with_reason=bool(reason))
    for follower in FOLLOWERS:
        follower(route)


def get(route_id: UUID, by: Principal) -> RouteView:
    """One route within the principal's reach, with every report of its stops."""
    return view(rows.find(route_id, by, "routes.read"), with_reports=True)


def list_routes(
    by: Principal,
    *,
    kind: RouteKind | None = None,
    state: RouteState | None = None,
    district_id: UUID | None = None,
    starts_before: datetime | None = None,
    ends_from: datetime | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Routes within the principal's reach, newest first, without their stops."""
    query = rows.in_scope(sa.select(Route), by, "routes.read")
    wished = ((Route.kind, kind), (Route.state, state), (Route.district_id, district_id))
    for column, value in wished:
        if value is not None:
            query = query.where(column == value)
    if starts_before is not None:
        query = query.where(Route.starts_at < starts_before)
    if ends_from is not None:
        query = query.where(Route.ends_at >= ends_from)
    page = paginate(query, Route.created_at, Route.id, cursor=cursor, limit=limit)
    drivers = rows.assignees_of([route.id for route in page.items])
    stops = rows.stops_of([route.id for route in page.items])
    return Page(
        [
            RouteView(
                route=route, assignee_ids=drivers[route.id], stops=stops[route.id], moves=(), reports=()
            )
            for route in page.items
        ],
        page.next,
    )


def view(route: Route, *, with_reports: bool = False) -> RouteView:
    """A route with everything that belongs to it."""
    session = db.session()
    session.flush()
    reports = sa.select(StopReport).where(StopReport.route_id == route.id)
    return RouteView(
        route=route,
        assignee_ids=rows.assignees_of([route.id])[route.id],
        stops=rows.stops_of([route.id])[route.id],
        moves=session.scalars(
            sa.select(RouteMove).where(RouteMove.route_id == route.id).order_by(RouteMove.number)
        ).all(),
        reports=session.scalars(reports.order_by(StopReport.captured_at, StopReport.id)).all()
        if with_reports
        else (),
    )


def record_of(kind: str, route: Route, by: Principal, **facts: Any) -> None:
    """Put an act on a route into the ledger."""
    record(
        kind,
        actor=by.actor,
        subject=f"route:{route.id}",
        at=route.changed_at,
        audience=Audience.OPERATIONS,
        district_id=route.district_id,
        version=route.version,
        **facts,
    )


def _require_sound(plan: RoutePlan, stop_ids: frozenset[UUID] | set[UUID], by: Principal) -> None:
    errors = _flaws(plan, stop_ids, by)
    if errors:
        raise Invalid(errors)


def _flaws(
    plan: RoutePlan, stop_ids: frozenset[UUID] | set[UUID], by: Principal, before: RoutePlan | None = None
) -> plans.Errors:
    accounts.require_district(plan.district_id, by, "routes.change")
    staff = accounts.staff_in_district(plan.assignee_ids, plan.district_id) if plan.assignee_ids else {}
    known = Known(
        staff_roles={user_id: Role(user.role) for user_id, user in staff.items()},
        task_known=plan.task_id is not None and _sees_task(plan.task_id, by),
        vehicle_known=_same(plan, before, "vehicle_id")
        or plan.vehicle_id is None
        or fleet.in_fleet(plan.vehicle_id, by),
        shift_known=_same(plan, before, "vehicle_id", "shift_id") or _shift_fits(plan, by),
        stop_ids=stop_ids,
        city=Point(lat=settings().city_lat, lon=settings().city_lon),
        city_radius_km=settings().city_radius_km,
    )
    return plans.plan_errors(plan, known)


def _same(plan: RoutePlan, before: RoutePlan | None, *names: str) -> bool:
    """What a route has already it may keep: its vehicle may have been archived, its shift handed on."""
    return before is not None and all(getattr(plan, name) == getattr(before, name) for name in names)


def _shift_fits(plan: RoutePlan, by: Principal) -> bool:
    shift = fleet.shift(plan.shift_id, by) if plan.shift_id is not None else None
    return (
        shift is not None
        and shift.district_id == plan.district_id
        and plan.vehicle_id in (None, shift.vehicle_id)
    )


def _sees_task(task_id: UUID, by: Principal) -> bool:
    try:
        tasks.get(task_id, by)
    except NotFound:
        return False
    return True


def _keep_version(route: Route, plan: RoutePlan, reason: str, by: Principal) -> None:
    content = {each.name: encode_value(getattr(plan, each.name)) for each in fields(RoutePlan)}
    content["assignee_ids"] = sorted(map(str, plan.assignee_ids))
    db.session().add(
        RouteVersion(
            id=new_id(),
            route_id=route.id,
            number=route.version,
            plan=content,
            reason=reason,
            set_by=by.user_id,
            set_at=route.changed_at,
        )
    )


def _facts(plan: RoutePlan) -> dict[str, Any]:
    """What the ledger keeps of a plan: no title, no note, opaque ids."""
    return {
        "route_kind": plan.kind.value,
        "starts_at": plan.starts_at.isoformat(),
        "ends_at": plan.ends_at.isoformat(),
        "task": f"task:{plan.task_id}" if plan.task_id else None,
        "assignee_ids": sorted(map(str, plan.assignee_ids)),
        "plan": f"plan:{plan.plan_id}" if plan.plan_id else None,
        "stops": len(plan.stops),
    }


fleet.declare_shifts("routes", shifts.of_routes)
fleet.declare_shifts("tasks", shifts.of_tasks)
fleet.declare_vehicle_shifts("routes", shifts.of_vehicle)
