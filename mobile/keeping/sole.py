"""Only one process may send from a store: two would send everything twice and delete each other's photos."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from shared.i18n import Message

_ = Message


class AlreadyRunning(Exception):
    """Another process sends from this store."""

    def __init__(self) -> None:
        self.message = _("The app is already open on this device: close the other window first.")
        super().__init__(self.message)


class Sole:
    """A lock that the system lets go of when the process ends, however it ends."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Hold the lock; AlreadyRunning when another process, or another worker of this one, holds it."""
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise AlreadyRunning from error
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; twice is fine."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
