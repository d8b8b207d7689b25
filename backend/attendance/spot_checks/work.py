"""What workers do for spot checks: draw when a shift begins, settle when the time to answer is over, reveal the seed."""

from __future__ import annotations

from uuid import UUID

from backend.attendance.hours import service as hours
from backend.attendance.spot_checks import service
from backend.database import transaction
from backend.jobs import sweep, work

DRAW, SETTLE, REVEAL = "spot_checks.draw", "spot_checks.settle", "spot_checks.reveal"


@work(DRAW)
def draw(task_id: UUID) -> None:
    """Draw the spot checks of a shift."""
    with transaction():
        service.draw_for(task_id)


@sweep(DRAW)
def shifts_to_draw() -> list[UUID]:
    """Shifts that have begun, or that people joined."""
    with transaction(read_only=True):
        return service.shifts_to_draw()


@work(SETTLE)
def settle(spot_check_id: UUID) -> None:
    """Say what became of a spot check, and what it means for the hours."""
    with transaction():
        row = service.find(spot_check_id)
        if row is not None:
            hours.refresh(row.person_id)


@sweep(SETTLE)
def unsettled() -> list[UUID]:
    """Spot checks whose time to answer is over."""
    with transaction(read_only=True):
        return service.unsettled()


@work(REVEAL)
def reveal(draw_id: UUID) -> None:
    """Put the seed of a draw into the ledger."""
    with transaction():
        service.reveal(draw_id)


@sweep(REVEAL)
def draws_to_reveal() -> list[UUID]:
    """Draws whose shift is over."""
    with transaction(read_only=True):
        return service.draws_to_reveal()
