"""What workers do for the paper way: delete papers whose time is over."""

from __future__ import annotations

from backend.adapters import blobs
from backend.attendance.paper import retention
from backend.database import transaction
from backend.jobs import daily


@daily
def purge_old_papers() -> None:
    """Delete photos of sheets and documents of absences; they are noted as gone only once they are."""
    for due, mark in (
        (retention.sheets_due, retention.mark_sheets),
        (retention.absences_due, retention.mark_absences),
    ):
        while True:
            with transaction(read_only=True):
                batch = due()
            if not batch:
                break
            for names in batch.values():
                for name in names:
                    blobs().delete(name)
            with transaction():
                mark(list(batch))
