"""How the inner loops are compiled: by numba, without the interpreter's lock, and kept on the disk beside their module."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """The same function as machine code, compiled at its first call; needs arrays and numbers only.

    What is kept is made anew when its module changes, but not when a constant changes that the module has from another one.
    Where nothing may be written (a read-only installation) every process compiles for itself.
    """
    try:
        return cast(Kernel, numba.njit(kernel, cache=True, nogil=True))
    except RuntimeError:  # numba's «no locator available»
        return cast(Kernel, numba.njit(kernel, nogil=True))
