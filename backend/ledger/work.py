"""The ledger's daily work: one signed anchor, kept here and taken to the second place."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app

from backend.clock import now
from backend.database import transaction
from backend.jobs import daily
from backend.ledger import proof


@daily
def anchor_today() -> None:
    """Anchor the ledger once a day of the city, and bring every anchor that is not there yet to the second place."""
    settings = current_app.config["QALA"]
    day = now().astimezone(ZoneInfo(settings.time_zone)).date()
    with transaction(read_only=True):
        done = proof.anchored_on(day)
    if not done:
        with transaction():
            proof.anchor_access_log(now())
        with transaction():
            proof.anchor_head(now(), day)
    if settings.anchor_dir:
        with transaction(read_only=True):
            anchors = proof.anchors()
        for anchor in anchors:
            proof.send_anchor(anchor, Path(settings.anchor_dir))
