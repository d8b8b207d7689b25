"""Receiving a defect report: signature and hashes are checked, the photos sealed and durable, then the row is written."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.errors import Conflict, Invalid, NotFound
from backend.geofences import service as geofences
from backend.jobs import wake
from backend.ledger.service import record
from backend.roads.looking import holding as looking
from backend.roads.looking.models import DefectPhoto, Looking
from backend.roads.models import Defect
from backend.roads.rules import FoundPlace, found_place
from backend.tasks import service as tasks
from backend.uploads import evidence, signed
from backend.uploads.moments import moment_of
from backend.web.principal import Principal
from backend.winter import service as winter
from shared import contracts
from shared.geometry import Point
from shared.i18n import Message
from shared.proofs import defect_message
from shared.vocabulary import Audience, DefectKind, DefectSource, DefectState, LookState

_ = Message
PART = "defect"
SIGNED_AS = "qala-defect-1"
SALT_BYTES = 16
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A defect report that may be received: everything checked and sealed, nothing written yet."""

    report: contracts.DefectReport
    manifest: bytes
    signature: str
    photos: evidence.SealedPhotos
    district_id: UUID
    task_id: UUID | None
    place: FoundPlace | None


def known(defect_id: UUID, manifest: bytes, signature: str, by: Principal) -> bool:
    """Whether this very report was received before; the same id with other content is a conflict."""
    return signed.is_same(db.session().get(Defect, defect_id), defect_id, manifest, signature, by)


def prepare(
    defect_id: UUID, manifest: bytes, signature: str, photos: list[bytes], by: Principal
) -> Submission:
    """Check a report and seal its photos. Raises Invalid naming every field that cannot be used."""
    report = signed.read_manifest(contracts.DefectReport, PART, manifest)
    signed.require_own(PART, report, defect_id, defect_message(manifest), signature, SIGNED_AS, by)
    signed.require_photos(PART, report, photos)
    city = settings()
    place = found_place(
        report.fixes,
        report.photos,
        accuracy_max_m=city.gps_accuracy_max_m,
        speed_max_mps=city.proof_speed_max_kmh / 3.6,
        city=Point(lat=city.city_lat, lon=city.city_lon),
        city_radius_km=city.city_radius_km,
    )
    district_id, task_id = _where_from(report.task_id, place, by)
    return Submission(
        report=report,
        manifest=manifest,
        signature=signature,
        photos=evidence.seal_photos(owner(defect_id), photos),
        district_id=district_id,
        task_id=task_id,
        place=place,
    )


def receive(submission: Submission, by: Principal) -> None:
    """Write the row with the job of looking at its photos, and wake a worker."""
    report, place = submission.report, submission.place
    looking.alone_with_photos([photo.sha256 for photo in report.photos])
    moment = now()
    time = moment_of(report.captured_at, report.clock, received_at=moment)
    content_hash = signed.content_hash_of(submission.manifest, submission.signature)
    salt = secrets.token_bytes(SALT_BYTES)
    row = Defect(
        id=report.id,
        source=DefectSource.PHONE,
        held=False,
        state=DefectState.RECEIVED,
        district_id=submission.district_id,
        task_id=submission.task_id,
        reported_by=by.user_id,
        device_id=report.device_id,
        captured_at=time.at,
        time_sure=time.sure,
        device_at=report.captured_at,
        received_at=moment,
        lat=place.point.lat if place else None,
        lon=place.point.lon if place else None,
        accuracy_m=place.accuracy_m if place else None,
        heading_deg=report.heading_deg,
        note=report.note.strip(),
        kind_guess=report.kind_guess,
        content_hash=content_hash,
        salt=salt,
        manifest=submission.manifest,
        signature=submission.signature,
        photo_hashes=[photo.sha256 for photo in report.photos],
        version=1,
    )
    db.session().add(row)
    _ask_to_look(row)
    _tell_winter(report, place, time.at, by)
    record(
        "defect.received",
        actor=by.actor,
        subject=owner(report.id),
        at=moment,
        audience=Audience.OPERATIONS,
        district_id=submission.district_id,
        device=f"device:{report.device_id}",
        task=f"task:{submission.task_id}" if submission.task_id else None,
        photos=len(report.photos),
        placed=place is not None,
        time_sure=time.sure,
        kind_guess=report.kind_guess.value if report.kind_guess else None,
        same_photo_as=str(row.same_photo_as) if row.same_photo_as else None,
        evidence=hashlib.sha256(salt + content_hash.encode()).hexdigest(),
    )


