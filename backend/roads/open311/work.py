"""What workers do for the public door: what citizens wrote goes when its time is over."""

from __future__ import annotations

from backend.database import transaction
from backend.jobs import daily
from backend.roads.open311 import service


@daily
def forget_old_words() -> None:
    """Erase words and addresses of citizens' reports that are older than the setting, or were refused."""
    while True:
        with transaction():
            erased = service.forget_words()
        if not erased:
            return
