"""Results of looking: what each photo showed, its blurred view, and what people say of it; placing what came without a place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.geofences import service as geofences
from backend.jobs import wake
from backend.ledger.service import record
from backend.roads import service as roads
from backend.roads.blurring.drawing import with_outlines
from backend.roads.cases import service as cases
from backend.roads.cases.believing import views_of
from backend.roads.cases.citizens import is_on_task
from backend.roads.cases.intake import take_in
from backend.roads.cases.rules.life import PLANNERS
from backend.roads.cases.turns import take_turn
from backend.roads.looking.drawn import Drawn, drawn_on, outlines_on
from backend.roads.looking.holding import WORK, owner, views_owner
from backend.roads.looking.models import DefectPhoto, Looking
from backend.roads.looking.rules import in_words
from backend.roads.models import Defect
from backend.uploads import evidence
from backend.web.principal import Principal
from shared.geometry import Point, distance_m
from shared.i18n import Message
from shared.vocabulary import (
    Audience,
    DefectSource,
    DefectState,
    LookState,
    MovedBecause,
)

_ = Message
EMPTY = {"model": None, "road_share": 0.0, "crack_share": 0.0, "pothole_share": 0.0, "scale": "none"}
ON_PHONES_PX = 800
# A person's word moves a fault only before its repair is planned; later the case's own life goes on
SAYABLE = frozenset({DefectState.RECEIVED, DefectState.CONFIRMED, DefectState.REJECTED})


def view(defect_id: UUID, place: int, by: Principal, *, outlines: bool) -> bytes:
    """A JPEG of one photo with faces and plates blurred; Conflict until there is one, and where there can be none."""
    row = roads.get(defect_id, by)
    photo = db.session().get(DefectPhoto, (row.id, place))
    if photo is None:
        raise NotFound(_("photo"), f"{defect_id}/{place}")
    if photo.view is None:
        raise not_shown(row)
    try:
        shown = evidence.photo(views_owner(row.id), photo.view)
    except evidence.PhotoGone as error:
        raise NotFound(_("photo"), f"{defect_id}/{place}") from error
    return with_outlines(shown, outlines_on(photo, drawn_on(row.id))) if outlines else shown


def case_photo(case_id: UUID, by: Principal) -> bytes:
    """A case's newest view with its outlines, small enough for a phone; for planners, and for whoever is to repair it."""
    case = cases.get(case_id, by, "cases.move")
    if by.role not in PLANNERS and not is_on_task(case, by):
        raise NotAllowed(_("Only whoever has the task of the repair may see its photos: ask a dispatcher."))
    for seen in reversed(views_of(case)):
        for photo in photos_of(seen.defect_id):
            if photo.view is None:
                continue
            try:
                shown = evidence.photo(views_owner(seen.defect_id), photo.view)
            except evidence.PhotoGone:
                continue
            outlines = outlines_on(photo, drawn_on(seen.defect_id))
            return with_outlines(shown, outlines, most_px=ON_PHONES_PX)
    raise NotFound(_("photo"), case_id)


def findings(defect_id: UUID, by: Principal) -> list[dict[str, Any]]:
    """What each photo of a report showed, in its order; where a person has drawn, the person's outlines."""
    row = roads.get(defect_id, by)
    drawn = drawn_on(row.id)
    return [_finding(photo, drawn) for photo in photos_of(row.id)]


def photos_of(defect_id: UUID) -> list[DefectPhoto]:
    """The photos of a report in its order."""
    query = sa.select(DefectPhoto).where(DefectPhoto.defect_id == defect_id).order_by(DefectPhoto.place)
    return list(db.session().scalars(query))


