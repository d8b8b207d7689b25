"""Creating a row under an id that the caller chose: the same request twice at once makes one row and two equal answers."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.exc import IntegrityError

from backend.database import transaction


def create_once(create: Callable[[], None]) -> None:
    """Run ``create`` in a transaction; it must do nothing when the very row is there, and raise when another is.

    On PostgreSQL two requests may both find nothing; the database lets one of them in, and the other looks again.
    """
    try:
        with transaction():
            create()
    except IntegrityError:
        with transaction():
            create()
