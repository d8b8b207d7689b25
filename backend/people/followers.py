"""Who must know when the terms of a person's order change: hours rest on them, and people must not know hours."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from backend.database import db

Follow = Callable[[UUID], None]
FOLLOWERS: list[Follow] = []


def follow_terms(follower: Follow) -> Follow:
    """Have a function called with the person's id inside the transaction that changes the terms; the person is locked by then."""
    FOLLOWERS.append(follower)
    return follower


def terms_changed(person_id: UUID) -> None:
    """Say that the terms of a person's order have changed."""
    db.session().flush()
    for follower in FOLLOWERS:
        follower(person_id)
