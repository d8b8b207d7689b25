"""Plans: asking for one, looking at it, ending its run early, releasing, planning anew, closing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.accounts import service as accounts
from backend.accounts.calendars import local_day
from backend.accounts.policy import districts_for
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.jobs import wake
from backend.ledger.service import record
from backend.routing import service as routes
from backend.routing.models import Route
from backend.routing.plans import releasing, rules
from backend.routing.plans.every_kind import KINDS
from backend.routing.plans.models import Plan, PlanMove, PlanRun
from backend.routing.plans.rules import Events, Wishes
from backend.routing.plans.running import WORK
from backend.streets import service as streets
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.encoding import encode
from shared.i18n import Message
from shared.vocabulary import Audience, PlanState, RouteKind, RouteState, RunState

_ = Message


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """A plan with its runs, newest first, its routes and moves."""

    plan: Plan
    runs: Sequence[PlanRun]
    routes: Sequence[Route]
    moves: Sequence[PlanMove]

    @property
    def run(self) -> PlanRun | None:
        """The run that holds."""
        return next((run for run in self.runs if run.id == self.plan.run_id), None)


def create(by: Principal, wishes: Wishes) -> PlanView:
    """Ask for a plan; a worker reckons it. Invalid names what cannot be asked for, or who is missing."""
    _require_district(wishes.district_id, by)
    errors = rules.wish_errors(wishes, local_day(now()))
    if wishes.kind not in KINDS:
        kinds = ", ".join(kind.value for kind in KINDS)
        message = _("must be a kind that can be planned: {kinds}; was {value}")
        errors["kind"] = [message.format(kinds=kinds, value=wishes.kind.value)]
    if errors:
        raise Invalid(errors)
    if streets.newest_import() is None:
        raise streets.no_streets()
    kind = KINDS[wishes.kind]
    day = kind.assemble(by, wishes)
    moment = now()
    plan = Plan(
        id=new_id(),
        kind=wishes.kind,
        district_id=wishes.district_id,
        day=wishes.day,
        title=wishes.title.strip(),
        state=PlanState.PLANNING,
        wishes=_as_stored(wishes),
        created_by=by.user_id,
        created_at=moment,
        changed_at=moment,
        version=1,
    )
    db.session().add(plan)
    db.session().flush()
    run = _begin_run(plan, by, day, seconds=wishes.seconds, events=None, based_on={})
    _record("plan.asked", plan, by, run=run.number, stops=kind.size(day), vehicles=len(day.vehicles))
    return view(plan)


def to_change(plan_id: UUID, by: Principal) -> Plan:
    """A plan that the principal may change, locked until the transaction ends."""
    return _find(plan_id, by, "plans.change", lock=True)


def stop_early(plan: Plan, by: Principal) -> PlanView:
    """Let the run that is under way end with the best it has; nothing to do where none is."""
    run = db.session().scalar(
        sa.select(PlanRun).where(PlanRun.plan_id == plan.id, PlanRun.state == RunState.PENDING)
    )
    if run is not None and not run.stop_asked:
        run.stop_asked = True
        _touch(plan)
        _record("plan.stopped_early", plan, by, run=run.number)
    return view(plan)


def move(plan: Plan, by: Principal, *, to: PlanState, reason: str = "") -> PlanView:
    """Release, close or discard a plan; one that is there already stays as it is: the answer may have been lost."""
    source = plan.state
    if source is to:
        return view(plan)
    if to not in rules.MOVES.get(source, {}):
        allowed = ", ".join(each.value for each in rules.next_states(source)) or "—"
        message = _("A plan cannot go from {source} to {target}; from {source} it can go to: {allowed}.")
        raise Conflict(message.format(source=source.value, target=to.value, allowed=allowed))
    errors = rules.move_errors(source, to, reason)
    if errors:
        raise Invalid(errors)
    if to is PlanState.RELEASED:
        releasing.release(plan, _accepted_run(plan, by), by)
    if to is PlanState.CLOSED:
        releasing.close(plan, by, reason=reason.strip())
    _write_move(plan, to, by, reason=reason.strip())
    return view(plan)


def replan(plan: Plan, by: Principal, events: Events) -> PlanRun:
    """Ask for a new plan of what is left of the day; nothing changes for drivers before it is accepted."""
    if plan.state not in rules.REPLANNED:
        message = _(
            "A plan that is {state} cannot be planned anew: it must be released; ask for a new plan instead."
        )
        raise Conflict(message.format(state=plan.state.value))
    busy = sa.select(PlanRun.number).where(PlanRun.plan_id == plan.id, PlanRun.state == RunState.PENDING)
    if (number := db.session().scalar(busy)) is not None:
        message = _("Run {number} of this plan is still under way: stop it or wait for it.")
        raise Conflict(message.format(number=number))
    routes_of_plan = _routes(plan.id)
    shift_ids = frozenset(route.shift_id for route in routes_of_plan if route.shift_id is not None)
    errors = rules.event_errors(events, shift_ids=shift_ids)
    if errors:
        raise Invalid(errors)
    kind = KINDS[plan.kind]
    day = kind.assemble_rest(by, plan, routes_of_plan, events)
    run = _begin_run(
        plan,
        by,
        day,
        seconds=events.seconds,
        events=_as_stored(events),
        based_on={str(route.id): route.version for route in routes_of_plan},
    )
    _touch(plan)
    _record("plan.replan_asked", plan, by, run=run.number, stops=kind.size(day))
    return run


def accept(plan: Plan, by: Principal, number: int) -> PlanView:
    """Put a new plan in force: the routes change, and drivers see what changed and why."""
    run = _run(plan, number)
    if run.id == plan.run_id:
        return view(plan)
    if plan.state not in rules.REPLANNED or run.state is not RunState.DONE:
        message = _("Run {number} cannot be accepted: the plan is {state}, the run {run_state}.")
        raise Conflict(message.format(number=number, state=plan.state.value, run_state=run.state.value))
    moved_on = [route for route in _routes(plan.id) if run.based_on.get(str(route.id)) != route.version]
    if moved_on:
        message = _("Since run {number} was reckoned, routes were planned anew: {titles}. Ask for a new run.")
        raise Conflict(message.format(number=number, titles=", ".join(route.title for route in moved_on)))
    releasing.change_routes(plan, run, by)
    plan.run_id, run.accepted_by, run.accepted_at = run.id, by.user_id, now()
    _touch(plan)
    _record("plan.replanned", plan, by, run=run.number)
    return view(plan)


def get(plan_id: UUID, by: Principal) -> PlanView:
    """One plan within the principal's reach."""
    return view(_find(plan_id, by, "plans.read"))


