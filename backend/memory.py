"""The memory and processor time of a process, and settings that give back to the system what is free."""

from __future__ import annotations

import ctypes
import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ARENAS_MOST, MAP_FROM, TRIM_FROM = -8, -3, -1
"""Numbers of mallopt's parameters, in glibc's malloc.h."""
LARGE_BYTES = 1 << 22


@contextmanager
def all_kept() -> Iterator[None]:
    """Look for no garbage meanwhile, nor ever among what is there at the end: for the application's import.

    It makes half a million objects that stay. Looking through them again and again was a fifth of a start.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def keep_little() -> None:
    """From now on large blocks that are freed go back at once, and threads share one heap: for workers that hold pictures.

    glibc's own bounds grow with the largest block that was ever freed: then each photo leaves holes of its size. Elsewhere it does nothing.
    """
    tune = getattr(ctypes.CDLL(None), "mallopt", None)
    if tune is not None:
        tune(ARENAS_MOST, 1)
        tune(MAP_FROM, LARGE_BYTES)
        tune(TRIM_FROM, LARGE_BYTES)


def hand_back() -> None:
    """Give what is free in the heap back to the system, where the C library can."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def peak_mb(pid: int | str = "self") -> float:
    """The most memory that a running process ever held, MB of 2^20 bytes (VmHWM; Linux only)."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


def cpu_s(pid: int | str = "self") -> float:
    """Processor seconds that a running process has used, its own and the system's for it (Linux only)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
