"""Small networks in ONNX files, run on one thread of the processor: two only burn more of it, and workers are many.

All networks of a process take turns with one pool of memory: it grows to what the hungriest needs, not to the sum. A pool that each keeps, with the plan of its
last run beside it (what onnxruntime does unasked), took three times as much and was no faster.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import Any

from backend.memory import hand_back

_LOADING = threading.Lock()
AS_ASKED = 1
"""The pool grows by what is asked for, not to the next power of two."""


def opened(path: Path) -> Any:
    """A session of a file, on one thread."""
    import onnxruntime  # here and not above: web processes load nothing that looks

    _share_a_pool()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.use_env_allocators", "1")
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    hand_back()  # loading leaves twice the file behind
    return session


def kept(path: Path) -> Any:
    """The one session of a file in this process, opened when it is first asked for. Safe to share between threads."""
    with _LOADING:
        return _kept(path)


def shrinking() -> Any:
    """Options of a run after which the pool gives back what it holds; on a tiny picture they cost a millisecond.

    Before pictures of another shape: what their networks need does not fit into the pieces that the last ones left.
    """
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


@cache
def _kept(path: Path) -> Any:
    return opened(path)


@cache
def _share_a_pool() -> None:
    import onnxruntime

    memory = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(
        memory, onnxruntime.OrtArenaCfg({"arena_extend_strategy": AS_ASKED})
    )
