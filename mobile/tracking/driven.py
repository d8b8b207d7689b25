"""The way that a crew has driven, as it was recorded: read from the outbox, where sent batches stay for two weeks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from mobile.outbox.ladder import Item, ItemKind
from shared.contracts import DecodeError, Fix, LocationBatch, decode, parse_json
from shared.geometry import ACCURACY_MAX_M

GAP = timedelta(
    minutes=6
)  # standing, the receiver speaks every two minutes; longer is a hole that nobody drove
Position = tuple[float, float]  # lat, lon
Way = tuple[Position, ...]


class Batches(Protocol):
    """The outbox, as far as it keeps what was recorded."""

    def manifests(self, subject_id: UUID, kind: ItemKind) -> list[tuple[Item, bytes]]: ...


def recorded(outbox: Batches, subject_id: UUID) -> tuple[Fix, ...]:
    """The fixes of one route or task, oldest first; reads the disk."""
    found: list[Fix] = []
    for _item, manifest in outbox.manifests(subject_id, ItemKind.LOCATION_FIXES):
        try:
            found += decode(LocationBatch, parse_json(manifest)).fixes
        except DecodeError:  # of another version of the app
            continue
    return tuple(sorted(found, key=lambda fix: fix.taken_at))


def ways(fixes: Iterable[Fix]) -> tuple[Way, ...]:
    """The fixes as lines, cut where nothing was recorded for a while; poor ones are left out."""
    lines: list[list[Position]] = []
    last: Fix | None = None
    for fix in fixes:
        if fix.accuracy_m > ACCURACY_MAX_M:
            continue
        if last is None or fix.taken_at - last.taken_at > GAP:
            lines.append([])
        lines[-1].append((fix.lat, fix.lon))
        last = fix
    return tuple(tuple(line) for line in lines)


def newest(fixes: Sequence[Fix], most: int) -> tuple[Fix, ...]:
    """At most so many, the oldest left out."""
    return tuple(fixes[-most:])
