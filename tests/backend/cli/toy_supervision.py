"""A supervisor of toy programs in a process of its own: `python toy_supervision.py SPEC`, events as JSON lines.

SPEC is JSON: ``{"programs": {name: python source}, "pace": {…}}``.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from backend.cli.supervisor import Pace, Program, Supervisor


def announce(event: str, **facts: Any) -> None:
    """One JSON line an event."""
    print(json.dumps({"event": event, **facts}), flush=True)


if __name__ == "__main__":
    spec = json.loads(sys.argv[1])
    programs = [Program(name, (sys.executable, "-c", source)) for name, source in spec["programs"].items()]
    Supervisor(programs, announce, pace=Pace(**spec["pace"])).run()
    announce("ended")
