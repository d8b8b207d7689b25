"""From a run to the routes that are driven: at the release, after a new plan, at the close."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.calendars import midnight
from backend.database import db
from backend.errors import Invalid
from backend.fleet import service as fleet
from backend.routing import rows
from backend.routing import service as routes
from backend.routing.models import Route
from backend.routing.plans.every_kind import KINDS
from backend.routing.plans.kinds import Hand
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.rules.plans import RoutePlan, Stop
from backend.web.principal import Principal
from shared.contracts import decode
from shared.i18n import DEFAULT_LANGUAGE, Message, translate
from shared.vocabulary import RouteState, StopState

_ = Message
NO_DRIVER = _("shift {board} has no driver: name one, or plan without it")


def release(plan: Plan, run: PlanRun, by: Principal) -> None:
    """Write one route for each tour of the run and hand them to their drivers; Invalid where a shift has none."""
    kind = KINDS[plan.kind]
    day: Any = decode(kind.day_type, run.day)
    assert run.result is not None
    vehicles = {each.id: each for each in day.vehicles}
    tours = [tour for tour in run.result["tours"] if kind.works(tour)]
    idle = [vehicles[tour["shift_id"]].board for tour in tours if not vehicles[tour["shift_id"]].driver_ids]
    if idle:
        raise Invalid({"to": [NO_DRIVER.format(board=board) for board in idle]})
    for tour in tours:
        vehicle = vehicles[tour["shift_id"]]
        stops = tuple(kind.stops(plan, day, vehicle, tour))
        _write(plan, vehicle, stops, tour["distance_m"], by)


def change_routes(plan: Plan, run: PlanRun, by: Principal) -> None:
    """Put the run's tours behind what is done already; who has nothing left to do keeps what was done."""
    kind = KINDS[plan.kind]
    day: Any = decode(kind.day_type, run.day)
    assert run.result is not None
    assert run.events is not None
    reason = str(run.events["reason"])
    tours = {tour["shift_id"]: tour for tour in run.result["tours"]}
    vehicles = {each.id: each for each in day.vehicles}
    found = (
        db.session()
        .scalars(
            sa.select(Route)
            .where(Route.plan_id == plan.id, Route.state != RouteState.CLOSED)
            .with_for_update()
        )
        .all()
    )
    stops_of = rows.stops_of([route.id for route in found])
    for route in found:
        stops = stops_of[route.id]
        before = rows.plan_of(route, stops, rows.assignees_of([route.id])[route.id])
        reported = {stop.id for stop in stops if stop.state is not StopState.PLANNED}
        kept = [stop for stop in before.stops if stop.id in reported]
        tour = tours.pop(str(route.shift_id), None)
        coming = [] if tour is None else list(kind.stops(plan, day, vehicles[str(route.shift_id)], tour))
        known = [stop for stop in before.stops if stop.id not in reported]
        stops_now = (*kept, *_same_ids(known, coming, kind.work_of))
        if not stops_now:
            routes.move(route, by, to=RouteState.CLOSED, reason=reason)
            continue
        length_m = None if tour is None else float(tour["distance_m"])
        routes.change(route, by, replace(before, stops=stops_now, length_m=length_m), reason=reason)
    for shift_id, tour in tours.items():  # whoever had nothing to do until now
        if kind.works(tour):
            vehicle = vehicles[shift_id]
            if not vehicle.driver_ids:
                raise Invalid({"number": [NO_DRIVER.format(board=vehicle.board)]})
            new = tuple(kind.stops(plan, day, vehicle, tour))
            _write(plan, vehicle, new, tour["distance_m"], by)


def close(plan: Plan, by: Principal, *, reason: str) -> None:
    """Close every route of a plan that is not closed."""
    words = reason or translate(_("The plan of the day was closed."), DEFAULT_LANGUAGE)
    for route in (
        db.session()
        .scalars(
            sa.select(Route)
            .where(Route.plan_id == plan.id, Route.state != RouteState.CLOSED)
            .with_for_update()
        )
        .all()
    ):
        routes.move(route, by, to=RouteState.CLOSED, reason=words)


def _write(plan: Plan, vehicle: Hand, stops: tuple[Stop, ...], length_m: float, by: Principal) -> None:
    shift = fleet.shift(UUID(vehicle.id), by)
    if shift is None:
        message = _("shift {board} is gone, or not yours any more: plan again")
        raise Invalid({"to": [message.format(board=vehicle.board)]})
    view = routes.create(
        by,
        RoutePlan(
            district_id=shift.district_id,
            kind=plan.kind,
            title=f"{plan.title} · {vehicle.board}" if plan.title else vehicle.board,
            note="",
            task_id=None,
            vehicle=vehicle.board,
            starts_at=_moment(plan, vehicle.shift.opens_s),
            ends_at=_moment(plan, vehicle.shift.closes_s),
            assignee_ids=frozenset(map(UUID, vehicle.driver_ids)),
            stops=stops,
            plan_id=plan.id,
            vehicle_id=UUID(vehicle.vehicle_id),
            shift_id=UUID(vehicle.id),
            length_m=length_m,
        ),
    )
    routes.move(view.route, by, to=RouteState.RELEASED)


def _same_ids(
    known: Sequence[Stop], coming: Sequence[Stop], work_of: Callable[[Stop], tuple[object, ...]]
) -> Iterator[Stop]:
    """The coming stops under the ids of those that they are: those of the same work."""
    free = list(known)
    for stop in coming:
        same = next((each for each in free if work_of(each) == work_of(stop)), None)
        if same is None:
            yield stop
        else:
            free.remove(same)
            yield replace(stop, id=same.id, locked=same.locked, photo_needed=same.photo_needed)


def _moment(plan: Plan, second: int) -> datetime:
    return midnight(plan.day) + timedelta(seconds=second)
