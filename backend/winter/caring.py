"""The care table and the priorities of named streets: read by all who plan, set by administrators, kept as they were set."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from backend.accounts.service import require_district
from backend.clock import new_id, now
from backend.database import db
from backend.errors import Invalid
from backend.ledger.service import record
from backend.streets import service as streets
from backend.web.principal import Principal
from backend.winter.facts import care_in_force, places_of, segments_named
from backend.winter.models import StreetPriority, WinterCare
from backend.winter.rules import care
from backend.winter.rules.names import plain_name
from shared.encoding import canonical_json
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message
NAMED_IN_ERROR = 5


def care_table() -> tuple[int, dict[str, Any]]:
    """The number of the care table in force (0: the defaults) and the table as JSON."""
    number, table = care_in_force()
    return number, care.written(table)


def set_care(by: Principal, *, content: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Put a care table in force; what it leaves out is as in the defaults. The same again is no new one."""
    known = [each["district_id"] for each in content.get("corrections", ())]
    for at, district_id in enumerate(known):
        require_district(UUID(str(district_id)), by, "winter.set", field=f"corrections[{at}].district_id")
    _require_once(content)
    number, now_in_force = care_table()
    wished = care.written(care.read(content))
    if wished == now_in_force:
        return number, now_in_force
    row = WinterCare(id=new_id(), number=number + 1, content=wished, set_by=by.user_id, set_at=now())
    db.session().add(row)
    record(
        "winter.care_set",
        actor=by.actor,
        subject=f"winter_care:{row.number}",
        at=row.set_at,
        audience=Audience.OPERATIONS,
        number=row.number,
        sha256=hashlib.sha256(canonical_json(wished)).hexdigest(),
    )
    return row.number, wished


def list_priorities() -> list[dict[str, Any]]:
    """Every priority in force, the most urgent first, with how many pieces of street it names today."""
    rows = db.session().scalars(sa.select(StreetPriority))
    found = sorted(rows, key=lambda row: (row.priority, row.street or "", str(row.id)))
    return [_shown(row) for row in found]


def set_priority(
    by: Principal, *, street: str | None, segment_ids: list[int] | None, priority: int | None, note: str
) -> dict[str, Any] | None:
    """Give a street, or pieces of one, a priority of its own; None takes it away. Invalid names what no street is."""
    key = _key(street, segment_ids)
    row = db.session().scalar(sa.select(StreetPriority).where(StreetPriority.key == key).with_for_update())
    if priority is None:
        if row is not None:
            db.session().delete(row)
            _record(row, by, None)
        return None
    _require_there(street, segment_ids)
    if row is not None and (row.priority, row.note) == (priority, note):
        return _shown(row)
    if row is None:
        row = StreetPriority(
            id=new_id(),
            key=key,
            street=street.strip() if street is not None else None,
            segment_ids=sorted(set(segment_ids or ())),
        )
        db.session().add(row)
    row.priority, row.note = priority, note
    row.set_by, row.set_at = by.user_id, now()
    _record(row, by, priority)
    return _shown(row)


def _key(street: str | None, segment_ids: list[int] | None) -> str:
    if (street is None) == (segment_ids is None):
        message = _("send either street or segment_ids, not both and not neither")
        raise Invalid({"street": [message]})
    if street is not None:
        return f"street:{plain_name(street)}"
    ids = ",".join(map(str, sorted(set(segment_ids or ()))))
    return f"segments:{hashlib.sha256(ids.encode()).hexdigest()}"


def _require_there(street: str | None, segment_ids: list[int] | None) -> None:
    network = streets.network()
    if street is not None:
        if not len(segments_named(network, street)):
            message = _(
                "no street is called {value}: write it as the map does, in Russian, Kazakh or English"
            )
            raise Invalid({"street": [message.format(value=street)]})
        return
    wished = np.array(sorted(set(segment_ids or ())), dtype=np.int64)
    missing = wished[~np.isin(wished, network.segment_id[places_of(network, wished.tolist())])].tolist()
    if missing:
        message = _("there are no pieces of street {value}: see /street-segments for their ids")
        shown = ", ".join(map(str, missing[:NAMED_IN_ERROR]))
        raise Invalid({"segment_ids": [message.format(value=shown)]})


def _require_once(content: dict[str, Any]) -> None:
    errors: dict[str, list[Message]] = {}
    for name, key in (
        ("classes", "street_class"),
        ("priorities", "priority"),
        ("corrections", "district_id"),
    ):
        seen: set[Any] = set()
        for at, each in enumerate(content.get(name, ())):
            if each[key] in seen:
                message = _("{value} stands here twice: keep one of the two")
                errors[f"{name}[{at}].{key}"] = [message.format(value=str(each[key]))]
            seen.add(each[key])
    if errors:
        raise Invalid(errors)


def _shown(row: StreetPriority) -> dict[str, Any]:
    pieces = None
    if streets.newest_import() is not None:
        network = streets.network()
        at = (
            places_of(network, row.segment_ids) if row.street is None else segments_named(network, row.street)
        )
        pieces = len(at)
    names = ("street", "segment_ids", "priority", "note", "set_by", "set_at")
    return {name: getattr(row, name) for name in names} | {"pieces": pieces}


def _record(row: StreetPriority, by: Principal, priority: int | None) -> None:
    record(
        "winter.priority_set" if priority is not None else "winter.priority_withdrawn",
        actor=by.actor,
        subject=f"street_priority:{row.id}",
        at=now(),
        audience=Audience.OPERATIONS,
        street=row.street,
        segments=len(row.segment_ids) or None,
        priority=priority,
    )
