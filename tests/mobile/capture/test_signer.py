"""Who signs: the device under the id by which the server knows it, kept on the phone for when the session has ended."""

from __future__ import annotations

from typing import Any

from mobile.capture.signer import Signer
from mobile.client.session import Tokens
from mobile.keeping.disk import StoreFull
from tests.mobile.phone_store import TOKENS


class Facts:
    """A store with room, or without."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self.full = False

    def get(self, name: str, default: Any = None) -> Any:
        """See mobile.keeping.facts."""
        return self.held.get(name, default)

    def put(self, name: str, value: Any) -> None:
        """See mobile.keeping.facts."""
        if self.full:
            raise StoreFull
        self.held[name] = value


def signer(facts: Facts, tokens: Tokens | None) -> Signer:
    """For whoever has these tokens."""
    return Signer(facts, lambda _message: "signature", lambda: tokens)


def test_the_device_is_known_after_the_session_has_ended() -> None:
    """Work goes on then."""
    facts = Facts()
    assert signer(facts, None).device_id is None
    assert TOKENS.device_id == signer(facts, TOKENS).device_id
    assert TOKENS.device_id == signer(facts, None).device_id


def test_a_full_disk_does_not_keep_a_device_from_signing() -> None:
    """What is captured may still find its place: the id is written down another time."""
    facts = Facts()
    facts.full = True
    assert TOKENS.device_id == signer(facts, TOKENS).device_id
    facts.full = False
    assert TOKENS.device_id == signer(facts, TOKENS).device_id
    assert TOKENS.device_id == signer(facts, None).device_id
