"""Plans over HTTP: ask, watch, stop early, release, plan anew, accept, close."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.routing.plans import rules, schemas, service
from backend.routing.plans.every_kind import KINDS
from backend.routing.plans.kept_words import said_again
from backend.routing.plans.models import Plan, PlanRun
from backend.routing.plans.rules import Events, Wishes
from backend.routing.plans.service import PlanView
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag
from shared.contracts import decode
from shared.i18n import translate

blp = Blueprint("plans", __name__, description="Plans of a day: who serves what, and how it changes")


@blp.route("/plans", action="plans.read")
@blp.arguments(schemas.PlanQuery, location="query")
@blp.response(200, page_schema(schemas.PlanSummary))
def list_plans(query: dict[str, Any]) -> Any:
    """Plans of the caller's districts, newest first."""
    return service.list_plans(current_principal(), **query)


@blp.route("/plans", action="plans.change", methods=("POST",))
@blp.arguments(schemas.PlanRequest)
@blp.response(201, schemas.PlanSchema)
def create_plan(wishes: Wishes) -> Any:
    """Ask for a plan. It is reckoned in the background: read it again to see how far it is."""
    view = service.create(current_principal(), wishes)
    return _whole(view), 201, etag(view.plan.version)


@blp.route("/plans/<uuid:plan_id>", action="plans.read")
@blp.response(200, schemas.PlanSchema)
def read_plan(plan_id: UUID) -> Any:
    """One plan with its runs and their progress, its routes and its moves."""
    view = service.get(plan_id, current_principal())
    return _whole(view), 200, etag(view.plan.version)


@blp.route("/plans/<uuid:plan_id>/moves", action="plans.change", methods=("POST",), problems=(412,))
@blp.arguments(schemas.PlanMoveRequest)
@blp.response(200, schemas.PlanSchema)
def move_plan(body: dict[str, Any], plan_id: UUID) -> Any:
    """Release, close or discard a plan; the same move again changes nothing."""
    by = current_principal()
    plan = service.to_change(plan_id, by)
    check_if_match(plan.version)
    view = service.move(plan, by, **body)
    return _whole(view), 200, etag(view.plan.version)


@blp.route("/plans/<uuid:plan_id>/stop", action="plans.change", methods=("POST",))
@blp.response(200, schemas.PlanSchema)
def stop_plan(plan_id: UUID) -> Any:
    """Let the run under way end with the best it has."""
    by = current_principal()
    view = service.stop_early(service.to_change(plan_id, by), by)
    return _whole(view), 200, etag(view.plan.version)


@blp.route("/plans/<uuid:plan_id>/runs/<int:number>", action="plans.read")
@blp.response(200, schemas.RunSchema)
def read_run(plan_id: UUID, number: int) -> Any:
    """One run with its tours, what is left out and why, its cost and its gap."""
    by = current_principal()
    run = service.get_run(plan_id, number, by)
    return {**_summary(run), "outcome": _outcome(service.get(plan_id, by).plan, run)}


@blp.route("/plans/<uuid:plan_id>/runs", action="plans.change", methods=("POST",))
@blp.arguments(schemas.ReplanRequest)
@blp.response(201, schemas.RunSummary)
def replan(events: Events, plan_id: UUID) -> Any:
    """Plan what is left of the day anew. What is done and locked stays; drivers see nothing before it is accepted."""
    by = current_principal()
    return _summary(service.replan(service.to_change(plan_id, by), by, events))


@blp.route("/plans/<uuid:plan_id>/runs/<int:number>/acceptance", action="plans.change", methods=("PUT",))
@blp.response(200, schemas.PlanSchema)
def accept_run(plan_id: UUID, number: int) -> Any:
    """Put a new plan in force: drivers see what changed and why."""
    by = current_principal()
    view = service.accept(service.to_change(plan_id, by), by, number)
    return _whole(view), 200, etag(view.plan.version)


def _whole(view: PlanView) -> dict[str, Any]:
    plan = view.plan
    return {
        **{name: getattr(plan, name) for name in schemas.PlanSummary().fields},
        "wishes": plan.wishes,
        "next_states": rules.next_states(plan.state),
        "runs": [_summary(run) for run in view.runs],
        "routes": view.routes,
        "moves": view.moves,
    }


def _summary(run: PlanRun) -> dict[str, Any]:
    own = schemas.RunSummary().fields.keys() - {"progress", "reason"}
    progress = dict(run.progress)
    words = progress.pop("words", None)
    text = "" if words is None else translate(said_again(words), current_language())
    return {
        **{name: getattr(run, name) for name in own},
        "progress": {"best_cost": None, "gap": None, "unserved": None, **progress, "text": text},
        "reason": "" if run.events is None else run.events["reason"],
    }


def _outcome(plan: Plan, run: PlanRun) -> dict[str, Any] | None:
    found = run.result
    if found is None:
        return None

    def said(kept: dict[str, Any]) -> dict[str, Any]:
        return {**kept, "text": translate(said_again(kept["words"]), current_language())}

    kind = KINDS[plan.kind]
    return {
        **kind.shown(plan, decode(kind.day_type, run.day), found),
        "unserved": [said(each) for each in found["unserved"]],
        "flaws": [said(each) for each in found["flaws"]],
    }
