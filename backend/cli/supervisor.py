"""Keeps programs running: restarts one that dies, stops all of them cleanly. Knows nothing of Qala; Linux.

Each program leads its own session, so a Ctrl-C in the terminal reaches only the supervisor, and what a dead program
leaves behind is ended with its process group. Signals are taken with ``sigtimedwait``: there are no handlers and no races.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

PR_SET_PDEATHSIG = 1  # linux/prctl.h
STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WATCHED_SIGNALS = STOP_SIGNALS | {signal.SIGCHLD}

_libc = ctypes.CDLL(None, use_errno=True)  # loaded before any fork: a child may not load libraries safely


class Announce(Protocol):
    """Takes what happened: an event's name and its facts."""

    def __call__(self, event: str, **facts: Any) -> None: ...


@dataclass(frozen=True)
class Program:
    """A command that shall always run."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None  # None: the supervisor's own
    pass_fds: Sequence[int] = ()


@dataclass(frozen=True)
class Pace:
    """How long a supervisor waits for what."""

    first_pause_s: float = 0.5  # before the first restart; doubles with each further one
    longest_pause_s: float = 30.0
    steady_s: float = 20.0  # a program that ran this long starts over with the first pause
    grace_s: float = 15.0  # between the request to stop and SIGKILL
    tick_s: float = 0.2


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = 0.0
    start_at: float = field(default=float("-inf"))


class Supervisor:
    """Runs programs until it is told to stop."""

    def __init__(
        self,
        programs: Sequence[Program],
        announce: Announce,
        *,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._children = [_Child(program) for program in programs]
        self._announce = announce
        self._pace = pace or Pace()
        self._clock = clock

    def run(self, each_tick: Callable[[], None] = lambda: None) -> None:
        """Start everything and keep it running until SIGTERM, SIGINT or SIGHUP; then stop everything and return.

        ``each_tick`` is called a few times a second and must be quick. Call this in the main thread.
        """
        old_mask = signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED_SIGNALS)
        try:
            while True:
                self._reap(old_mask)
                each_tick()
                received = signal.sigtimedwait(WATCHED_SIGNALS, self._pace.tick_s)
                if received is not None and received.si_signo in STOP_SIGNALS:
                    self._announce("stopping", signal=signal.Signals(received.si_signo).name)
                    return
        finally:
            self._stop()
            signal.pthread_sigmask(signal.SIG_SETMASK, old_mask)

    def _reap(self, mask: set[int | signal.Signals]) -> None:
        """Notice what has ended, start what is due."""
        for child in self._children:
            if child.process is not None and _has_ended(child.process):
                _signal_group(child.process, signal.SIGKILL)  # while the zombie still holds the group's id
                status = child.process.wait()
                now = self._clock()
                ran_s = now - child.started_at
                steady = ran_s >= self._pace.steady_s
                doubled = min(self._pace.longest_pause_s, 2 * child.pause_s)
                child.pause_s = self._pace.first_pause_s if steady or not child.pause_s else doubled
                child.process, child.start_at = None, now + child.pause_s
                facts = {"status": status, "ran_s": round(ran_s, 1), "again_in_s": child.pause_s}
                self._announce("program_ended", program=child.program.name, **facts)
            if child.process is None and self._clock() >= child.start_at:
                self._start(child, mask)

    def _start(self, child: _Child, mask: set[int | signal.Signals]) -> None:
        parent_pid = os.getpid()

        def prepare() -> None:
            die_with_parent(parent_pid)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)

        program = child.program
        child.started_at = self._clock()  # on a busy machine it may end before Popen comes back
        child.process = subprocess.Popen(
            list(program.command),
            env=None if program.environment is None else dict(program.environment),
            stdin=subprocess.DEVNULL,
            pass_fds=tuple(program.pass_fds),
            start_new_session=True,
            preexec_fn=prepare,  # safe: the supervisor has one thread
        )
        self._announce("program_started", program=program.name, pid=child.process.pid)

    def _stop(self) -> None:
        """Ask everything to stop; kill what has not stopped within the grace."""
        running = [
            (child.program.name, child.process) for child in self._children if child.process is not None
        ]
        for _name, process in running:
            if not _has_ended(process):
                process.terminate()
        deadline = self._clock() + self._pace.grace_s
        for name, process in running:
            while not _has_ended(process) and self._clock() < deadline:
                signal.sigtimedwait({signal.SIGCHLD}, self._pace.tick_s)
            if not _has_ended(process):
                self._announce("program_killed", program=name, after_s=self._pace.grace_s)
            _signal_group(process, signal.SIGKILL)
            status = process.wait()
            self._announce("program_stopped", program=name, status=status)


def die_with_parent(parent_pid: int, by: signal.Signals = signal.SIGTERM) -> None:
    """Have the kernel send this process a signal when its parent ends; at once when the parent has ended already."""
    if _libc.prctl(PR_SET_PDEATHSIG, int(by), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), by)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has ended, without reaping it."""
    if process.returncode is not None:
        return True
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a process and whatever of its session is left."""
    if process.returncode is None:
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            pass
