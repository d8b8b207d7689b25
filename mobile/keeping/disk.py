"""The phone's disk: files that are whole or not there, and what a full disk looks like."""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
from pathlib import Path

from shared.i18n import Message

_ = Message
TEMPORARY = "."  # how names of half-written files begin
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class StoreFull(Exception):
    """The disk is full; what was to be saved is not, and nothing of it is left behind."""

    def __init__(self) -> None:
        self.message = _(
            "The phone's storage is full: this was not saved. Free some space (photos, videos, apps), then save again."
        )
        super().__init__(self.message)


def is_full(error: BaseException) -> bool:
    """Whether an error of a file or of SQLite says that the disk is full."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) in (
            sqlite3.SQLITE_FULL,
            sqlite3.SQLITE_IOERR_SHMSIZE,  # the shared index of the log could not grow
        )
    return isinstance(error, OSError) and error.errno in FULL


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that a crash at any moment leaves all of it or none; StoreFull when there is no room."""
    temporary = path.with_name(f"{TEMPORARY}{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if is_full(error):
            raise StoreFull from error
        raise
    make_durable(path.parent)


def make_durable(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
