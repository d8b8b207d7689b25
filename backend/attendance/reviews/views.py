"""Decisions by people on check-ins, and appeals against decisions over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, url_for

from backend.attendance import service as attendance
from backend.attendance import words as attendance_words
from backend.attendance.models import CheckIn
from backend.attendance.reviews import appeal_reading, appeals, evidence, schemas, service
from backend.attendance.reviews.models import Appeal, Decision
from backend.attendance.reviews.officers import Officers
from backend.attendance.schemas import CheckInRecord
from backend.database import transaction
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.once import create_once
from backend.web.paging import page_schema
from backend.web.pictures import jpeg_view
from backend.web.principal import current_principal
from shared.i18n import Message, translate
from shared.vocabulary import AppealState

blp = Blueprint(
    "reviews", __name__, description="Decisions by people on check-ins, and appeals against decisions"
)


@blp.route("/reviews", action="reviews.read", writes=True)
@blp.arguments(schemas.ReviewQuery, location="query")
@blp.response(200, page_schema(schemas.ReviewItem))
def list_reviews(query: dict[str, Any]) -> Any:
    """Check-ins that wait for a person's decision, oldest first."""
    principal = current_principal()
    page = service.queue(principal, **query)
    officers = Officers(principal, "reviews.decide")
    return {"items": [_item(row, officers) for row in page.items], "next": page.next}


@blp.route("/reviews/<uuid:check_in_id>", action="reviews.read", writes=True)
@blp.response(200, schemas.Review)
def read_review(check_in_id: UUID) -> Any:
    """Everything that is known of a check-in which is or was in review."""
    return _review(service.get(check_in_id, current_principal()))


@blp.route("/reviews/<uuid:check_in_id>/decision", action="reviews.decide", methods=("POST",))
@blp.arguments(schemas.DecisionRequest)
@blp.response(200, schemas.Review)
def decide_review(body: dict[str, Any], check_in_id: UUID) -> Any:
    """Decide on a check-in, once; never by whoever captured it."""
    return _review(service.decide(check_in_id, current_principal(), **body))


@blp.route(
    "/people/<uuid:person_id>/face-templates/<uuid:enrolment_id>/photos/<int:index>",
    action="check_ins.evidence",
    own_transactions=True,
    problems=(409,),
)
@blp.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def read_enrolment_photo(person_id: UUID, enrolment_id: UUID, index: int) -> Response:
    """A view of one enrolment photo, to compare a check-in's frames with; re-encoded."""
    with transaction():
        photo = evidence.enrolment_photo(person_id, enrolment_id, index, current_principal())
    return Response(jpeg_view(photo), content_type="image/jpeg", headers={"Cache-Control": "no-store"})


@blp.route("/appeals", action="appeals.read", writes=True)
@blp.arguments(schemas.AppealQuery, location="query")
@blp.response(200, page_schema(schemas.AppealSchema))
def list_appeals(query: dict[str, Any]) -> Any:
    """Open appeals, or those of another state; first those that are overdue, then by the day on which they are due."""
    principal = current_principal()
    page = appeal_reading.list_appeals(principal, subject_id=query.pop("about_id", None), **query)
    officers = Officers(principal, "appeals.decide")
    return {"items": [_appeal(appeal, officers) for appeal in page.items], "next": page.next}


@blp.route("/appeals/<uuid:appeal_id>", action="appeals.read", writes=True)
@blp.response(200, schemas.AppealSchema)
def read_appeal(appeal_id: UUID) -> Any:
    """One appeal."""
    principal = current_principal()
    return _appeal(appeal_reading.get(appeal_id, principal), Officers(principal, "appeals.decide"))


