"""The worker's side of a report: hold it, look and blur without a transaction, write what was seen, let the originals go."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from PIL import Image

from backend.adapters import blobs, settings
from backend.clock import now
from backend.database import db, hold_alone
from backend.faces.pictures import BadPicture
from backend.faces.pictures_apart import read_picture_apart
from backend.leases import give_back, held, lease, unheld
from backend.ledger.service import record
from backend.roads.blurring.blur import Blurrer
from backend.roads.blurring.drawing import as_jpeg
from backend.roads.blurring.softening import sharp_parts
from backend.roads.cases.intake import take_in
from backend.roads.cases.models import CaseView
from backend.roads.cases.turns import take_turn
from backend.roads.looking.models import DefectPhoto, Looking, PhotoPrint
from backend.roads.looking.rules import finding_words, gist_of, look_of, model_of
from backend.roads.models import Defect
from backend.roads.seeing.finding import Finding, RoadEye
from backend.roads.seeing.prints import bands_of, print_of
from backend.uploads import evidence
from backend.uploads.evidence import PhotoGone, SealedPhotos
from shared.vocabulary import Audience, CannotAssess, DefectKind, LookState

WORK = "roads.look"
UNREADABLE = Finding(model="", cannot=CannotAssess.UNREADABLE)
NOBODY_LOOKED = Finding(model="", cannot=CannotAssess.NO_MODEL)
GONE_BATCH = 100
PHOTO_LOCK = 0x51504853  # "QPHS": of one SHA-256
LEFT_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a worker needs to look at one report; it holds no transaction meanwhile."""

    defect_id: UUID
    attempt: int
    photos: int
    hopeless: bool  # tried too often: whatever it is that fails, people take over


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What came of one photo; ``view`` is the blurred JPEG, None where the photo cannot be opened."""

    finding: Finding
    view: bytes | None = None
    printed: bytes | None = None  # None: too little is in it to know it again
    faces: int = 0
    plates: int = 0


def owner(defect_id: UUID) -> str:
    """The opaque name under which a report's sealed originals are kept."""
    return f"defect:{defect_id}"


def views_owner(defect_id: UUID) -> str:
    """The opaque name under which its blurred views are kept, with a key of their own."""
    return f"defect_view:{defect_id}"


def hold(defect_id: UUID) -> Holding | None:
    """Take a report to look at; None when that is done already or somebody else holds it. More photos are held longer."""
    defect = db.session().get(Defect, defect_id)
    if defect is None:
        return None
    photos = len(defect.photo_hashes)
    row = lease(Looking, defect_id, now(), settings().lease_s * max(1, photos))
    if row is None:
        return None
    return Holding(
        defect_id=row.id,
        attempt=row.attempts,
        photos=photos,
        hopeless=row.attempts > settings().attempts_max,
    )


def give_up_for_now(holding: Holding) -> None:
    """Leave a report to a later try that is not counted: something of ours is away."""
    give_back(Looking, holding.defect_id, holding.attempt)


def open_photo(holding: Holding, place: int) -> bytes | None:
    """A photo as it was received; None when it is gone or damaged on the disk. An outage of the store raises."""
    try:
        return evidence.photo(owner(holding.defect_id), place)
    except PhotoGone:
        return None


def see(data: bytes | None, eye: RoadEye | None, blurrer: Blurrer) -> Seen:
    """Look at a photo and make its view; needs no transaction."""
    if data is None:
        return Seen(finding=UNREADABLE)
    limits = settings()
    try:
        picture = read_picture_apart(
            data,
            max_bytes=limits.photo_max_mb * 1_000_000,
            max_pixels=limits.photo_max_megapixels * 1_000_000,
        )
    except BadPicture:
        return Seen(finding=UNREADABLE)
    finding = eye.look(picture.pixels) if eye is not None else NOBODY_LOOKED
    sharp = sharp_parts(finding.road, [outline.ring for outline in finding.outlines])
    blurred = blurrer.blur(picture.pixels, sharp)
    view = as_jpeg(Image.fromarray(blurred.pixels))
    return Seen(
        finding=finding,
        view=view,
        printed=print_of(blurred.pixels),
        faces=blurred.faces,
        plates=blurred.plates,
    )


def unseen(holding: Holding) -> list[Seen]:
    """What is written of a report that failed too often: a person must look, and nothing of it can be shown."""
    return [Seen(finding=NOBODY_LOOKED)] * holding.photos


