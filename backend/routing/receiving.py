"""Receiving a stop's report: signature and hashes are checked, the photos sealed and durable, then the row is written.

What a crew has done is received in any case: for a stop that a newer plan took away, without the photo that was asked for,
after the route was closed or handed to another crew of the district. It is marked, and a person sees it.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from backend.clock import now
from backend.database import db
from backend.errors import Invalid, NotFound
from backend.routing import emptied, hauled, rows, service, streets_worked
from backend.routing.models import Route, RouteStop, StopReport
from backend.routing.rules import reports
from backend.uploads import evidence, signed
from backend.uploads.moments import moment_of
from backend.web.principal import Principal
from shared import contracts
from shared.i18n import Message
from shared.proofs import stop_report_message
from shared.vocabulary import RouteState, StopState

_ = Message
PART = "stop_report"
SIGNED_AS = "qala-stop-report-1"
SALT_BYTES = 16


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A stop's report that may be received: everything checked and sealed, nothing written yet."""

    report: contracts.StopReport
    manifest: bytes
    signature: str
    photos: evidence.SealedPhotos


def owner(report_id: UUID) -> str:
    """The opaque name under which a report's photos are kept."""
    return f"stop_report:{report_id}"


def known(report_id: UUID, manifest: bytes, signature: str, by: Principal) -> bool:
    """Whether this very report was received before; the same id with other content is a conflict."""
    return signed.is_same(db.session().get(StopReport, report_id), report_id, manifest, signature, by)


def prepare(
    report_id: UUID, manifest: bytes, signature: str, photos: list[bytes], by: Principal
) -> Submission:
    """Check a report and seal its photos. Raises Invalid naming every field that cannot be used."""
    report = signed.read_manifest(contracts.StopReport, PART, manifest)
    signed.require_own(PART, report, report_id, stop_report_message(manifest), signature, SIGNED_AS, by)
    signed.require_photos(PART, report, photos)
    errors = reports.report_errors(report.state, report.skip_reason)
    if errors:
        raise Invalid({f"{PART}.{name}": texts for name, texts in errors.items()})
    _stop(report, _route(report.route_id, by))
    sealed = evidence.seal_photos(owner(report_id), photos)
    return Submission(report=report, manifest=manifest, signature=signature, photos=sealed)


def receive(submission: Submission, by: Principal) -> None:
    """Write the report; the one captured last says the stop's state. The first one of a crew sets the route driving."""
    report, moment = submission.report, now()
    route = _route(report.route_id, by, lock=True)
    stop = _stop(report, route)
    time = moment_of(report.captured_at, report.clock, received_at=moment)
    content_hash = signed.content_hash_of(submission.manifest, submission.signature)
    salt = secrets.token_bytes(SALT_BYTES)
    lacks_proof = reports.lacks_proof(
        report.state, photo_needed=stop.photo_needed, photo_count=len(report.photos)
    )
    row = StopReport(
        id=report.id,
        route_id=route.id,
        stop_id=stop.id,
        route_version=report.route_version,
        reported_by=by.user_id,
        device_id=report.device_id,
        state=report.state,
        skip_reason=report.skip_reason,
        note=report.note.strip(),
        volume_m3=report.volume_m3,
        weight_kg=report.weight_kg,
        ticket=report.ticket.strip(),
        captured_at=time.at,
        time_sure=time.sure,
        device_at=report.captured_at,
        received_at=moment,
        removed=stop.number is None,
        proof_missing=lacks_proof,
        content_hash=content_hash,
        salt=salt,
        manifest=submission.manifest,
        signature=submission.signature,
        photo_hashes=[photo.sha256 for photo in report.photos],
    )
    counting = reports.counts((row.captured_at, row.received_at, row.id), _order_of(stop))
    db.session().add(row)
    if counting:
        stop.state, stop.skip_reason, stop.proof_missing = row.state, row.skip_reason, lacks_proof
        stop.report_id, stop.reported_at = row.id, row.captured_at
        emptied.tell_site(route, stop, row, by.actor)
        streets_worked.tell_streets(route, stop, row, by.actor)
        hauled.tell_winter(route, stop, row, by.actor)
    route.report_count += 1
    route.changed_at = moment
    service.record_of(
        "stop.reported",
        route,
        by,
        stop=f"stop:{stop.id}",
        report=owner(row.id),
        device=f"device:{row.device_id}",
        state=row.state.value,
        skip_reason=row.skip_reason.value if row.skip_reason else None,
        photos=len(row.photo_hashes),
        volume_m3=row.volume_m3,
        weight_kg=row.weight_kg,
        counts=counting,
        proof_missing=lacks_proof,
        removed=row.removed,
        assigned=by.user_id in rows.assignees_of([route.id])[route.id],
        captured_at=row.captured_at.isoformat(),
        time_sure=row.time_sure,
        evidence=hashlib.sha256(salt + content_hash.encode()).hexdigest(),
    )
    if route.state is RouteState.RELEASED and row.state is not StopState.PLANNED:
        service.write_move(route, RouteState.DRIVING, by)


def _order_of(stop: RouteStop) -> reports.Order | None:
    """Where the report that counts stands among the reports of its stop."""
    standing = db.session().get(StopReport, stop.report_id) if stop.report_id else None
    return None if standing is None else (standing.captured_at, standing.received_at, standing.id)


def _route(route_id: UUID, by: Principal, *, lock: bool = False) -> Route:
    """A route of the reporter's districts, or one handed to the reporter; a new plan must not lose what was done."""
    query = sa.select(Route).where(Route.id == route_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    route = db.session().scalar(query)
    handed = route is not None and by.user_id in rows.assignees_of([route.id])[route.id]
    if route is None or not (handed or by.in_scope(route.district_id)):
        raise Invalid({f"{PART}.route_id": [NotFound(_("route"), route_id).detail]})
    return route


def _stop(report: contracts.StopReport, route: Route) -> RouteStop:
    """The stop, which the route has or had."""
    stop = db.session().get(RouteStop, report.stop_id, populate_existing=True)
    if stop is None or stop.route_id != route.id:
        raise Invalid({f"{PART}.stop_id": [NotFound(_("stop"), report.stop_id).detail]})
    return stop
