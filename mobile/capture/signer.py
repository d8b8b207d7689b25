"""Who signs a capture: the device, under the id by which the server knows it, for whoever is signed in."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

from mobile.client.session import Tokens
from mobile.keeping.disk import StoreFull

DEVICE_FACT = "account.device"


class Facts(Protocol):
    """Small values that survive a restart."""

    def get(self, name: str, default: Any = None) -> Any: ...
    def put(self, name: str, value: Any) -> None: ...


class Signer:
    """Signs with the device's key; it knows the device's id even after the session has ended, for work goes on then."""

    def __init__(
        self, facts: Facts, sign: Callable[[bytes], str], tokens: Callable[[], Tokens | None]
    ) -> None:
        """``tokens``: those of whoever is signed in, None while the session has ended."""
        self.sign = sign
        self._facts = facts
        self._tokens = tokens

    @property
    def device_id(self) -> UUID | None:
        """None before the first sign-in ever."""
        known = self._facts.get(DEVICE_FACT)
        tokens = self._tokens()
        if tokens is None:
            return UUID(known) if known else None
        if known != str(tokens.device_id):
            with suppress(StoreFull):  # the session knows it too: the next look writes it down
                self._facts.put(DEVICE_FACT, str(tokens.device_id))
        return tokens.device_id
