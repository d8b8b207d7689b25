"""What people drew on the photos of a report: the newest outlines of each photo stand, whoever drew them, until somebody draws anew.

A later word that draws nothing leaves them as they are, also one that calls the report no fault: who takes that back finds
them again. What they teach is another matter, see ``exporting``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.database import db
from backend.roads.looking.models import DefectLabel, DefectPhoto
from backend.roads.looking.rules import outlines_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """All faults of one photo as a person drew them."""

    by: UUID
    at: datetime
    outlines: tuple[Mapping[str, Any], ...]  # in the form of the eye's own
    is_disputed: bool  # somebody has called the outlines wrong since


def drawn_on(defect_id: UUID) -> dict[int, Drawn]:
    """The newest drawn outlines by the photo's place in the report; of photos that nobody drew on there is none."""
    query = sa.select(DefectLabel).where(DefectLabel.defect_id == defect_id)
    found: dict[int, Drawn] = {}
    last_word: bool | None = None  # on outlines, of those said later
    for label in db.session().scalars(query.order_by(DefectLabel.said_at.desc(), DefectLabel.id.desc())):
        for each in label.outlines or ():
            drawn = Drawn(
                by=label.said_by,
                at=label.said_at,
                outlines=tuple(each["faults"]),
                is_disputed=last_word is False,
            )
            found.setdefault(each["photo"], drawn)
        last_word = label.outlines_right if last_word is None else last_word
    return found


def outlines_on(photo: DefectPhoto, drawn: Mapping[int, Drawn]) -> list[Mapping[str, Any]]:
    """The outlines that stand on a photo: those drawn by a person, else the eye's."""
    by_hand = drawn.get(photo.place)
    return outlines_of(photo.finding) if by_hand is None else list(by_hand.outlines)
