"""Small networks in ONNX files, run on one thread of the processor: two only burn more of it, and workers are many."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

_LOADING = threading.Lock()


def opened(path: Path) -> Any:
    """A session of a file, on one thread."""
    import onnxruntime  # here and not above: web processes load nothing that looks

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def kept(path: Path) -> Any:
    """The one session of a file in this process, opened when it is first asked for. Safe to share between threads."""
    with _LOADING:
        return _kept(path)


@cache
def _kept(path: Path) -> Any:
    return opened(path)
