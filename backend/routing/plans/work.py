"""What the planner's worker does: runs of the solver."""

from __future__ import annotations

from uuid import UUID

from backend.database import transaction
from backend.jobs import Lane, sweep, work
from backend.routing.plans import running


@work(running.WORK, lane=Lane.LONG)
def run(run_id: UUID) -> None:
    """Reckon one run."""
    with transaction():
        holding = running.hold(run_id)
    if holding is not None:
        running.reckon(holding)


@sweep(running.WORK)
def waiting_runs() -> list[UUID]:
    """Runs whose wake-up was lost."""
    with transaction(read_only=True):
        return running.waiting()
