"""Reviews and appeals on the wire."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from backend.attendance.reviews import rules
from backend.attendance.schemas import CheckInRecord, CheckInSchema
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, filled, validate
from shared.vocabulary import AppealState, DecisionReason, Outcome, ReviewCause, ReviewState

WORDS: list[Callable[[Any], Any]] = [validate.Length(rules.WORDS_LEAST, rules.WORDS_MOST), PLAIN_TEXT, filled]
ADDRESSES = "Addresses of pictures, each a logged read; empty when they are purged or erased"


def address_list(why: str = ADDRESSES) -> fields.List:
    """Addresses within the API."""
    return fields.List(fields.String(), required=True, metadata={"description": why})


class ReviewQuery(PageQuery):
    """Which check-ins that wait for a decision."""

    cause = fields.Enum(ReviewCause, by_value=True)
    person_id = fields.UUID()
    task_id = fields.UUID()
    mine = fields.Boolean(metadata={"description": "true: only those that you captured; false: only others"})


class ReviewItem(Schema):
    """A check-in in the queue, and whether the caller may decide on it."""

    record = fields.Nested(CheckInRecord, required=True)
    state = fields.Enum(ReviewState, by_value=True, required=True, attribute="row.review_state")
    cause = fields.Enum(ReviewCause, by_value=True, required=True, attribute="row.review_cause")
    standing = fields.Enum(
        Outcome,
        by_value=True,
        required=True,
        allow_none=True,
        attribute="row.standing",
        metadata={"description": "What counts meanwhile: a person's decision, else the program's verdict"},
    )
    frames = address_list()
    may_decide = fields.Boolean(required=True)
    why_not = fields.String(required=True, allow_none=True)


class ReviewDecision(Schema):
    """One decision by a person of the staff."""

    number = fields.Integer(required=True)
    cause = fields.Enum(ReviewCause, by_value=True, required=True)
    outcome = fields.Enum(Outcome, by_value=True, required=True)
    reason = fields.Enum(DecisionReason, by_value=True, required=True)
    text = fields.String(
        required=True, metadata={"description": "Outcome and reason in the reader's language"}
    )
    words = fields.String(required=True, allow_none=True, metadata={"description": "null: erased"})
    appeal_id = fields.UUID(required=True, allow_none=True)
    decided_by = fields.UUID(required=True)
    decided_at = fields.AwareDateTime(required=True)


class Review(ReviewItem):
    """Everything that is known of a check-in in review."""

    manifest = fields.Nested(
        CheckInSchema, required=True, allow_none=True, metadata={"description": "As signed; null: erased"}
    )
    expected = fields.Dict(
        required=True,
        attribute="row.expected",
        metadata={"description": "What the task and the challenge said when the check-in was received"},
    )
    enrolment_photos = address_list("Addresses of the photos to compare with, each a logged read")
    decisions = fields.List(fields.Nested(ReviewDecision), required=True)
    appeal_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "The open appeal, if any"}
    )


class DecisionRequest(Schema):
    """What to decide, and why."""

    outcome = fields.Enum(
        Outcome, by_value=True, required=True, validate=validate.OneOf(rules.DECIDED_OUTCOMES)
    )
    reason = fields.Enum(DecisionReason, by_value=True, required=True)
    words = fields.String(required=True, validate=WORDS)


class AppealAbout(Schema):
    """What an appeal is about."""

    kind = fields.String(
        required=True,
        validate=validate.Length(1, 20),
        metadata={"description": "check_in, absence, paper_sheet or gap"},
    )
    id = fields.UUID(required=True)


class AppealRequest(Schema):
    """An appeal as somebody writes it down."""

    person_id = fields.UUID(required=True)
    about = fields.Nested(AppealAbout, required=True)
    filed_by_person = fields.String(
        required=True,
        validate=[validate.Length(1, 200), PLAIN_TEXT, filled],
        metadata={"description": "Who brought it: the person, a lawyer, a relative"},
    )
    filed_as = fields.Enum(rules.AppealForm, by_value=True, required=True)
    words = fields.String(required=True, validate=[validate.Length(1, 4000), PLAIN_TEXT, filled])
    filed_on = fields.Date(required=True, metadata={"description": "The day on which it was brought"})
    late_reason = fields.String(
        load_default="",
        validate=[validate.Length(max=1000), PLAIN_TEXT],
        metadata={"description": "Why it comes after its time; the officer who decides weighs it"},
    )


class AppealQuery(PageQuery):
    """Which appeals; open ones unless a state is named."""

    state = fields.Enum(AppealState, by_value=True)
    person_id = fields.UUID()
    kind = fields.String(validate=validate.Length(max=20))
    about_id = fields.UUID()


class AppealSchema(Schema):
    """An appeal; texts are null once the person's data is erased."""

    id = fields.UUID(required=True)
    state = fields.Enum(AppealState, by_value=True, required=True)
    person_id = fields.UUID(required=True)
    district_id = fields.UUID(required=True)
    about = fields.Nested(AppealAbout, required=True)
    filed_as = fields.Enum(rules.AppealForm, by_value=True, required=True)
    filed_on = fields.Date(required=True)
    filed_by = fields.UUID(required=True, metadata={"description": "Who wrote it down"})
    received_at = fields.AwareDateTime(required=True)
    appeal_until = fields.Date(required=True, metadata={"description": "Until then it was in time"})
    late = fields.Boolean(required=True)
    due_at = fields.AwareDateTime(required=True)
    overdue = fields.Boolean(required=True)
    filed_by_person = fields.String(required=True, allow_none=True)
    words = fields.String(required=True, allow_none=True)
    late_reason = fields.String(required=True, allow_none=True)
    ruling = fields.String(required=True, allow_none=True)
    closed_by = fields.UUID(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    may_decide = fields.Boolean(required=True)
    why_not = fields.String(required=True, allow_none=True)


class AppealDecision(Schema):
    """How an appeal is decided, and why."""

    outcome = fields.Enum(
        AppealState,
        by_value=True,
        required=True,
        validate=validate.OneOf((AppealState.UPHELD, AppealState.REJECTED)),
    )
    reason = fields.Enum(
        DecisionReason,
        by_value=True,
        load_default=DecisionReason.OTHER,
        metadata={"description": "For an appeal about a check-in"},
    )
    words = fields.String(required=True, validate=WORDS)


class AppealWithdrawal(Schema):
    """How an appeal was withdrawn."""

    words = fields.String(required=True, validate=WORDS)
