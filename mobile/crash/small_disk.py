"""A disk that can be filled: a small tmpfs of this process and its children, where the system lets one be mounted."""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
BALLAST = "ballast"


def mount(folder: Path, size_mb: int) -> str:
    """Put a disk of this size at a folder, which nobody else sees; why not, empty when it worked.

    Call it in a process of one thread. Source: unshare(2), user_namespaces(7), mount(2).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    if uid == 0 and libc.unshare(CLONE_NEWNS) == 0:
        pass
    elif libc.unshare(CLONE_NEWNS | CLONE_NEWUSER) == 0:
        with suppress(OSError):
            Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
            Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1", encoding="ascii")
            Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1", encoding="ascii")
    else:
        return f"unshare: {os.strerror(ctypes.get_errno())}"
    if libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        return f"mount: {os.strerror(ctypes.get_errno())}"
    options = f"size={size_mb}m,mode=700".encode()
    if libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options) != 0:
        return f"mount: {os.strerror(ctypes.get_errno())}"
    return ""


def fill(folder: Path, leave_bytes: int) -> None:
    """Leave so little room; what is there already may leave less."""
    empty(folder)
    free = os.statvfs(folder)
    size = free.f_bavail * free.f_frsize - leave_bytes
    if size > 0:
        descriptor = os.open(folder / BALLAST, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)


def empty(folder: Path) -> None:
    """Give the room back."""
    (folder / BALLAST).unlink(missing_ok=True)
