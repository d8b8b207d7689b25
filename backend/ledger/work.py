"""The ledger's daily work: one signed anchor, kept here and taken to the second place; and what /readyz says of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import current_app

from backend.clock import now
from backend.database import transaction
from backend.jobs import daily
from backend.ledger import proof
from backend.web.health import warning

log = structlog.get_logger()
ANCHOR_AGE_MAX = timedelta(hours=48)  # one a day is due; the second day is for repairs
STALE = "no ledger anchor of the last 48 hours is where it belongs: see that `qala work` runs and can write to QALA_ANCHOR_DIR"


def anchor_now() -> dict[str, Any]:
    """Bind the access log into the ledger, then sign the head: two transactions, for the head must hold that entry."""
    at = now()
    with transaction():
        proof.anchor_access_log(at)
    with transaction():
        return proof.anchor_head(at, at.astimezone(ZoneInfo(current_app.config["QALA"].time_zone)).date())


@daily
def anchor_today() -> None:
    """Anchor the ledger once a day of the city, and bring every anchor that is not there yet to the second place."""
    settings = current_app.config["QALA"]
    with transaction(read_only=True):
        done = proof.anchored_on(now().astimezone(ZoneInfo(settings.time_zone)).date())
    if not done:
        anchor_now()
    if settings.anchor_dir is None:
        return
    if not settings.anchor_dir.is_dir():
        log.error("anchor_dir_missing", anchor_dir=str(settings.anchor_dir), remedy="mount it")
        return
    with transaction(read_only=True):
        anchors = proof.anchors()
    for anchor in anchors:
        proof.send_anchor(anchor, settings.anchor_dir)


@warning
def anchors_are_late(at: datetime) -> str | None:
    """What /readyz says when the daily work does not run, or its anchors do not arrive."""
    after = at - ANCHOR_AGE_MAX
    if not proof.began_before(after) or proof.anchored_after(after, current_app.config["QALA"].anchor_dir):
        return None
    return STALE
