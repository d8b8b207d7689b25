"""Making evidence of what was taken, and keeping it: once it returns, neither a crash nor a power cut loses the check-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from mobile.capture.check_in import Occasion, Taken, signed_check_in, within_bytes
from mobile.outbox.ladder import About, ItemKind, NewItem


class NobodySignedIn(Exception):
    """There is nobody in whose name the check-in could be sent."""


class Signs(Protocol):
    """See mobile.capture.signer.Signer."""

    @property
    def device_id(self) -> UUID | None: ...
    @property
    def sign(self) -> Callable[[bytes], str]: ...


class Outbox(Protocol):
    """Where it is kept."""

    def put(self, item: NewItem) -> None: ...


class Saver:
    """Keeps check-ins of whoever is signed in; about half a second of work, so not for the screen's thread."""

    def __init__(self, signer: Signs, outbox: Outbox, owner_id: Callable[[], UUID | None]) -> None:
        self._signer = signer
        self._outbox = outbox
        self._owner_id = owner_id

    def keep(self, taken: Taken, occasion: Occasion, line: str) -> UUID:
        """The outbox's item; NobodySignedIn, StoreFull or NotAPicture when there is none. ``line`` names it there."""
        owner_id, device_id = self._owner_id(), self._signer.device_id
        if owner_id is None or device_id is None:
            raise NobodySignedIn
        signed = signed_check_in(within_bytes(taken), occasion, device_id, self._signer.sign)
        self._outbox.put(
            NewItem(
                id=signed.id,
                kind=ItemKind.CHECK_IN,
                owner_id=owner_id,
                manifest=signed.manifest,
                signature=signed.signature,
                photos=signed.frames,
                created_at=taken.captured_at,
                about=About(line, {"task": occasion.task_id, "person": occasion.person_id}),
            )
        )
        return signed.id
