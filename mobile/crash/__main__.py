"""`make crash`: kill the phone's storage and sync a thousand times, behind a network that spoils what it can, and count."""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from mobile.crash.city import served_city
from mobile.crash.proxy import Proxy
from mobile.crash.run import Run, started_nursery

SHOWN = 20


def main(arguments: list[str] | None = None) -> int:
    """Run and print; 1 when a record was lost or doubled, or could not be delivered in the end."""
    parser = argparse.ArgumentParser(prog="python -m mobile.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument(
        "--seed", type=int, help="repeat the same choices; moments still differ by milliseconds"
    )
    parser.add_argument("--json", action="store_true", help="one line of JSON instead of words")
    options = parser.parse_args(arguments)
    seed = options.seed if options.seed is not None else random.SystemRandom().getrandbits(32)
    said = crash(options.kills, seed, quiet=options.json)
    if options.json:
        print(json.dumps(said))
    else:
        print(described(said))
    return 0 if said["good"] else 1


def crash(kills: int, seed: int, *, quiet: bool = True) -> dict[str, Any]:
    """A whole run in a folder of its own; what it has shown."""
    started_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="qala-crash-") as name:
        folder = Path(name)
        with (
            started_nursery(folder / "phones") as nursery,  # first: it forks, and must have one thread
            served_city(folder, each=kills // 8 + 2) as city,
        ):
            proxy = Proxy(city.host, city.port, seed)
            proxy.start()
            run = Run(city, proxy, nursery, seed)

            def told(done: int) -> None:
                if not quiet and sys.stderr.isatty():
                    print(f"\r{done}/{kills}", end="", file=sys.stderr, flush=True)

            crashing_s = time.monotonic()
            run.crash(kills, told)
            crashed_s = time.monotonic()
            result = run.drain()
            proxy.stop()
    return {
        "good": result.good and not run.course.stuck and not run.course.faults,
        "seed": seed,
        "kills": run.course.kills.total(),
        "kills_after": dict(run.course.kills),
        "lives": run.course.lives,
        "network": dict(proxy.done),
        "full_disk": run.course.without_disk or f"{run.course.full_lives} lives",
        "turned_down_by_full_disk": len(run.books.turned_down),
        "unopened": run.course.notes["unopened"],
        "taken_back": run.course.taken_back,
        "created": result.created,
        "saved": result.saved,
        "stored": result.stored,
        "stored_by_kind": result.stored_by_kind,
        "lost": list(result.lost),
        "duplicated": list(result.duplicated),
        "stuck": run.course.stuck,
        "faults": run.course.faults,
        "on_the_phones": run.course.states,
        "killing_s": round(crashed_s - crashing_s, 1),
        "whole_s": round(time.monotonic() - started_s, 1),
    }


def described(said: dict[str, Any]) -> str:
    """The figures in words."""
    after = ", ".join(f"{name} {count}" for name, count in sorted(said["kills_after"].items()))
    network = ", ".join(f"{name} {count}" for name, count in sorted(said["network"].items()))
    lines = [
        f"kills       {said['kills']} in {said['killing_s']} s, after: {after}",
        f"network     {network}",
        f"full disk   {said['full_disk']}; {said['turned_down_by_full_disk']} saves turned down, "
        f"{said['unopened']} starts in vain",
        "clock       set anew within ± 2 days in every life",
        f"taken back  {said['taken_back']} tasks and routes that were done, by a dispatcher",
        f"created     {said['created']}",
        f"saved       {said['saved']}",
        f"stored      {said['stored']}  ({', '.join(f'{k} {n}' for k, n in sorted(said['stored_by_kind'].items()))})",
        f"lost        {len(said['lost'])}",
        f"duplicated  {len(said['duplicated'])}",
        f"not delivered in the end: {len(said['stuck'])}; faults of the app: {len(said['faults'])}",
        f"seed        {said['seed']}",
    ]
    for name in ("lost", "duplicated", "faults"):
        lines += [f"  {name}: {each}" for each in said[name][:SHOWN]]
    lines += [f"  not delivered: {each}" for each in list(said["stuck"].values())[:SHOWN]]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
