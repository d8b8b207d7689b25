"""What a report shows: what a person said of it, else the model, else its reporter; with sizes and the look of the place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from backend.database import db
from backend.roads.looking.drawn import drawn_on, outlines_on
from backend.roads.looking.models import DefectPhoto
from backend.roads.models import Defect
from shared.vocabulary import CannotAssess, DefectKind, DefectState, Severity

NO_SCALE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What all photos of a report show together."""

    kind: DefectKind | None  # None: no fault
    severity: Severity | None
    cannot: CannotAssess | None
    faults: tuple[
        dict[str, Any], ...
    ]  # kind, severity, area_m2, length_m of each outline in the photo that shows most
    scale: str
    look: bytes | None  # float16, of that photo
    looker: str | None  # the model whose look it is


def seen_in(row: Defect) -> Seen:
    """What is known of a report now. A fault that only its reporter saw is one, until a person says otherwise."""
    photos = list(
        db.session().scalars(
            sa.select(DefectPhoto).where(DefectPhoto.defect_id == row.id).order_by(DefectPhoto.place)
        )
    )
    drawn = drawn_on(row.id)
    outlines = {photo.place: outlines_on(photo, drawn) for photo in photos}
    best = max(photos, key=lambda photo: _share(outlines[photo.place]), default=None)  # of equals the first
    rejected = row.state is DefectState.REJECTED
    kept = (best.finding if best is not None else None) or {}
    return Seen(
        kind=None if rejected else row.kind or row.kind_guess,
        severity=None if rejected else row.severity,
        cannot=row.cannot,
        faults=() if rejected else tuple(_fault(each) for each in (outlines[best.place] if best else ())),
        scale=kept.get("scale") or NO_SCALE,
        look=next((each.look for each in (best, *photos) if each is not None and each.look), None),
        looker=row.model,
    )


def _share(outlines: Iterable[Mapping[str, Any]]) -> float:
    return sum(float(each["area_share"]) for each in outlines)


def _fault(outline: Any) -> dict[str, Any]:
    return {name: outline[name] for name in ("kind", "severity", "area_m2", "length_m")}
