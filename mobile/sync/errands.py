"""Small things that the sync worker does by itself while the server can be reached; none of them ever holds up what is captured."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from mobile.client.answers import RetryLater
from mobile.client.api_client import ApiClient, Declined, NotNow
from mobile.keeping.disk import StoreFull

log = logging.getLogger(__name__)
LOOK_EVERY_S = 20.0
DONE_FOR_S = 120.0  # who lacks something that the server does not give is not asked for all the time
DECLINED_FOR_S = 1800.0  # an older server does not know it


class Errand(Protocol):
    """One of them; it makes one request at most."""

    def is_due(self, now: datetime) -> bool:
        """Whether there is something to do at the server's time ``now``."""

    def run(self, client: ApiClient) -> None:
        """Do it; Declined and NotNow are answers."""


class Errands:
    """Which errand is due, by seconds that count and are never set."""

    def __init__(self, errands: Sequence[Errand]) -> None:
        self._rest_until_s = dict.fromkeys(range(len(errands)), 0.0)
        self._errands = errands

    def due(self, now: datetime, now_s: float) -> int | None:
        """The number of one that is due, None while there is nothing to do."""
        for number, errand in enumerate(self._errands):
            if now_s < self._rest_until_s[number]:
                continue
            self._rest_until_s[number] = now_s + LOOK_EVERY_S
            if errand.is_due(now):
                return number
        return None

    def run(self, number: int, client: ApiClient, now_s: float) -> RetryLater | None:
        """Do it; what keeps the server from answering, None where it has answered anything."""
        rest_s = DECLINED_FOR_S
        try:
            self._errands[number].run(client)
            rest_s = DONE_FOR_S
        except NotNow as later:
            rest_s = LOOK_EVERY_S
            return later.end
        except Declined as declined:
            log.info("%s is declined: %s", type(self._errands[number]).__name__, declined.problem.slug)
        except StoreFull:
            log.info("no room for %s", type(self._errands[number]).__name__)
        except Exception:  # it must not keep the outbox from being sent
            log.exception("%s failed", type(self._errands[number]).__name__)
        finally:
            self._rest_until_s[number] = now_s + rest_s
        return None
