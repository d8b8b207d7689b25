"""Waiting for a worker without holding anything: a request that looks at its row again and again for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.2


def wait_until(look: Callable[[], Answer], done: Callable[[Answer], bool], at_most_s: float) -> Answer:
    """Look until the answer is done or the time is up; each look is a short transaction of its own."""
    ends_at = time.monotonic() + at_most_s
    pause_s = FIRST_PAUSE_S
    while True:
        answer = look()
        if done(answer) or time.monotonic() + pause_s > ends_at:
            return answer
        time.sleep(pause_s)
        pause_s = min(pause_s * 1.5, LONGEST_PAUSE_S)