def seal_views(holding: Holding, seen: Sequence[Seen]) -> SealedPhotos | None:
    """The views sealed under a fresh key of their own; None where there is none."""
    views = [each.view for each in seen if each.view is not None]
    return evidence.seal_photos(views_owner(holding.defect_id), views) if views else None


def write(holding: Holding, seen: Sequence[Seen], views: SealedPhotos | None) -> Defect | None:
    """Write what was seen with its ledger entry; None where somebody else has meanwhile."""
    row = db.session().get_one(Defect, holding.defect_id, with_for_update=True, populate_existing=True)
    looking = held(Looking, holding.defect_id, holding.attempt)  # after its report, as people lock them
    if looking is None:
        return None
    if views is not None:
        evidence.remember(views)
    looking.state, looking.done_at = LookState.DONE, now()
    looking.leased_until = None
    _write_photos(row, seen)
    findings = [each.finding for each in seen]
    gist = gist_of(findings, row.kind_guess)
    if not row.suggested and row.kind is None:  # a person may have said what it is before the worker came
        row.kind, row.severity = gist.kind, gist.severity
        row.suggested = gist.kind is not None
    row.cannot, row.model, row.looked_at = gist.cannot, model_of(findings), looking.done_at
    row.look = look_of(findings)
    row.same_photo_as = row.same_photo_as or earlier_with_photo(row)
    row.version += 1
    record(
        "defect.looked_at",
        actor="system",
        subject=owner(row.id),
        at=looking.done_at,
        audience=Audience.OPERATIONS,
        district_id=row.district_id,
        kind=gist.kind.value if gist.kind else None,
        severity=gist.severity.value if gist.severity else None,
        cannot=gist.cannot.value if gist.cannot else None,
        model=row.model,
        photos=len(seen),
        views=sum(each.view is not None for each in seen),
        faces=sum(each.faces for each in seen),
        plates=sum(each.plates for each in seen),
        same_photo_as=str(row.same_photo_as) if row.same_photo_as else None,
    )
    return row


def into_a_case(defect_id: UUID) -> None:
    """Make a report that was looked at part of a case; its result stands whatever comes of that."""
    take_turn()
    take_in(db.session().get_one(Defect, defect_id, with_for_update=True, populate_existing=True))


def not_in_cases() -> list[UUID]:
    """Reports that were looked at and have a place, but that no case has been told of: a worker died, or it failed.

    The newest first, lest some that fail for ever hide all others.
    """
    told = sa.select(CaseView.defect_id).where(CaseView.defect_id == Defect.id)
    query = sa.select(Defect.id).where(
        Defect.looked_at.is_not(None),
        Defect.lat.is_not(None),
        Defect.accuracy_m.is_not(None),
        Defect.held.is_(False),
        sa.func.coalesce(Defect.kind, Defect.kind_guess, DefectKind.OTHER) != DefectKind.SNOW_PILE,
        ~told.exists(),
    )
    return list(db.session().scalars(query.order_by(Defect.looked_at.desc()).limit(LEFT_BATCH)))


def alone_with_photos(sha256s: Collection[str]) -> None:
    """Before a report has its time: of two with one photo the second comes after the first, and finds it."""
    for sha256 in sorted(set(sha256s)):  # in one order, or two with two photos would wait for each other
        hold_alone(PHOTO_LOCK, of=sha256)


def earlier_with_photo(row: Defect) -> UUID | None:
    """An earlier report that holds one of these very photos, byte for byte."""
    query = (
        sa.select(DefectPhoto.defect_id)
        .join(Defect, Defect.id == DefectPhoto.defect_id)
        .where(
            DefectPhoto.sha256.in_(row.photo_hashes),
            DefectPhoto.defect_id != row.id,
            sa.or_(
                Defect.received_at < row.received_at,
                sa.and_(Defect.received_at == row.received_at, Defect.id < row.id),
            ),
        )
        .order_by(Defect.received_at, Defect.id)
    )
    return db.session().scalar(query.limit(1))


def waiting() -> list[UUID]:
    """Reports that nobody looks at."""
    return unheld(Looking, now())


def are_waiting(most: int) -> bool:
    """Whether at least so many reports wait for their look."""
    some = sa.select(Looking.id).where(Looking.state == LookState.PENDING).limit(most).subquery()
    return (db.session().scalar(sa.select(sa.func.count()).select_from(some)) or 0) >= most


