"""What passes on the live feed without standing in the ledger: declared by features, for viewers who ask for it and may see it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from flask import Flask

from backend.clock import now
from backend.database import transaction
from backend.web.principal import Principal

OVERLAP = timedelta(seconds=5)  # what came, by the clock, before it was committed
Sees = Callable[[UUID | None], bool]  # whether a viewer may see what belongs to a district


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that changed; ``key`` says which, so that the same state is not told twice."""

    district_id: UUID | None
    key: tuple[Any, ...]
    since: datetime  # when it came
    content: dict[str, Any]  # as JSON has it


@dataclass(frozen=True, kw_only=True)
class Source:
    """A kind of news: ``read`` since a moment, in a transaction; ``open`` lets a viewer in (NotAllowed if not) and logs it."""

    kind: str
    read: Callable[[datetime], Collection[Item]]
    open: Callable[[Principal], Sees]


@dataclass(frozen=True)
class News:
    """Everything of one kind that changed lately, on its way to viewers."""

    kind: str
    items: tuple[Item, ...]

    def as_sse(self, sees: Sees) -> str | None:
        """What a viewer may see of it as one server-sent event without an id; None when that is nothing."""
        seen = [item.content for item in self.items if sees(item.district_id)]
        if not seen:
            return None
        data = json.dumps({"items": seen}, ensure_ascii=False, separators=(",", ":"))
        return f"event: {self.kind}\ndata: {data}\n\n"


class Viewer(Protocol):
    """Somebody who asked for kinds of passing news."""

    sees: Mapping[str, Sees]

    def offer(self, event: News) -> None:
        """Hand news over without ever waiting."""


class Watch:
    """What one process tells of passing news: each state once, and not too often."""

    def __init__(self, app: Flask, every_s: float) -> None:
        self.app = app
        self.every_s = every_s
        self._due_at = 0.0
        self._since: dict[str, datetime] = {}
        self._told: dict[str, set[tuple[Any, ...]]] = {}

    def look(self, viewers: Collection[Viewer]) -> None:
        """Tell viewers what changed since the last look that was due; the first look tells what happens from then on."""
        if time.monotonic() < self._due_at:
            return
        self._due_at = time.monotonic() + self.every_s
        wanted = {kind for viewer in viewers for kind in viewer.sees}
        for kind in self._since.keys() - wanted:
            del self._since[kind], self._told[kind]
        for kind in sorted(wanted):
            news = self._read(kind)
            for viewer in viewers if news.items else ():
                if kind in viewer.sees:
                    viewer.offer(news)

    def _read(self, kind: str) -> News:
        with self.app.app_context(), transaction(read_only=True):
            begin = self._since.get(kind) or now()
            found = SOURCES[kind].read(begin - OVERLAP)
        told = self._told.get(kind, set())
        self._told[kind] = {item.key for item in found}
        self._since[kind] = max([begin, *(item.since for item in found)])
        return News(kind, tuple(item for item in found if item.key not in told))


SOURCES: dict[str, Source] = {}


def declare(source: Source) -> None:
    """Let a feature put news on the live feed."""
    SOURCES[source.kind] = source
