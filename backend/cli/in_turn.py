"""Several commands in one process, which saves importing the application for each: `python -m backend.cli.in_turn A B`.

Only the last one's standard output is kept apart; what the others print goes to standard error.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence

from backend.cli import main


def run_in_turn(names: Sequence[str]) -> None:
    """Run commands without options; the first that fails ends the process with its status."""
    for name in names:
        last = name == names[-1]
        with contextlib.nullcontext() if last else contextlib.redirect_stdout(sys.stderr):
            try:
                main([name], prog_name="qala")
            except SystemExit as end:
                if end.code:
                    raise


if __name__ == "__main__":
    run_in_turn(sys.argv[1:])
