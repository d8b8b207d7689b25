"""Makers of plans: whole ones over HTTP on the invented streets, and bare rows."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from backend.clock import new_id, now
from backend.database import db
from backend.routing.plans.models import Plan, PlanRun
from shared.vocabulary import PlanState, RouteKind, RunState


def failed_plan(district_id: UUID, user_id: str) -> UUID:
    """A plan of a district whose only run has failed."""
    moment = now()
    plan = Plan(
        id=new_id(),
        kind=RouteKind.WASTE,
        district_id=district_id,
        day=date(2026, 11, 23),
        title="",
        state=PlanState.FAILED,
        wishes={},
        created_by=UUID(user_id),
        created_at=moment,
        changed_at=moment,
        version=1,
    )
    db.session().add(plan)
    db.session().flush()
    db.session().add(
        PlanRun(
            id=new_id(),
            plan_id=plan.id,
            number=1,
            state=RunState.FAILED,
            seconds=1.0,
            stop_asked=False,
            day={},
            progress={"phase": "failed"},
            based_on={},
            asked_by=UUID(user_id),
            asked_at=moment,
        )
    )
    return plan.id