def get_run(plan_id: UUID, number: int, by: Principal) -> PlanRun:
    """One run of a plan within the principal's reach."""
    return _run(_find(plan_id, by, "plans.read"), number)


def list_plans(
    by: Principal,
    *,
    kind: RouteKind | None = None,
    state: PlanState | None = None,
    day: date | None = None,
    cursor: str | None = None,
    limit: int,
) -> Page:
    """Plans within the principal's reach, newest first."""
    query = _in_scope(sa.select(Plan), by, "plans.read")
    for column, value in ((Plan.kind, kind), (Plan.state, state), (Plan.day, day)):
        if value is not None:
            query = query.where(column == value)
    return paginate(query, Plan.created_at, Plan.id, cursor=cursor, limit=limit)


def view(plan: Plan) -> PlanView:
    """A plan with everything that belongs to it."""
    session = db.session()
    session.flush()
    runs = sa.select(PlanRun).where(PlanRun.plan_id == plan.id).order_by(PlanRun.number.desc())
    moves = sa.select(PlanMove).where(PlanMove.plan_id == plan.id).order_by(PlanMove.number)
    return PlanView(
        plan=plan,
        runs=session.scalars(runs).all(),
        routes=_routes(plan.id),
        moves=session.scalars(moves).all(),
    )


def route_moved(route: Route) -> None:
    """A route of a plan drives or is closed: its plan goes along."""
    if route.plan_id is None:
        return
    plan = db.session().get(Plan, route.plan_id, with_for_update=True, populate_existing=True)
    if plan is None:
        return
    db.session().flush()
    states = {each.state for each in _routes(plan.id)}
    if plan.state is PlanState.RELEASED and RouteState.DRIVING in states:
        _write_move(plan, PlanState.DRIVING, None)
    elif plan.state is PlanState.DRIVING and states == {RouteState.CLOSED}:
        _write_move(plan, PlanState.CLOSED, None)


