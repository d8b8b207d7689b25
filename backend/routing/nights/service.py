"""The report of a night: made anew whenever it is read, from the plan's accepted runs, its sheets, reports and proofs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from backend.accounts import service as accounts
from backend.clock import now
from backend.errors import Conflict
from backend.routing.nights import gathering
from backend.routing.nights.gathering import RouteFacts
from backend.routing.nights.rules import summing
from backend.routing.nights.rules.judging import Judged, judge
from backend.routing.nights.rules.summing import CauseSum, StreetSum, Sum
from backend.routing.plans import service as plans
from backend.web.principal import Principal
from shared.i18n import Message
from shared.vocabulary import Language, PlanState, RouteKind, WinterWork

_ = Message
WORKED = ("with_m", "against_m", "fast_m", "unknown_m")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One machine's night."""

    route_id: UUID
    vehicle: str
    planned_from: datetime
    set_out_at: datetime | None
    last_at: datetime | None
    started_late_s: float
    work: Sum
    planned_m: float | None  # all of its way
    driven_m: float | None  # seen in its positions, along streets where they are known


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Planned, reported and proven side by side, in metres of passes; the ways between are the machines' whole."""

    planned_m: int
    reported_m: int
    by_track_m: int
    by_report_m: int
    with_m: float
    against_m: float
    fast_m: float
    unknown_m: float
    way_planned_m: float
    way_driven_m: float


@dataclass(frozen=True, kw_only=True)
class NightReport:
    """Everything that is said of a night."""

    plan_id: UUID
    title: str
    night: date
    state: PlanState
    made_at: datetime
    districts: Mapping[UUID, Any]  # rows of accounts, for their names
    judged: Sequence[Judged]
    whole: Sum
    by_priority: Sequence[tuple[int, Sum]]
    by_district: Sequence[tuple[UUID | None, Sum]]
    by_work: Sequence[tuple[WinterWork, Sum]]
    causes: Sequence[CauseSum]
    streets: Sequence[StreetSum]
    machines: Sequence[Machine]
    compared: Compared


def report(plan_id: UUID, by: Principal, language: Language) -> NightReport:
    """The report of a night by streets; Conflict for another kind of plan, or one that was never released."""
    view = plans.get(plan_id, by)
    plan = view.plan
    if plan.kind is not RouteKind.SNOW_CLEARING:
        raise Conflict(
            _("Only a night of clearing by streets has such a report: this plan is of another kind.")
        )
    if plan.state not in (PlanState.RELEASED, PlanState.DRIVING, PlanState.CLOSED):
        raise Conflict(_("There is nothing to report yet: release the plan first."))
    routes = gathering.routes_of(plan)
    judged = [judge(each) for each in gathering.passes_of(plan, view.runs, routes, language)]
    whole = summing.total(judged)
    by_district = summing.sums_by(judged, lambda each: each.night_pass.district_id)
    machines = _machines(routes, summing.by_route(judged))
    return NightReport(
        plan_id=plan.id,
        title=plan.title,
        night=plan.day,
        state=plan.state,
        made_at=now(),
        districts={each.id: each for each in accounts.list_districts(by)},
        judged=judged,
        whole=whole,
        by_priority=sorted(summing.sums_by(judged, lambda each: each.night_pass.priority).items()),
        by_district=sorted(by_district.items(), key=lambda pair: str(pair[0])),
        by_work=sorted(summing.sums_by(judged, lambda each: each.night_pass.work).items()),
        causes=summing.causes_of(judged),
        streets=summing.streets_of(judged),
        machines=machines,
        compared=_compared(whole, routes, machines),
    )


def _machines(routes: Mapping[UUID, RouteFacts], judged: Mapping[UUID, Sequence[Judged]]) -> list[Machine]:
    return [
        Machine(
            route_id=route_id,
            vehicle=facts.route.vehicle,
            planned_from=facts.route.starts_at,
            set_out_at=facts.set_out_at,
            last_at=facts.last_at,
            started_late_s=facts.started_late.total_seconds(),
            work=summing.total(judged.get(route_id, ())),
            planned_m=facts.route.length_m,
            driven_m=_driven_m(facts.proof),
        )
        for route_id, facts in routes.items()
    ]


def _driven_m(proof: Mapping[str, Any] | None) -> float | None:
    if proof is None:
        return None
    found: float | None = proof.get("streets_m") or proof.get("driven_m")
    return found


def _compared(whole: Sum, routes: Mapping[UUID, RouteFacts], machines: Sequence[Machine]) -> Compared:
    worked = [facts.proof["worked"] for facts in routes.values() if facts.proof and facts.proof.get("worked")]
    return Compared(
        planned_m=whole.metres,
        reported_m=whole.done_m,
        by_track_m=whole.by_track_m,
        by_report_m=whole.by_report_m,
        way_planned_m=sum(each.planned_m or 0.0 for each in machines),
        way_driven_m=sum(each.driven_m or 0.0 for each in machines),
        **{name: sum(float(each[name]) for each in worked) for name in WORKED},
    )
