"""What everybody may know of citizens' reports: found by number, listed, with the photos and words that were let out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import load_only

from backend.database import db
from backend.errors import NotFound
from backend.roads.cases import service as cases
from backend.roads.looking import holding as looking
from backend.roads.models import Defect
from backend.roads.open311 import rules
from backend.roads.open311.models import CitizenRequest
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Moderation, PublicService

_ = Message
LISTED_MOST = 1000


@dataclass(frozen=True, kw_only=True)
class Public:
    """A report as everybody may see it: description and photos only where a dispatcher let them be published."""

    request: CitizenRequest
    defect: Defect  # its state, place and case alone are loaded
    changed_at: datetime  # what is told of it
    due_at: datetime | None  # until when it is to be repaired, as long as somebody has to
    shows_a_photo: bool  # there is a first photo that everybody may see, blurred

    @property
    def is_open(self) -> bool:
        """Whether GeoReport calls it «open»."""
        return rules.is_open(self.request.moderation, self.defect.state)

    @property
    def place(self) -> Point | None:
        """Where it is."""
        lat, lon = self.defect.lat, self.defect.lon
        return None if lat is None or lon is None else Point(lat=lat, lon=lon)


def find(number: str) -> Public:
    """The report with a number; NotFound."""
    for found in find_all([number]):
        return found
    raise NotFound(_("report"), number[:20])


def find_all(numbers: Sequence[str]) -> list[Public]:
    """The reports with some numbers, in their order; a number that is none is left out."""
    wished = dict.fromkeys(each.upper() for each in numbers)
    found = _public(_pairs().where(CitizenRequest.number.in_(list(wished))))
    by_number = {each.request.number: each for each in found}
    return [by_number[each] for each in wished if each in by_number]


def published(
    between: tuple[datetime, datetime], *, services: Sequence[PublicService], is_open: bool | None
) -> list[Public]:
    """What was let in and asked for between two times, of some services or of all, the newest first."""
    query = _pairs().where(
        CitizenRequest.moderation == Moderation.LET_IN, CitizenRequest.requested_at.between(*between)
    )
    if services:
        query = query.where(CitizenRequest.service.in_(services))
    if is_open is not None:
        closed = Defect.state.in_(rules.CLOSED)
        query = query.where(~closed if is_open else closed)
    query = query.order_by(CitizenRequest.requested_at.desc(), CitizenRequest.id)
    return _public(query.limit(LISTED_MOST))


def photo(number: str, place: int) -> bytes:
    """The blurred view of a photo that a dispatcher let be published; NotFound for every other."""
    found = find(number)
    if _shows_photos(found.request):
        shown = looking.view_of(found.request.id, place)
        if shown is not None:
            return shown
    raise NotFound(_("photo"), f"{number[:20]}/{place}")


def _pairs() -> sa.Select[CitizenRequest, Defect]:
    return (
        sa.select(CitizenRequest, Defect)
        .select_from(CitizenRequest)
        .join(Defect, Defect.id == CitizenRequest.id)
        .options(
            load_only(
                Defect.state,
                Defect.lat,
                Defect.lon,
                Defect.case_id,
                Defect.same_photo_as,
                Defect.saved_anew,
            )
        )
    )


def _public(query: sa.Select[CitizenRequest, Defect]) -> list[Public]:
    """Three queries, however many they are: anybody may ask."""
    pairs = [(request, defect) for request, defect in db.session().execute(query)]
    times = cases.times_of(
        [
            defect.case_id
            for request, defect in pairs
            if request.moderation is Moderation.LET_IN and defect.case_id is not None
        ]
    )
    shown = looking.shown_of([request.id for request, _defect in pairs if _shows_photos(request)])
    found = []
    for request, defect in pairs:
        is_let_in = request.moderation is Moderation.LET_IN
        case = times.get(defect.case_id) if is_let_in and defect.case_id is not None else None
        found.append(
            Public(
                request=request,
                defect=defect,
                changed_at=request.updated_at if case is None else max(request.updated_at, case[0]),
                due_at=case[1]
                if case is not None and rules.is_open(request.moderation, defect.state)
                else None,
                shows_a_photo=request.id in shown,
            )
        )
    return found


def _shows_photos(request: CitizenRequest) -> bool:
    return request.moderation is Moderation.LET_IN and request.photos_shown
