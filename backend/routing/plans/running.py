"""One run of the solver, as a job: taken, reckoned without a transaction, watched and stopped from outside, checked, kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.clock import now
from backend.database import db, transaction
from backend.errors import Conflict
from backend.leases import held, lease, unheld
from backend.ledger.service import record
from backend.routing.planning.plan import Progress
from backend.routing.plans.every_kind import KINDS
from backend.routing.plans.kept_words import kept_message
from backend.routing.plans.kinds import Reckoned
from backend.routing.plans.models import Plan, PlanRun
from backend.streets.service import search
from shared.contracts import decode
from shared.i18n import Message
from shared.vocabulary import Audience, PlanState, RouteKind, RunState

_ = Message
WORK = "plans.run"
LOOK_EVERY_S = 1.0  # how often a run says where it is and asks whether it is to stop
BROKEN = _(
    "The plan broke its own rules ({rules}) and was thrown away: report it with the number of the run."
)
FAILED_AGAIN = _("The run failed {attempts} times; the log of the planner says why.")


@dataclass(frozen=True)
class Holding:
    """What a worker needs for one run."""

    run_id: UUID
    attempt: int
    kind: RouteKind
    day: Any
    seconds: float


def waiting() -> list[UUID]:
    """Runs that nobody works on."""
    return unheld(PlanRun, now())


def hold(run_id: UUID) -> Holding | None:
    """Take a run to work on; one that failed too often is closed here."""
    row = lease(PlanRun, run_id, now(), settings().lease_s)
    if row is None:
        return None
    if row.attempts > settings().attempts_max:
        fail(row, FAILED_AGAIN.format(attempts=row.attempts - 1))
        return None
    kind = db.session().get_one(Plan, row.plan_id).kind
    return Holding(row.id, row.attempts, kind, decode(KINDS[kind].day_type, row.day), row.seconds)


def reckon(holding: Holding) -> None:
    """Reckon a run and keep what it found; each look at the row is a short transaction of its own."""
    try:
        with transaction(read_only=True):
            streets = search()
    except Conflict as none:  # they were there when the plan was asked for
        _give_up(holding, none.detail)
        return
    watch = _Watch(holding)
    watch.say(phase="streets")
    found = KINDS[holding.kind].reckon(streets, holding.day, holding.seconds, watch)
    if found.broken:
        _give_up(holding, BROKEN.format(rules=", ".join(found.broken)))
        return
    with transaction():
        keep(holding, found)


def _give_up(holding: Holding, words: Message) -> None:
    with transaction():
        row = held(PlanRun, holding.run_id, holding.attempt)
        if row is not None:
            fail(row, words)


def keep(holding: Holding, found: Reckoned) -> None:
    """Write what was found; a first plan becomes a draft by it."""
    row = held(PlanRun, holding.run_id, holding.attempt)
    if row is None:
        return
    moment = now()
    row.state, row.result, row.done_at, row.leased_until = RunState.DONE, found.result, moment, None
    row.progress = {**row.progress, "phase": "done", "seconds_left": 0.0, "best_cost": found.cost}
    plan = db.session().get_one(Plan, row.plan_id, with_for_update=True, populate_existing=True)
    if plan.state is PlanState.PLANNING:
        plan.state, plan.run_id = PlanState.DRAFT, row.id
    _tell("plan.reckoned", plan, row, served=found.result["served"], unserved=len(found.result["unserved"]))


def fail(row: PlanRun, words: Message) -> None:
    """The run ends without a plan, and says why."""
    row.state, row.done_at, row.leased_until = RunState.FAILED, now(), None
    row.progress = {**row.progress, "phase": "failed", "words": kept_message(words, {})}
    plan = db.session().get_one(Plan, row.plan_id, with_for_update=True, populate_existing=True)
    if plan.state is PlanState.PLANNING:
        plan.state = PlanState.FAILED
    _tell("plan.failed", plan, row)


class _Watch:
    """The row's two-way window: progress goes out, the wish to stop comes in, and the lease is renewed meanwhile."""

    def __init__(self, holding: Holding, clock: Callable[[], float] = time.monotonic) -> None:
        self._holding = holding
        self._clock = clock
        self._looked_at = float("-inf")
        self._stop = False

    def heard(self, progress: Progress) -> None:
        """The solver has something to say."""
        self._look(
            {
                "phase": progress.phase,
                "best_cost": progress.best_cost,
                "gap": progress.gap,
                "unserved": progress.unserved,
                "seconds_left": round(progress.seconds_left, 1),
            }
        )

    def say(self, phase: str) -> None:
        """A part of the work begins."""
        self._looked_at = float("-inf")
        self._look({"phase": phase})

    def is_asked_to_stop(self) -> bool:
        """Whether somebody wants the best plan so far now."""
        return self._stop

    def _look(self, progress: dict[str, Any]) -> None:
        if self._clock() - self._looked_at < LOOK_EVERY_S:
            return
        self._looked_at = self._clock()
        with transaction():
            row = held(PlanRun, self._holding.run_id, self._holding.attempt)
            if row is None:  # another holder: what this one finds will not be written
                self._stop = True
                return
            row.progress = {**row.progress, **progress}
            row.leased_until = now() + timedelta(seconds=settings().lease_s)
            state = db.session().scalar(sa.select(Plan.state).where(Plan.id == row.plan_id))
            self._stop = row.stop_asked or state is PlanState.DISCARDED


def _tell(kind: str, plan: Plan, row: PlanRun, **facts: Any) -> None:
    plan.version += 1
    plan.changed_at = now()
    record(
        kind,
        actor="planner",
        subject=f"plan:{plan.id}",
        at=plan.changed_at,
        audience=Audience.OPERATIONS,
        district_id=plan.district_id,
        run=row.number,
        version=plan.version,
        **facts,
    )
