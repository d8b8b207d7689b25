"""Where the movements to ask for come from: the server, or what the phone holds for work without a network."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from mobile.client.api_client import NotNow
from mobile.client.challenges import ChallengeBatch
from shared.contracts import Challenge

log = logging.getLogger(__name__)
ENDS_SOON = timedelta(seconds=30)  # a challenge must outlive the capture that answers it
PATIENCE_S = 3.0  # a check-in takes ten seconds in all


class Held(Protocol):
    """What mobile.capture.held_challenges keeps."""

    def take(self, task_id: UUID, person_id: UUID, now: datetime) -> Challenge | None: ...


Ask = Callable[[UUID, Sequence[UUID]], ChallengeBatch]


class ChallengeSource:
    """Gets one challenge for one check-in; ``get`` may wait for the network, so it is no work for the screen's thread."""

    def __init__(
        self, ask: Ask, held: Held, now: Callable[[], datetime], *, patience_s: float = PATIENCE_S
    ) -> None:
        """``ask`` is the client's ``challenges``; ``now`` is the server's time as far as the phone knows it."""
        self._ask = ask
        self._held = held
        self._now = now
        self._patience_s = patience_s
        self._unused: dict[tuple[UUID, UUID], Challenge] = {}

    def get(self, task_id: UUID, person_id: UUID) -> Challenge | None:
        """A challenge that nobody has heard; None where there is neither network nor a held one: a person decides then.

        Nobody waits for a network that creeps while the phone holds a challenge: the late answer serves the next try.
        Declined when the server refuses to ask for anything.
        """
        unused = self._unused.pop((task_id, person_id), None)
        if unused is not None and unused.expires_at - ENDS_SOON > self._now():
            return unused
        asking = self._asking(task_id, person_id)
        try:
            return asking.result(self._patience_s)
        except TimeoutError:
            held = self._held_one(task_id, person_id)
            if held is None:
                return self._outcome(asking, task_id, person_id)
            asking.add_done_callback(lambda late: self._keep(late, task_id))
            return held
        except (NotNow, IndexError):
            return self._outcome(asking, task_id, person_id)

    def give_back(self, task_id: UUID, challenge: Challenge) -> None:
        """It was not begun: nobody has heard its movements, so the next check-in of this person may use it."""
        self._unused[(task_id, challenge.person_id)] = challenge

    def _asking(self, task_id: UUID, person_id: UUID) -> Future[Challenge]:
        """The server's answer, when it comes."""
        asking: Future[Challenge] = Future()

        def ask() -> None:
            try:
                challenge = self._ask(task_id, [person_id]).items[0]
            except Exception as error:
                asking.set_exception(error)
            else:
                asking.set_result(challenge)

        threading.Thread(target=ask, name="challenge", daemon=True).start()
        return asking

    def _outcome(self, asking: Future[Challenge], task_id: UUID, person_id: UUID) -> Challenge | None:
        """What the server says, however long it takes; a held one where there is no network."""
        try:
            return asking.result()
        except (NotNow, IndexError) as error:
            log.info("no challenge from the server: %s", type(error).__name__)
            return self._held_one(task_id, person_id)

    def _held_one(self, task_id: UUID, person_id: UUID) -> Challenge | None:
        return self._held.take(task_id, person_id, self._now() + ENDS_SOON)

    def _keep(self, late: Future[Challenge], task_id: UUID) -> None:
        if late.exception() is None:
            self.give_back(task_id, late.result())
