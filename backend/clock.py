"""The server's clock, which create_app may be given another of, and its source of ids."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from flask import current_app


def now() -> datetime:
    """The server's time, aware, in UTC; create_app may be given another clock."""
    moment: datetime = current_app.extensions["qala_clock"]()
    return moment


def system_clock() -> datetime:
    """The machine's time."""
    return datetime.now(UTC)


def new_id() -> uuid.UUID:
    """A fresh opaque id."""
    return uuid.uuid4()
