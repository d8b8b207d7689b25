"""How the inner loops are compiled: by numba, without the interpreter's lock, and kept on the disk beside their module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """The same function as machine code, compiled at its first call; needs arrays and numbers only."""
    return cast(Kernel, numba.njit(kernel, cache=True, nogil=True))