def put_in_place(
    defect_id: UUID,
    by: Principal,
    *,
    lat: float,
    lon: float,
    accuracy_m: float,
    because: MovedBecause | None = None,
) -> Defect:
    """Put a report on the map, or correct its place; ``because`` says why it lies elsewhere than its own fixes showed.

    The district that holds the place answers for the report from then on, unless its task or a citizen's request names one.
    """
    take_turn()
    row = roads.to_change(defect_id, by, "defects.place")
    city, radius_km = settings(), settings().city_radius_km
    away_km = distance_m(Point(lat=city.city_lat, lon=city.city_lon), Point(lat=lat, lon=lon)) / 1000
    if away_km > radius_km:
        message = _("must lie within {radius} km of the city's centre, was {away} km away")
        raise Invalid({"lat": [message.format(radius=round(radius_km), away=round(away_km))]})
    if (row.lat, row.lon, row.accuracy_m) == (lat, lon, accuracy_m):
        return row
    moved_m = None
    if row.lat is not None and row.lon is not None:
        _require_movable(row, because)
        moved_m = round(distance_m(Point(lat=row.lat, lon=row.lon), Point(lat=lat, lon=lon)))
    before_id = row.district_id
    if row.task_id is None and row.source is not DefectSource.CITIZEN:
        row.district_id = geofences.district_at(lat, lon) or before_id
    row.lat, row.lon, row.accuracy_m, row.placed_by = lat, lon, accuracy_m, by.user_id
    row.version += 1
    record(
        "defect.placed",
        actor=by.actor,
        subject=owner(row.id),
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=row.district_id,
        accuracy_m=accuracy_m,
        moved_m=moved_m,
        because=because.value if because else None,
        from_district=None if row.district_id == before_id else f"district:{before_id}",
    )
    take_in(row, by=by.user_id)
    return row


def _require_movable(row: Defect, because: MovedBecause | None) -> None:
    """A place that is known moves until a repair is planned there; the phone's own only for a reason."""
    if row.state not in SAYABLE:
        raise Conflict(
            _("Its repair is planned or done already: say it of the case, or report the fault anew.")
        )
    if row.placed_by is None and because is None:
        raise Invalid(
            {"because": [_("is missing: the report's own fixes showed its place; say why it lies elsewhere")]}
        )


def look_again(defect_id: UUID, by: Principal) -> None:
    """Have a report looked at once more of which nothing could be shown: its originals are still sealed. Asked twice, it waits once."""
    row = roads.to_change(defect_id, by, "defects.confirm")
    looking = db.session().get(Looking, row.id, with_for_update=True)
    if looking is None or looking.state is LookState.PENDING:
        return
    if looking.originals_gone_at is not None or any(photo.view is not None for photo in photos_of(row.id)):
        raise Conflict(_("Its photos have been looked at and blurred; the originals are gone for good."))
    looking.state, looking.attempts, looking.leased_until = LookState.PENDING, 0, None
    record(
        "defect.look_asked",
        actor=by.actor,
        subject=owner(row.id),
        at=now(),
        audience=Audience.OPERATIONS,
        district_id=row.district_id,
    )
    wake(WORK, row.id)


def not_shown(row: Defect) -> Conflict:
    """Why a photo has no view: not yet, or never."""
    if row.looked_at is None:
        return Conflict(
            _(
                "Faces and number plates in this photo are not blurred yet, so it is shown to nobody; whoever took it has it on the phone."
            ),
            slug="not-blurred",
        )
    return Conflict(
        _(
            "This photo cannot be opened, so it cannot be blurred and is shown to nobody: photograph it again."
        ),
        slug="bad-photo",
    )


def _finding(photo: DefectPhoto, drawn: Mapping[int, Drawn]) -> dict[str, Any]:
    kept = photo.finding or {}
    by_hand = drawn.get(photo.place)
    return {
        **EMPTY,
        **{name: kept[name] for name in EMPTY if kept.get(name)},
        "sha256": photo.sha256,
        "looked_at": photo.finding is not None,
        "shown": photo.view is not None,
        "cannot": photo.cannot,
        "outlines": [in_words(each) for each in outlines_on(photo, drawn)],
        "drawn_by": by_hand.by if by_hand else None,
        "drawn_at": by_hand.at if by_hand else None,
        "faces": photo.faces,
        "plates": photo.plates,
    }