def _begin_run(
    plan: Plan,
    by: Principal,
    day: Any,
    *,
    seconds: float,
    events: dict[str, Any] | None,
    based_on: dict[str, Any],
) -> PlanRun:
    count = db.session().scalar(sa.select(sa.func.count()).where(PlanRun.plan_id == plan.id)) or 0
    run = PlanRun(
        id=new_id(),
        plan_id=plan.id,
        number=count + 1,
        state=RunState.PENDING,
        events=events,
        seconds=seconds,
        stop_asked=False,
        day=encode(day),
        progress={"phase": "waiting", "seconds_left": seconds},
        based_on=based_on,
        asked_by=by.user_id,
        asked_at=now(),
    )
    db.session().add(run)
    db.session().flush()
    wake(WORK, run.id)
    return run


def _accepted_run(plan: Plan, by: Principal) -> PlanRun:
    assert plan.run_id is not None  # a draft has one
    run = db.session().get_one(PlanRun, plan.run_id)
    run.accepted_by, run.accepted_at = by.user_id, now()
    return run


def _run(plan: Plan, number: int) -> PlanRun:
    query = sa.select(PlanRun).where(PlanRun.plan_id == plan.id, PlanRun.number == number)
    run = db.session().scalar(query)
    if run is None:
        raise NotFound(_("run"), number)
    return run


def _routes(plan_id: UUID) -> Sequence[Route]:
    query = sa.select(Route).where(Route.plan_id == plan_id).order_by(Route.title, Route.id)
    return db.session().scalars(query).all()


def _find(plan_id: UUID, by: Principal, action: str, *, lock: bool = False) -> Plan:
    query = _in_scope(sa.select(Plan).where(Plan.id == plan_id), by, action)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    plan = db.session().scalar(query)
    if plan is None:
        raise NotFound(_("plan"), plan_id)
    return plan


def _in_scope(query: sa.Select[Plan], by: Principal, action: str) -> sa.Select[Plan]:
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(Plan.district_id.in_(allowed))


def _require_district(district_id: UUID | None, by: Principal) -> None:
    """Only who may plan everywhere plans for the whole city."""
    if district_id is not None:
        accounts.require_district(district_id, by, "plans.change")
    elif districts_for(by, "plans.change") is not None:
        raise Invalid(
            {
                "district_id": [
                    _("must name one of your districts: only an administrator plans the whole city")
                ]
            }
        )


def _write_move(plan: Plan, to: PlanState, by: Principal | None, *, reason: str = "") -> None:
    source = plan.state
    plan.state = to
    _touch(plan)
    plan.closed_at = plan.changed_at if to is PlanState.CLOSED else None
    count = db.session().scalar(sa.select(sa.func.count()).where(PlanMove.plan_id == plan.id)) or 0
    db.session().add(
        PlanMove(
            plan_id=plan.id,
            number=count + 1,
            source=source,
            target=to,
            reason=reason,
            moved_by=None if by is None else by.user_id,
            moved_at=plan.changed_at,
        )
    )
    _record("plan.moved", plan, by, source=source.value, target=to.value, with_reason=bool(reason))


def _touch(plan: Plan) -> None:
    plan.version += 1
    plan.changed_at = now()


def _record(kind: str, plan: Plan, by: Principal | None, **facts: Any) -> None:
    record(
        kind,
        actor="planner" if by is None else by.actor,
        subject=f"plan:{plan.id}",
        at=plan.changed_at,
        audience=Audience.OPERATIONS,
        district_id=plan.district_id,
        plan_kind=plan.kind.value,
        version=plan.version,
        **facts,
    )


def _as_stored(wish: Wishes | Events) -> dict[str, Any]:
    """JSON: sets as sorted lists, days as text."""

    def plain(value: Any) -> Any:
        if isinstance(value, frozenset):
            return sorted(value if all(isinstance(each, int) for each in value) else map(str, value))
        return value.isoformat() if isinstance(value, date) else value

    return {
        name: str(value) if isinstance(value, UUID) else value
        for name, value in ((each, plain(getattr(wish, each))) for each in wish.__dataclass_fields__)
    }


routes.follow_moves(route_moved)
