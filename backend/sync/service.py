"""What a device must add, change and forget: its last snapshot held against what its user may see now.

Why snapshots and not a log of changes: docs/decisions/0003-sync-by-snapshot.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.attendance import service as attendance
from backend.attendance.spot_checks import service as spot_checks
from backend.clock import new_id, now
from backend.database import db
from backend.roads import service as roads
from backend.roads.cases import carrying as faults
from backend.routing import answers as routing
from backend.streets import service as streets
from backend.sync.models import SyncSnapshot
from backend.sync.rules import Content, Difference, difference
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.contracts import SyncAnswer, Tombstone

KEPT_PER_DEVICE = 5

Visible = Callable[[Principal], dict[UUID, str]]
Load = Callable[[Principal, list[UUID]], Sequence[Any]]


@dataclass(frozen=True)
class Source:
    """A kind of thing that phones carry along, and the field of the answer that holds it."""

    field: str
    visible: Visible
    load: Load


SOURCES: dict[str, Source] = {}


def register(kind: str, visible: Visible, load: Load, *, field: str) -> None:
    """Let a feature's things travel to phones.

    ``visible`` gives the id of each thing that the principal's phone should hold, with a text that changes
    whenever the thing does; ``load`` gives the contracts for some of the ids, without what is no longer visible.
    """
    SOURCES[kind] = Source(field, visible, load)


register("task", tasks.visible, tasks.load, field="tasks")
register("check_in", attendance.visible, attendance.load, field="check_ins")
register("spot_check", spot_checks.visible, spot_checks.load, field="spot_checks")
register("defect", roads.visible, roads.load, field="defects")
register("fault", faults.visible, faults.load, field="faults")
register("route", routing.visible, routing.load, field="routes")


def answer(
    by: Principal, cursor: str | None = None, *, sources: Mapping[str, Source] = SOURCES
) -> SyncAnswer:
    """What changed for the principal's device since the answer that carried ``cursor``.

    Without a cursor that this device was given and the server still knows, the answer is complete and says
    ``reset``. The same cursor may be sent again, because an answer may be lost: its snapshot stays as it is.
    """
    base = _snapshot(by, cursor) if cursor else None
    visible = {
        kind: {str(key): version for key, version in source.visible(by).items()}
        for kind, source in sources.items()
    }
    todo = difference(base.content if base else {}, visible)
    loaded = _load(by, todo, sources)
    things: dict[str, tuple[Any, ...]] = {"tasks": (), "check_ins": ()}
    things |= {sources[kind].field: tuple(contracts) for kind, contracts in loaded.items()}
    return SyncAnswer(
        cursor=str(base.id if base and not todo else _keep(by, _held(visible, todo, loaded), base)),
        reset=base is None,
        server_time=now(),
        min_client=settings().min_client,
        streets=streets.pack_notice(),
        tombstones=tuple(Tombstone(kind=kind, id=UUID(key)) for kind, key in todo.gone),
        **things,
    )


def _load(by: Principal, todo: Difference, sources: Mapping[str, Source]) -> dict[str, Sequence[Any]]:
    ids: dict[str, list[UUID]] = {}
    for kind, key in todo.changed:
        ids.setdefault(kind, []).append(UUID(key))
    return {kind: sources[kind].load(by, wanted) for kind, wanted in ids.items()}


def _held(
    visible: Content, todo: Difference, loaded: Mapping[str, Sequence[Any]]
) -> dict[str, dict[str, str]]:
    """What the device holds after this answer: not what left the scope between looking and loading."""
    sent = {(kind, str(thing.id)) for kind, things in loaded.items() for thing in things}
    missed = set(todo.changed) - sent
    return {
        kind: {key: version for key, version in versions.items() if (kind, key) not in missed}
        for kind, versions in visible.items()
    }


def _snapshot(by: Principal, cursor: str) -> SyncSnapshot | None:
    try:
        key = UUID(cursor)
    except ValueError:
        return None
    return db.session().scalar(
        sa.select(SyncSnapshot).where(SyncSnapshot.id == key, SyncSnapshot.device_id == by.device_id)
    )


def _keep(by: Principal, content: dict[str, dict[str, str]], base: SyncSnapshot | None) -> UUID:
    """Write a snapshot and forget the device's oldest, but not the one that it came with."""
    query = sa.select(SyncSnapshot.id, SyncSnapshot.number).where(SyncSnapshot.device_id == by.device_id)
    known = db.session().execute(query.order_by(SyncSnapshot.number.desc())).all()
    old = [row.id for row in known[KEPT_PER_DEVICE - 1 :] if base is None or row.id != base.id]
    db.session().execute(sa.delete(SyncSnapshot).where(SyncSnapshot.id.in_(old)))
    number = known[0].number + 1 if known else 1
    snapshot = SyncSnapshot(
        id=new_id(), device_id=by.device_id, number=number, created_at=now(), content=content
    )
    db.session().add(snapshot)
    return snapshot.id
