"""The books of a crash run: what was created, what was called saved, and what the server has of it in the end."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from mobile.crash.movable import STEPS, Move

EVIDENCE = {"check_in": "check_ins", "defect": "defects", "stop_report": "stop_reports"}
BATCHES = "location_batches"


@dataclass
class Books:
    """Two logs, one written before each save and one after, by who is not killed; ids by kind."""

    created: dict[str, str] = field(default_factory=dict)  # id → kind
    saved: set[str] = field(default_factory=set)
    turned_down: set[str] = field(default_factory=set)  # the disk was full, and the app has said so
    moves: dict[str, Move] = field(default_factory=dict)

    def take_down(self, said: dict[str, Any]) -> None:
        """Write down what a life says."""
        if said["note"] == "created":
            self.created[said["id"]] = said["kind"]
            if "move" in said:
                self.moves[said["id"]] = Move(*said["move"])
        elif said["note"] == "saved":
            self.saved.add(said["id"])
        elif said["note"] == "full":
            self.turned_down.add(said["id"])


@dataclass(frozen=True)
class Result:
    """What a run has shown."""

    created: int
    saved: int
    stored: int
    lost: tuple[str, ...]
    duplicated: tuple[str, ...]
    stored_by_kind: dict[str, int]

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled."""
        return not self.lost and not self.duplicated


def settle(books: Books, database: Path) -> Result:
    """Compare the books with the server's rows.

    Lost: called saved, and not there. Duplicated: the same capture under two ids (a device captures one thing at a
    time), a row that no capture made, a fix or a change of state that is there twice, or something that the app had
    turned down because its disk was full.
    """
    stored: set[str] = set()
    doubled: list[str] = []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for kind, table in EVIDENCE.items():
            rows = connection.execute(f"SELECT id, device_id, device_at FROM {table}").fetchall()
            stored |= {str(UUID(row[0])) for row in rows}
            doubled += _repeated(kind, [(row[1], row[2]) for row in rows])
        stored |= {str(UUID(row[0])) for row in connection.execute(f"SELECT id FROM {BATCHES}")}
        fixes = connection.execute("SELECT device_id, taken_at FROM location_fixes").fetchall()
        doubled += _repeated("fix", fixes)
        asked: set[str] = set()
        for kind in STEPS:
            moved = connection.execute(f"SELECT {kind}_id, target, moved_by FROM {kind}_moves").fetchall()
            doubled += _repeated(f"{kind}_move", moved)  # of one user: a dispatcher takes back in between
            asked |= {str(UUID(row[0])) for row in connection.execute(f"SELECT id FROM asked_{kind}_moves")}
    doubled += [f"move that nobody asked for: {each}" for each in sorted(asked - set(books.moves))]
    doubled += [f"row that nobody captured: {each}" for each in sorted(stored - set(books.created))]
    stored |= asked & set(books.moves)
    doubled += [f"turned down, and there: {each}" for each in sorted(stored & books.turned_down)]
    lost = [f"{books.created[each]} {each}" for each in sorted(books.saved - stored)]
    return Result(
        created=len(books.created),
        saved=len(books.saved),
        stored=len(stored),
        lost=tuple(lost),
        duplicated=tuple(doubled),
        stored_by_kind=dict(Counter(books.created.get(each, "?") for each in stored)),
    )


def _repeated(kind: str, keys: list[tuple[Any, ...]]) -> list[str]:
    return [f"{kind} twice: {key}" for key, count in Counter(keys).items() if count > 1]
