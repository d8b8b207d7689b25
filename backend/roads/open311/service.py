"""Citizens' reports: received at the public door, decided by dispatchers; their words go with a refusal, else with time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.adapters import settings
from backend.blobs import sha256_hex
from backend.clock import chance, new_id, now
from backend.database import db, hold_alone, transaction
from backend.errors import Busy, Conflict, DomainError, Invalid, NotFound
from backend.geofences.districts import district_areas, district_at
from backend.ledger.service import record
from backend.roads import receiving
from backend.roads.cases.believing import street_index
from backend.roads.cases.intake import take_in
from backend.roads.cases.turns import take_turn
from backend.roads.looking import holding as looking
from backend.roads.models import Defect
from backend.roads.open311 import rules
from backend.roads.open311.addresses import find_address
from backend.roads.open311.models import CitizenRequest
from backend.roads.rules import FoundPlace
from backend.roads.words import MODERATIONS
from backend.uploads import evidence
from backend.web.once import create_once
from backend.web.paging import Page, paginate
from backend.web.principal import Principal
from shared.geometry import Point
from shared.i18n import Message
from shared.vocabulary import Audience, DefectSource, DefectState, Moderation

_ = Message
ACCURACY_M = 20.0  # of a pin that somebody put on a map
CROSSING_M = 40.0  # of a crossing that somebody named
SAME_WITHIN = timedelta(days=1)
ACTOR = "citizen"
RETRY_AFTER_S = 3600
SAME_LOCK = 0x51534D45  # "QSME": of one content
AT_ONCE = 200


def ask(asked: rules.Asked, photos: Sequence[bytes], *, app: str) -> str:
    """Receive a report and give its number; the same again within a day gets the same number. Opens transactions of its own."""
    hashes = [sha256_hex(photo) for photo in photos]
    same = rules.content_hash(asked, hashes)
    with transaction(read_only=True):
        known = _number_of(same)
        if known is not None:
            return known
        place, district_id = _found(asked)
        _require_room()
    request_id, number = new_id(), rules.draw_number(chance())
    sealed = evidence.seal_photos(receiving.owner(request_id), photos)
    evidence.keep(sealed)

    before: str | None = None

    def write() -> None:
        nonlocal before
        hold_alone(SAME_LOCK, of=same)
        before = _number_of(same)  # the same sent twice at once
        if before is None:
            evidence.remember(sealed)
            _add(request_id, number, asked, hashes, same, place, district_id, app)

    try:
        create_once(write)
    except DomainError:
        evidence.drop(sealed)
        raise
    if before is not None:
        evidence.drop(sealed)
    return before or number


def list_requests(
    by: Principal, *, moderation: Moderation | None = None, cursor: str | None = None, limit: int
) -> Page:
    """Reports in the principal's districts, newest first."""
    query = _scoped(sa.select(CitizenRequest), by, "citizen_requests.read")
    if moderation is not None:
        query = query.where(CitizenRequest.moderation == moderation)
    return paginate(query, CitizenRequest.requested_at, CitizenRequest.id, cursor=cursor, limit=limit)


def decide(
    request_id: UUID, by: Principal, *, let_in: bool, reason: str, text_shown: bool, photos_shown: bool
) -> CitizenRequest:
    """Let a report in, or refuse it for good: then its words and photos are erased. Opens transactions of its own."""
    with transaction():
        take_turn()
        row = _require_waiting(request_id, by)
        defect = db.session().get_one(Defect, request_id, with_for_update=True)
        row.moderation = Moderation.LET_IN if let_in else Moderation.REFUSED
        row.decided_by, row.decided_at, row.updated_at = by.user_id, now(), now()
        row.reason, row.text_shown, row.photos_shown = reason.strip(), text_shown, photos_shown
        row.version += 1
        defect.held = not let_in  # for good: what is refused is no evidence of anything
        defect.version += 1
        if let_in:
            _believe(defect)
            take_in(defect)
        else:
            defect.state = DefectState.REJECTED
            row.description = row.address = ""
            looking.hide(request_id)
        record(
            "citizen_request.decided",
            actor=by.actor,
            subject=receiving.owner(request_id),
            at=row.decided_at,
            audience=Audience.OPERATIONS,
            district_id=row.district_id,
            let_in=let_in,
            text_shown=text_shown,
            photos_shown=photos_shown,
        )
    if not let_in:
        _erase_photos(request_id)
    return row


def forget_words() -> int:
    """Erase what citizens wrote of reports that were refused, or received so long ago; gives how many. In the caller's transaction."""
    gone = sa.or_(
        CitizenRequest.moderation == Moderation.REFUSED,
        CitizenRequest.requested_at < now() - timedelta(days=settings().citizen_words_days),
    )
    held = sa.or_(CitizenRequest.description != "", CitizenRequest.address != "")
    query = sa.select(CitizenRequest).where(gone, held).limit(AT_ONCE).with_for_update()
    going = list(db.session().scalars(query))
    for row in going:
        row.description = row.address = ""
        row.version += 1
    if going:
        record(
            "citizen_request.words_erased",
            actor="system",
            subject="reports",
            at=now(),
            audience=Audience.OPERATIONS,
            reports=len(going),
        )
    return len(going)


