"""One thread for numpy's matrix products in this process: on the encoder's small matrices a second one only burns CPU.

Measured on 2 cores: 12 ms of CPU a face with one thread, 30 to 85 with two, and no less time. The environment variable
``OPENBLAS_NUM_THREADS`` does the same but must be set before numpy is imported. What threadpoolctl does, in ten lines.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

import numpy as np


def use_one_blas_thread() -> bool:
    """Tell the OpenBLAS that numpy's wheel carries; False where numpy was built with another library."""
    for library in sorted((Path(np.__file__).parent.parent / "numpy.libs").glob("*openblas*")):
        loaded = ctypes.CDLL(str(library))  # already in memory: this is the same one
        for name in (
            "scipy_openblas_set_num_threads64_",
            "openblas_set_num_threads64_",
            "openblas_set_num_threads",
        ):
            if hasattr(loaded, name):
                getattr(loaded, name)(ctypes.c_int(1))
                return True
    return False