@blp.route("/appeals/<uuid:appeal_id>", action="appeals.file", methods=("PUT",), own_transactions=True)
@blp.arguments(schemas.AppealRequest)
@blp.response(200, schemas.AppealSchema)
def put_appeal(body: dict[str, Any], appeal_id: UUID) -> Any:
    """Write an appeal down; the same id with the same content gets the same answer. A late one is kept and marked."""
    principal = current_principal()
    about = body.pop("about")
    objection = appeals.Objection(kind=about["kind"], subject_id=about["id"], **body)
    create_once(lambda: appeals.file(appeal_id, objection, principal))
    with transaction(read_only=True):
        return _appeal(appeal_reading.peek(appeal_id), Officers(principal, "appeals.decide"))


@blp.route("/appeals/<uuid:appeal_id>/decision", action="appeals.decide", methods=("POST",))
@blp.arguments(schemas.AppealDecision)
@blp.response(200, schemas.AppealSchema)
def decide_appeal(body: dict[str, Any], appeal_id: UUID) -> Any:
    """Decide on an appeal, once, by an officer who had no hand in what it is about."""
    principal = current_principal()
    upheld = body.pop("outcome") is AppealState.UPHELD
    decided = appeals.decide(appeal_id, principal, upheld=upheld, **body)
    return _appeal(decided, Officers(principal, "appeals.decide"))


@blp.route("/appeals/<uuid:appeal_id>/withdrawal", action="appeals.file", methods=("POST",))
@blp.arguments(schemas.AppealWithdrawal)
@blp.response(200, schemas.AppealSchema)
def withdraw_appeal(body: dict[str, Any], appeal_id: UUID) -> Any:
    """Write down that the person withdrew an appeal."""
    principal = current_principal()
    return _appeal(appeals.withdraw(appeal_id, principal, **body), Officers(principal, "appeals.decide"))


def _item(row: CheckIn, officers: Officers) -> dict[str, Any]:
    names = [name for name in CheckInRecord().fields if name != "answer"]
    frames = range(len(row.frame_hashes)) if evidence.readable(row) else ()
    return {
        "row": row,
        "record": {**{name: getattr(row, name) for name in names}, "answer": attendance.answer(row)},
        "frames": [url_for("attendance.read_frame", check_in_id=row.id, index=index) for index in frames],
        **_permission(service.why_not(row, officers.by, officers)),
    }


def _review(row: CheckIn) -> dict[str, Any]:
    enrolment = evidence.enrolment_of(row)
    enrolment_id, count = enrolment or (None, 0)
    return {
        **_item(row, Officers(current_principal(), "reviews.decide")),
        "manifest": evidence.manifest_of(row),
        "enrolment_photos": [
            url_for(
                "reviews.read_enrolment_photo",
                person_id=row.person_id,
                enrolment_id=enrolment_id,
                index=index,
            )
            for index in range(count)
        ],
        "decisions": [_decision(decision, row) for decision in service.decisions_on(row.id)],
        "appeal_id": appeal_reading.open_on(service.CHECK_IN, row.id),
    }


def _decision(decision: Decision, row: CheckIn) -> dict[str, Any]:
    names = ("number", "cause", "outcome", "reason", "appeal_id", "decided_by", "decided_at")
    return {
        **{name: getattr(decision, name) for name in names},
        "text": attendance_words.decision(decision.outcome, decision.reason, current_language()),
        "words": service.words_of(decision, row.person_id),
    }


def _appeal(appeal: Appeal, officers: Officers) -> dict[str, Any]:
    texts = vars(appeal_reading.texts_of(appeal))
    names = [name for name in schemas.AppealSchema().fields if hasattr(appeal, name)]
    return {
        **{name: getattr(appeal, name) for name in names},
        **texts,
        "about": {"kind": appeal.kind, "id": appeal.subject_id},
        "overdue": appeal_reading.overdue(appeal),
        **_permission(appeal_reading.why_not(appeal, officers.by, officers)),
    }


def _permission(why_not: Message | None) -> dict[str, Any]:
    text = None if why_not is None else translate(why_not, current_language())
    return {"may_decide": why_not is None, "why_not": text}