def _erase_photos(request_id: UUID) -> None:
    """Only once the refusal stands: of two who decide at once, the one who came too late must not cost the photos.

    Where this is cut off, the keys are still known, and the daily purge finds them.
    """
    owners = _owners(request_id)
    with transaction(read_only=True):
        going = [name for each in owners for name in evidence.blobs_of(each)]
    looking.delete_blobs(going)
    with transaction():
        evidence.erase(owners)


def _believe(defect: Defect) -> None:
    """Words alone are taken for what they say, until somebody goes and looks; photos speak for themselves."""
    if not defect.photo_hashes:
        defect.looked_at = now()
        defect.kind, defect.suggested = defect.kind_guess, defect.kind_guess is not None


def _owners(request_id: UUID) -> list[str]:
    return [looking.owner(request_id), looking.views_owner(request_id)]


def _add(
    request_id: UUID,
    number: str,
    asked: rules.Asked,
    hashes: Sequence[str],
    same: str,
    place: FoundPlace | None,
    district_id: UUID,
    app: str,
) -> None:
    moment = now()
    receiving.enter(
        request_id,
        DefectSource.CITIZEN,
        photo_hashes=hashes,
        place=place,
        district_id=district_id,
        captured_at=moment,
        actor=ACTOR,
        note="",
        kind_guess=rules.KINDS[asked.service],
        held=True,
    )
    db.session().flush()
    db.session().add(
        CitizenRequest(
            id=request_id,
            number=number,
            service=asked.service,
            moderation=Moderation.WAITING,
            district_id=district_id,
            description=asked.description,
            address=asked.address,
            app=app,
            content_hash=same,
            requested_at=moment,
            updated_at=moment,
            reason="",
            text_shown=False,
            photos_shown=False,
            version=1,
        )
    )


def _number_of(same: str) -> str | None:
    query = sa.select(CitizenRequest.number).where(
        CitizenRequest.content_hash == same, CitizenRequest.requested_at >= now() - SAME_WITHIN
    )
    return db.session().scalar(query.limit(1))


def _found(asked: rules.Asked) -> tuple[FoundPlace | None, UUID]:
    """Where a report lies and in which district; without a place where a street alone is named: a dispatcher will put it on the map."""
    if not district_areas().district_ids:
        raise Conflict(_("The city has not said yet where its districts lie: reports cannot be taken in."))
    if asked.place is not None:
        return FoundPlace(point=asked.place, accuracy_m=ACCURACY_M), _district_of(asked.place)
    network = street_index().network
    if network is None:
        raise Invalid({"lat": [_("is missing: no streets are known here, send the place as lat and long")]})
    found = find_address(asked.address, network)
    if isinstance(found, Message):
        raise Invalid({"address_string": [found]})
    if found.point is not None:
        return FoundPlace(point=found.point, accuracy_m=CROSSING_M), _district_of(found.point)
    districts = {district_at(each.lat, each.lon) for each in found.along} - {None}
    if len(districts) != 1:
        message = _("names a street of {count} districts: send lat and long, or a street that crosses it")
        raise Invalid({"address_string": [message.format(count=len(districts))]})
    (district_id,) = districts
    return None, cast(UUID, district_id)


def _district_of(place: Point) -> UUID:
    found = district_at(place.lat, place.lon)
    if found is None:
        message = _("lies in no district of the city: {value}; send where the fault is, latitude first")
        raise Invalid({"lat": [message.format(value=f"{place.lat:.5f}, {place.lon:.5f}")]})
    return found


def _require_room() -> None:
    waiting = sa.select(sa.func.count()).where(CitizenRequest.moderation == Moderation.WAITING)
    if (db.session().scalar(waiting) or 0) >= settings().open311_waiting_max:
        message = _("Too many reports wait for a dispatcher: please send yours again later.")
        raise Busy(message, retry_after_s=RETRY_AFTER_S)


def _require_waiting(request_id: UUID, by: Principal) -> CitizenRequest:
    query = _scoped(
        sa.select(CitizenRequest).where(CitizenRequest.id == request_id), by, "citizen_requests.decide"
    )
    row = db.session().scalar(query.with_for_update())
    if row is None:
        raise NotFound(_("report"), request_id)
    if row.moderation is not Moderation.WAITING:
        raise Conflict(
            _("Somebody has decided on this report already: {state}.").format(
                state=MODERATIONS[row.moderation]
            )
        )
    return row


def _scoped(query: sa.Select[CitizenRequest], by: Principal, action: str) -> sa.Select[CitizenRequest]:
    allowed = districts_for(by, action)
    return query if allowed is None else query.where(CitizenRequest.district_id.in_(allowed))
