"""A second process that searches in parts of a plan while its owner searches in others, round by round."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Generic, TypeVar

from backend.routing.planning.beside import Beside

Part = TypeVar("Part")
Improved = TypeVar("Improved")


class Lane(Generic[Part, Improved]):
    """The owner's end. Rounds have numbers: on a busy machine an answer may come when the next round's is waited for."""

    def __init__(self, beside: Beside) -> None:
        """Talk to a process that runs `serve`."""
        self._beside = beside
        self._round = 0

    def begin(self, parts: Sequence[Part], ends_s: float) -> None:
        """Hand over the parts of a round, to search in until a moment of the monotonic clock."""
        self._round += 1
        self._beside.send((self._round, tuple(parts), ends_s))

    def stop(self) -> None:
        """Ask for what there is."""
        self._beside.send(None)

    def found(self, wait_s: float | None) -> list[Improved]:
        """What came of this round's parts; empty if it does not come in time (None: any time). What is late belongs to other parts by now."""
        until = None if wait_s is None else time.monotonic() + wait_s
        while answers := self._beside.received(until and max(0.0, until - time.monotonic())):
            for number, found in answers:
                if number == self._round:
                    return list(found)
        return []

    def end(self) -> None:
        """Stop the second process."""
        self._beside.end()


def serve(
    pipe: Connection, search: Callable[[Sequence[Part], float, Callable[[], bool]], list[Improved]]
) -> None:
    """The second process: rounds of parts until the pipe is closed. A message in the middle of a round stops it."""
    while True:
        message = pipe.recv()
        if message is not None:
            number, parts, ends_s = message
            pipe.send((number, search(parts, ends_s, lambda: pipe.poll(0))))
