"""What workers do for uploads: forget what was never finished, and photos of reports whose time is over."""

from __future__ import annotations

from datetime import timedelta

from backend.adapters import blobs, settings
from backend.clock import now
from backend.database import transaction
from backend.jobs import daily
from backend.ledger.service import record
from backend.uploads import evidence, service, steps
from shared.vocabulary import Audience


@daily
def forget_unfinished() -> None:
    """Delete uploads whose last piece came too long ago."""
    while True:
        with transaction(read_only=True):
            going = service.too_old()
        if not going:
            return
        steps.forget(going)


@daily
def purge_old_photos() -> None:
    """Delete photos of defects and stops whose time is over; keys go once the photos have, so an outage leaves none behind."""
    while True:
        with transaction(read_only=True):
            due = evidence.due(now() - timedelta(days=settings().photo_retention_days))
        if not due:
            return
        for names in due.values():
            for name in names:
                blobs().delete(name)
        with transaction():
            evidence.erase(list(due))
            record(
                "evidence.purged",
                actor="system",
                subject="reports",
                at=now(),
                audience=Audience.OPERATIONS,
                reports=len(due),
            )