def enter(
    report_id: UUID,
    source: DefectSource,
    *,
    photo_hashes: Sequence[str],
    place: FoundPlace | None,
    district_id: UUID,
    captured_at: datetime,
    actor: str,
    reported_by: UUID | None = None,
    heading_deg: float | None = None,
    note: str = "",
    kind_guess: DefectKind | None = None,
    held: bool = False,
) -> Defect:
    """Write the row of a report that no phone signed; its photos are sealed under ``owner`` of its id, and durable, before."""
    looking.alone_with_photos(photo_hashes)
    moment, salt = now(), secrets.token_bytes(SALT_BYTES)
    content_hash = hashlib.sha256("\n".join([str(report_id), *photo_hashes]).encode()).hexdigest()
    row = Defect(
        id=report_id,
        source=source,
        held=held,
        state=DefectState.RECEIVED,
        district_id=district_id,
        reported_by=reported_by,
        captured_at=min(captured_at, moment),
        time_sure=False,
        device_at=captured_at,
        received_at=moment,
        lat=place.point.lat if place else None,
        lon=place.point.lon if place else None,
        accuracy_m=place.accuracy_m if place else None,
        heading_deg=heading_deg,
        note=note,
        kind_guess=kind_guess,
        content_hash=content_hash,
        salt=salt,
        photo_hashes=list(photo_hashes),
        version=1,
    )
    db.session().add(row)
    _ask_to_look(row)
    record(
        "defect.received",
        actor=actor,
        subject=owner(report_id),
        at=moment,
        audience=Audience.OPERATIONS,
        district_id=district_id,
        source=source.value,
        photos=len(photo_hashes),
        placed=place is not None,
        held=held,
        kind_guess=kind_guess.value if kind_guess else None,
        evidence=hashlib.sha256(salt + content_hash.encode()).hexdigest(),
    )
    return row


def owner(defect_id: UUID) -> str:
    """The opaque name under which a report's photos are kept until they are blurred."""
    return looking.owner(defect_id)


def _ask_to_look(row: Defect) -> None:
    if not row.photo_hashes:  # a citizen may report in words alone
        return
    row.same_photo_as = looking.earlier_with_photo(row)
    db.session().flush()
    db.session().add(Looking(id=row.id, state=LookState.PENDING, attempts=0))
    db.session().add_all(
        DefectPhoto(defect_id=row.id, place=place, sha256=sha256, faces=0, plates=0)
        for place, sha256 in enumerate(row.photo_hashes)
    )
    wake(looking.WORK, row.id, patient=row.source is DefectSource.VEHICLE)  # a drive comes by the thousand


def _tell_winter(
    report: contracts.DefectReport, place: FoundPlace | None, seen_at: datetime, by: Principal
) -> None:
    """A pile of snow with a size stands in the place of the model; a report is received whatever is wrong with its pile."""
    if report.kind_guess is not DefectKind.SNOW_PILE or report.volume_m3 is None or place is None:
        return
    try:
        winter.measure_seen(
            by,
            report.id,
            place=place.point,
            volume_m3=report.volume_m3,
            measured_at=seen_at,
            note=report.note.strip(),
        )
    except (Invalid, NotFound, Conflict) as why:
        log.warning("pile_not_taken", defect=str(report.id), why=type(why).__name__)


def _where_from(task_id: UUID | None, place: FoundPlace | None, by: Principal) -> tuple[UUID, UUID | None]:
    """The district that answers for a report, and its task: the task's, else the place's, else the reporter's first.

    A task that is none of the reporter's must not lose the report.
    """
    if task_id is not None:
        try:
            return tasks.for_check_in(task_id, by).district_id, task_id
        except NotFound:
            pass
    found = None if place is None else geofences.district_at(place.point.lat, place.point.lon)
    if found is not None:
        return found, None
    mine = sorted(by.district_ids or ())
    if not mine:
        raise Conflict(
            _("You work in no district, so nobody would see the report: ask an administrator for one.")
        )
    return mine[0], None
