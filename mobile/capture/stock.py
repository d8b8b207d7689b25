"""Keeps a short-lived stock of challenges while the phone is online, so that the network may vanish without a warning.

Whoever can be checked in around now has one with at least half of its life before it, usually two. The sync worker asks whether the
stock is due and renews it; nothing on the screen waits for it, and nobody notices when it cannot be renewed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from mobile.capture.at_work import at_work
from mobile.capture.held_challenges import HeldChallenges
from mobile.client.api_client import ApiClient
from mobile.sync.overlay import LocalTask

REPORTED_MOST = 1000  # of one request
PEOPLE_MOST = 500
UNSERVED_FOR = timedelta(minutes=30)  # who got none has refused the camera, or the server has no more room


class ChallengeStock:
    """See mobile.sync.errands.Errand."""

    def __init__(self, held: HeldChallenges, tasks: Callable[[], Sequence[LocalTask]]) -> None:
        self._held = held
        self._tasks = tasks
        self._unserved: dict[UUID, datetime] = {}  # until when nobody asks for them again

    def is_due(self, now: datetime) -> bool:
        """Whether somebody at work lacks a challenge that lives long enough; ``now`` is the server's time."""
        return bool(self._wanted(now))

    def run(self, client: ApiClient) -> None:
        """Ask for new ones and keep them."""
        now = client.server_now()
        wanted, reported = self._wanted(now)[:PEOPLE_MOST], self._held.unused(REPORTED_MOST)
        batch = client.challenge_stock(wanted, unused=reported)
        self._held.hold_stock(batch, self._people(now), reported)
        served = {each.person_id for each in batch.items}
        self._unserved |= {each: now + UNSERVED_FOR for each in wanted if each not in served}

    def _wanted(self, now: datetime) -> list[UUID]:
        lacking = self._held.lacking_stock(self._people(now), now)
        return sorted(each for each in lacking if self._unserved.get(each, now) <= now)

    def _people(self, now: datetime) -> set[UUID]:
        return {each.id for task in at_work(self._tasks(), now) for each in task.people if each.enrolled}
