"""A worker process with toy rows: files in FOLDER/pending, which the work moves to FOLDER/done.

A row's file holds how many seconds its work takes, or that it takes until the worker has been told to stop. Each piece of work begun adds a line to FOLDER/begun. Processes are forked from one
that has imported all that a worker needs: the import costs more than the tests.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from uuid import UUID

from backend.app import create_app
from backend.cli.work import run_consumer
from backend.config import load_settings
from backend.jobs import SWEEPS, sweep, work

WORK = "toy.move"
UNTIL_STOPPED = "until stopped"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])
folder = Path()
consumer: Any = None


def move(row_id: UUID) -> None:
    """Do a row; a second wake-up finds nothing to do."""
    row = folder / "pending" / str(row_id)
    try:
        file = row.open()
    except FileNotFoundError:
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # its lease: a worker that dies lets go of it
        except BlockingIOError:
            return
        if not row.exists():  # done between opening and locking
            return
        with (folder / "begun").open("a") as log:
            log.write(f"{row_id}\n")
        length = file.read()
        if length == UNTIL_STOPPED:
            consumer.stop_flag.wait()
        else:
            time.sleep(float(length))
        row.rename(folder / "done" / row.name)


def waiting() -> Iterable[UUID]:
    """Rows that nobody has done."""
    return [UUID(path.name) for path in sorted((folder / "pending").iterdir())]


class ToyWorker:
    """A worker process, and what it says: ``started``, in the end whether everything in hand was ``finished`` or ``abandoned``."""

    def __init__(self, folder: Path, grace_s: float, environment: Mapping[str, str]) -> None:
        self.heard, said = FORKS.Pipe(duplex=False)
        self.process = FORKS.Process(target=_run, args=(folder, grace_s, dict(environment), said))
        self.process.start()
        said.close()

    def hear(self, limit_s: float) -> str:
        """The next word."""
        assert self.heard.poll(limit_s), f"waited {limit_s} s in vain for a word"
        word: str = self.heard.recv()
        return word

    def stop(self) -> None:
        """Ask for its end."""
        assert self.process.pid is not None
        os.kill(self.process.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it whatever it does; once more does no harm."""
        self.process.kill()
        self.process.join()
        self.heard.close()


def _run(where: Path, grace_s: float, environment: Mapping[str, str], said: Connection) -> None:
    global folder
    folder = where
    os.environ.update(environment)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopping.set())
    work(WORK)(move)
    sweep(WORK)(waiting)
    app = create_app(load_settings())
    for name in set(SWEEPS) - {WORK}:  # there is no database here in which real rows could wait
        del SWEEPS[name]
    lane = app.extensions["qala_jobs"].lanes["quick"]

    def create_consumer(**options: Any) -> Any:
        global consumer
        consumer = type(lane).create_consumer(lane, **options)
        return consumer

    lane.create_consumer = create_consumer
    said.send("started")
    finished = run_consumer(app.extensions["qala_jobs"], stopping, daily=False, grace_s=grace_s)
    said.send("finished" if finished else "abandoned")
    os._exit(0)
