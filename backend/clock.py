"""The server's clock and its source of chance and ids; create_app may be given others of both."""

from __future__ import annotations

import random
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


def chance() -> random.Random:
    """What is drawn by: ids, movements, nonces, seeds. Unpredictable outside tests; keys and tokens never come from here."""
    drawn_by: random.Random = current_app.extensions["qala_chance"]
    return drawn_by


def system_chance() -> random.Random:
    """The machine's source of randomness, which nobody can predict."""
    return random.SystemRandom()


def new_id() -> uuid.UUID:
    """A fresh opaque id."""
    return uuid.UUID(bytes=chance().randbytes(16), version=4)
