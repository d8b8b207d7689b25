"""`python -m mobile.simulated`: what `qala demo` and `qala seed-demo` run as a process of its own."""

from __future__ import annotations

import argparse
import json
import random
import signal
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from mobile.keeping.sole import AlreadyRunning
from mobile.simulated import fault_reports, fleet_day
from mobile.simulated.cast import Cast, pick_up, pick_up_with_outbox
from mobile.simulated.city import City
from mobile.simulated.demonstration import LOGIN, demonstrate
from mobile.simulated.faces import find_face
from shared.vocabulary import Language

ENROLMENT_PHOTOS = 5
ENROLMENT_SEED = 1
PLAYS = {"fleet-day": fleet_day.play, "fault-reports": fault_reports.play}


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line asks."""
    options = _parser().parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sys.exit(0))
    if options.what == "photos":
        return write_photos(options.faces, options.data, options.out)
    if options.what in PLAYS:
        rng = random.Random(options.seed)
        PLAYS[options.what](options.server, options.keys, rng, sys.stdin, sys.stdout)
        return 0
    cast = Cast.load(options.cast, options.data)
    if options.what == "check-in":
        language = Language(options.language)
        rng = random.Random()
        phone = pick_up(LOGIN, "demonstration", options.server, options.keys, rng, language)
        return demonstrate(phone, cast, language, partial(print, flush=True))
    rng = random.Random(options.seed)
    try:
        city = City(
            cast,
            lambda login: pick_up_with_outbox(login, "city", options.server, options.keys, rng),
            rng,
            _log,
        )
    except AlreadyRunning as other:
        print(other.message, file=sys.stderr)
        return 1
    city.live(options.pace)
    return 0


def write_photos(faces: list[str], data_dir: Path, out: Path) -> int:
    """Write photos to enrol each face with to OUT/FACE/0.jpg …; faces that are not on this machine are left out."""
    for name in faces:
        face = find_face(name, data_dir)
        if face is None:
            continue
        folder = out / name
        folder.mkdir(parents=True)
        for index, photo in enumerate(face.enrolment(random.Random(ENROLMENT_SEED), ENROLMENT_PHOTOS)):
            (folder / f"{index}.jpg").write_bytes(photo)
    return 0


def _log(event: str, **facts: Any) -> None:
    """One JSON line on standard error, in the form of the server's own log."""
    line = {**facts, "event": event, "level": "info", "timestamp": datetime.now(UTC).isoformat()}
    print(json.dumps(line), file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m mobile.simulated", description=__doc__)
    parts = parser.add_subparsers(dest="what", required=True)
    photos = parts.add_parser("photos", help="write photos to enrol faces with")
    photos.add_argument("faces", nargs="*")
    photos.add_argument("--data", type=Path, required=True)
    photos.add_argument("--out", type=Path, required=True)
    for name, words in (("check-in", "check-ins with verdicts and reasons"), ("city", "act for ever")):
        part = parts.add_parser(name, help=words)
        part.add_argument("--server", required=True)
        part.add_argument("--cast", type=Path, required=True)
        part.add_argument("--keys", type=Path, required=True)
        part.add_argument("--data", type=Path)
        if name == "check-in":
            part.add_argument("--language", default="ru", choices=[language.value for language in Language])
        else:
            part.add_argument("--pace", type=float, default=30.0)
            part.add_argument("--seed", type=int)
    plays = {
        "fleet-day": "crews of a day, told the time line by line",
        "fault-reports": "crews that photograph faults, told what they see line by line",
    }
    for name, words in plays.items():
        play = parts.add_parser(name, help=words)
        play.add_argument("--server", required=True)
        play.add_argument("--keys", type=Path, required=True)
        play.add_argument("--seed", type=int)
    return parser


if __name__ == "__main__":
    sys.exit(main())
