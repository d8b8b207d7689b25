"""What workers do for fleet: forget positions whose time is over."""

from __future__ import annotations

from backend.database import transaction
from backend.fleet.positions import service
from backend.jobs import daily


@daily
def purge_positions() -> None:
    """Delete old positions, a batch a transaction."""
    while True:
        with transaction():
            if not service.purge():
                return
