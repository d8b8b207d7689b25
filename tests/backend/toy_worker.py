"""A worker process with toy rows: files in FOLDER/pending, which the work moves to FOLDER/done.

`python toy_worker.py FOLDER GRACE_S`, settings from the environment. A row's file holds how many seconds its work takes.
Each piece of work begun adds a line to FOLDER/begun. At the end a line says whether everything in hand was finished.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from backend.app import create_app
from backend.cli.work import run_consumer
from backend.config import load_settings
from backend.jobs import SWEEPS, sweep, work

WORK = "toy.move"
folder = Path(sys.argv[1]) if __name__ == "__main__" else Path()


@work(WORK)
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
        time.sleep(float(file.read() or 0))
        row.rename(folder / "done" / row.name)


@sweep(WORK)
def waiting() -> Iterable[UUID]:
    """Rows that nobody has done."""
    return [UUID(path.name) for path in sorted((folder / "pending").iterdir())]


if __name__ == "__main__":
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stopping.set())
    app = create_app(load_settings())
    for name in set(SWEEPS) - {WORK}:  # there is no database here in which real rows could wait
        del SWEEPS[name]
    print("started", flush=True)
    finished = run_consumer(app.extensions["qala_jobs"], stopping, daily=False, grace_s=float(sys.argv[2]))
    print("finished" if finished else "abandoned", flush=True)
    os._exit(0)
