"""The city's table of repairs: read by all who see cases, set by administrators, kept as it was set."""

from __future__ import annotations

import hashlib
from typing import Any

import sqlalchemy as sa

from backend.clock import new_id, now
from backend.database import db
from backend.errors import Invalid
from backend.ledger.service import record
from backend.roads.cases.models import RoadCare
from backend.roads.cases.rules import care
from backend.web.principal import Principal
from shared.encoding import canonical_json
from shared.i18n import Message
from shared.vocabulary import Audience

_ = Message


def care_in_force() -> tuple[int, care.CareTable]:
    """The newest table and its number; the defaults, and 0, before the first."""
    row = db.session().scalar(sa.select(RoadCare).order_by(RoadCare.number.desc()).limit(1))
    return (0, care.DEFAULTS) if row is None else (row.number, care.read(row.content))


def set_care(by: Principal, content: dict[str, Any]) -> tuple[int, care.CareTable]:
    """Put a table in force; what it leaves out is as in the defaults. The same again is no new one.

    Cases take it when they are opened, or change next.
    """
    _require_once(content)
    number, in_force = care_in_force()
    wished = care.read(content)
    if care.written(wished) == care.written(in_force):
        return number, in_force
    row = RoadCare(
        id=new_id(), number=number + 1, content=care.written(wished), set_by=by.user_id, set_at=now()
    )
    db.session().add(row)
    record(
        "road_care.set",
        actor=by.actor,
        subject=f"road_care:{row.number}",
        at=row.set_at,
        audience=Audience.OPERATIONS,
        number=row.number,
        sha256=hashlib.sha256(canonical_json(row.content)).hexdigest(),
    )
    return row.number, wished


def _require_once(content: dict[str, Any]) -> None:
    seen: set[str] = set()
    for at, each in enumerate(content.get("classes", ())):
        if each["street_class"] in seen:
            message = _("{value} stands here twice: keep one of the two")
            raise Invalid({f"classes[{at}].street_class": [message.format(value=each["street_class"])]})
        seen.add(each["street_class"])
