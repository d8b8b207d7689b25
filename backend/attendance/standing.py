"""Who must know when the proof of a person's presence changes: a verdict, a person's decision, an approved sheet.

Hours rest on all of these and these must not know hours, so hours put themselves down here.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

Follow = Callable[[UUID], None]
FOLLOWERS: list[Follow] = []


def follow(follower: Follow) -> Follow:
    """Have a function called with the person's id, inside the transaction that changes what stands."""
    FOLLOWERS.append(follower)
    return follower


def changed(person_id: UUID) -> None:
    """Say that what stands as proof of a person's presence has changed."""
    for follower in FOLLOWERS:
        follower(person_id)
