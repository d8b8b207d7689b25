"""`python -m mobile.crash.nursery FOLDER`: has everything imported, and starts each life of the phone as a process of its own.

An Android phone starts its apps the same way, from a process that waits with everything loaded. Orders come as lines of
JSON on standard input; what the lives say goes to standard output, between «born» and «ended».
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path

from mobile.crash import small_disk
from mobile.crash.life import Order, live
from mobile.crash.notes import note

DISK_MB = 96


def main() -> int:
    """Obey orders until there are no more."""
    folder = Path(sys.argv[1])
    without = small_disk.mount(folder, DISK_MB)
    note("ready", without_disk=without)
    for line in sys.stdin:
        said = json.loads(line)
        leave_bytes = said.pop("leave_bytes")
        if not without:
            small_disk.empty(folder) if leave_bytes is None else small_disk.fill(folder, leave_bytes)
        pid = os.fork()
        if pid == 0:
            _be_born(Order(**said), folder)
        note("born", pid=pid)
        _pid, status = os.waitpid(pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        note("ended", killed=killed, status=status)
    return 0


def _be_born(order: Order, folder: Path) -> None:
    status = 1
    try:
        live(order, folder)
        status = 0
    except Exception as error:
        note("fault", where="life", why=type(error).__name__, text=traceback.format_exc()[-600:])
    finally:
        os._exit(status)


if __name__ == "__main__":
    sys.exit(main())