def originals_to_go(defect_id: UUID | None = None) -> dict[UUID, list[str]]:
    """Reports whose originals have served, a batch, with the names of their blobs; where nothing could be shown they stay sealed."""
    before = now() - timedelta(hours=settings().defect_original_keep_h)
    shown = sa.select(DefectPhoto.defect_id).where(DefectPhoto.view.is_not(None))
    query = sa.select(Looking.id).where(
        Looking.state == LookState.DONE,
        Looking.originals_gone_at.is_(None),
        Looking.done_at <= before,
        Looking.id.in_(shown),
    )
    if defect_id is not None:
        query = query.where(Looking.id == defect_id)
    found = db.session().scalars(query.order_by(Looking.done_at).limit(GONE_BATCH))
    return {each: evidence.blobs_of(owner(each)) for each in found}


def note_gone(defect_ids: Sequence[UUID]) -> None:
    """Erase the keys of originals whose blobs are deleted, and write that they are gone."""
    evidence.erase([owner(each) for each in defect_ids])
    moment = now()
    going = sa.update(Looking).where(Looking.id.in_(defect_ids), Looking.originals_gone_at.is_(None))
    gone = db.session().scalars(going.values(originals_gone_at=moment).returning(Looking.id))
    for each in gone.all():  # the daily round and a worker may have let go of the same
        row = db.session().get_one(Defect, each)
        record(
            "defect.original_deleted",
            actor="system",
            subject=owner(each),
            at=moment,
            audience=Audience.OPERATIONS,
            district_id=row.district_id,
            photos=len(row.photo_hashes),
        )


def shown_of(defect_ids: Collection[UUID]) -> set[UUID]:
    """Those of some reports whose first photo has a blurred view; one query."""
    if not defect_ids:
        return set()
    query = sa.select(DefectPhoto.defect_id).where(
        DefectPhoto.defect_id.in_(defect_ids), DefectPhoto.place == 0, DefectPhoto.view.is_not(None)
    )
    return set(db.session().scalars(query))


def view_of(defect_id: UUID, place: int) -> bytes | None:
    """The blurred view of a photo; None where there is none (any more)."""
    photo = db.session().get(DefectPhoto, (defect_id, place))
    if photo is None or photo.view is None:
        return None
    try:
        return evidence.photo(views_owner(defect_id), photo.view)
    except PhotoGone:
        return None


def hide(defect_id: UUID) -> None:
    """Write that a report's photos and views are gone, seen or not: nobody looks at it any more."""
    looking = db.session().get(Looking, defect_id, with_for_update=True)
    if looking is not None:
        looking.state, looking.leased_until = LookState.DONE, None
        looking.done_at = looking.done_at or now()
        looking.originals_gone_at = now()
    gone = sa.update(DefectPhoto).where(DefectPhoto.defect_id == defect_id)
    db.session().execute(gone.values(view=None, pixels=None))
    db.session().execute(sa.delete(PhotoPrint).where(PhotoPrint.defect_id == defect_id))


def forget_prints() -> None:
    """Delete the prints of photos whose views' time is over."""
    before = now() - timedelta(days=settings().photo_retention_days)
    old = sa.select(Defect.id).where(Defect.received_at <= before)
    db.session().execute(sa.delete(PhotoPrint).where(PhotoPrint.defect_id.in_(old)))


def delete_blobs(names: Sequence[str]) -> None:
    """Delete sealed photos; needs no transaction."""
    for name in names:
        blobs().delete(name)


def _write_photos(row: Defect, seen: Sequence[Seen]) -> None:
    next_view = 0
    db.session().execute(sa.delete(PhotoPrint).where(PhotoPrint.defect_id == row.id))
    query = sa.select(DefectPhoto).where(DefectPhoto.defect_id == row.id).order_by(DefectPhoto.place)
    for photo, each in zip(db.session().scalars(query), seen, strict=True):
        finding = each.finding
        photo.cannot, photo.finding = finding.cannot, finding_words(finding)
        photo.look, photo.pixels = finding.look or None, finding.pixels or None
        photo.faces, photo.plates = each.faces, each.plates
        if each.view is not None:
            photo.view, next_view = next_view, next_view + 1
        if each.printed is not None:
            bands = {f"band_{number}": word for number, word in enumerate(bands_of(each.printed))}
            known = PhotoPrint(defect_id=row.id, place=photo.place, printed=each.printed, **bands)
            db.session().add(known)
