"""A process beside this one that runs one function with a pipe; it ends with its owner, or when told to."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, Pipe
from typing import Any

RUN = f"import sys; sys.path[:] = sys.argv[4:]; from {__name__} import serve; serve()"
"""A fresh interpreter runs this: multiprocessing would run the caller's main module again, which may be a server's."""


class Beside:
    """The owner's end of the pipe. ``work`` is a function of a module, called there with the other end."""

    def __init__(self, work: Callable[[Connection], None]) -> None:
        self._pipe, other = Pipe()
        self._process = subprocess.Popen(
            [sys.executable, "-c", RUN, str(other.fileno()), work.__module__, work.__name__, *sys.path],
            pass_fds=(other.fileno(),),
            stdin=subprocess.DEVNULL,
        )
        other.close()
        self._sending: threading.Thread | None = None

    def send(self, message: Any) -> None:
        """Hand something over, in order, and go on: one that is only starting reads it a second or two later. Who has died is not told."""
        self._sending = threading.Thread(target=self._deliver, args=(message, self._sending), daemon=True)
        self._sending.start()

    def _deliver(self, message: Any, before: threading.Thread | None) -> None:
        if before is not None:
            before.join()
        try:
            self._pipe.send(message)
        except OSError:
            pass

    def received(self, wait_s: float | None = 0.0) -> list[Any]:
        """What has come in; with ``wait_s`` at most one message, which may take that long (None: any time)."""
        messages: list[Any] = []
        try:
            while self._pipe.poll(None if wait_s is None else wait_s):
                messages.append(self._pipe.recv())
                if wait_s != 0.0:
                    break
        except (EOFError, OSError):
            pass
        return messages

    def end(self) -> None:
        """Stop the process."""
        self._process.terminate()
        self._process.wait()
        if self._sending is not None:
            self._sending.join()
        self._pipe.close()


def serve() -> None:
    """The process beside: call the function that is named, until its owner is gone."""
    from importlib import import_module

    pipe = Connection(int(sys.argv[1]))
    work = getattr(import_module(sys.argv[2]), sys.argv[3])
    try:
        work(pipe)
    except (EOFError, OSError, KeyboardInterrupt):
        pass
