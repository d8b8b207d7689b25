"""Hours on the wire. Minutes are whole: one counts when presence is proven for the whole of it, and counts once."""

from __future__ import annotations

from typing import Any

from backend.attendance.hours.rules import Why
from backend.attendance.hours.words import REASONS
from backend.web.language import current_language
from backend.web.wire import PLAIN_TEXT, Schema, day_in_reach, fields, filled, validate
from shared.i18n import translate
from shared.vocabulary import AbsenceReason, AbsenceState, PresenceEnd, SpotCheckState


def _minutes(what: str) -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": what})


def _ids(what: str) -> fields.List[Any]:
    return fields.List(fields.UUID(), required=True, metadata={"description": what})


WORKED = "Between the first and the last proof, whoever else covers them: credited + over_cap + unproven"
CREDITED = "Counted towards the order"
OVER_CAP = "Proven, but over a cap, on a day that does not count, or without an order"
UNPROVEN = "Round a spot check that nobody answered, and not credited by a person"


class HoursQuery(Schema):
    """Which days, both ends included; without them the month so far."""

    from_day = fields.Date(data_key="from", validate=day_in_reach)
    until_day = fields.Date(data_key="until", validate=day_in_reach)


class StretchSchema(Schema):
    """Presence from a first to a last proof; a forgotten departure closes it at the last one."""

    task_id = fields.UUID(required=True)
    came_at = fields.AwareDateTime(required=True)
    left_at = fields.AwareDateTime(required=True)
    ended_by = fields.Enum(PresenceEnd, by_value=True, required=True)
    check_in_ids = _ids("The accepted check-ins that prove it, by time")
    sheet_id = fields.UUID(required=True, allow_none=True)


class PieceSchema(Schema):
    """Whole minutes that rest on the same proofs and count alike."""

    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    minutes = _minutes("How many")
    why = fields.Enum(
        Why,
        by_value=True,
        required=True,
        allow_none=True,
        metadata={"description": "Why they are not credited; null: they are"},
    )
    why_text = fields.Function(
        lambda piece: translate(REASONS[piece.why], current_language()) if piece.why else "",
        metadata={"type": "string"},
    )
    check_in_ids = _ids("The check-ins that they rest on")
    sheet_ids = _ids("The paper sheets that they rest on")
    gap_ids = _ids("The gaps that they lie in")


class SpotCheckOfDay(Schema):
    """A spot check that was answered or missed, or that waits for its answer: drawn."""

    id = fields.UUID(required=True)
    due_at = fields.AwareDateTime(required=True)
    state = fields.Enum(SpotCheckState, by_value=True, required=True)
    foreknowledge = fields.Boolean(required=True)


class AbsenceOfDay(Schema):
    """Why the person was not there."""

    absence_id = fields.UUID(required=True)
    reason = fields.Enum(AbsenceReason, by_value=True, required=True)
    state = fields.Enum(AbsenceState, by_value=True, required=True)
    document_missing = fields.Boolean(required=True)


class Sums(Schema):
    """Minutes of a day or a span."""

    worked_min = _minutes(WORKED)
    credited_min = _minutes(CREDITED)
    over_cap_min = _minutes(OVER_CAP)
    unproven_min = _minutes(UNPROVEN)


class DaySchema(Sums):
    """One day in the city's time."""

    day = fields.Date(required=True)
    stretches = fields.List(fields.Nested(StretchSchema), required=True)
    pieces = fields.List(fields.Nested(PieceSchema), required=True)
    spot_checks = fields.List(fields.Nested(SpotCheckOfDay), required=True)
    absences = fields.List(fields.Nested(AbsenceOfDay), required=True)


class GapSchema(Schema):
    """Minutes between two proofs in which a spot check had no answer; one decision for all of them."""

    id = fields.UUID(required=True)
    spot_check_ids = _ids("Every spot check without an answer in these minutes, by time")
    task_id = fields.UUID(required=True, metadata={"description": "Of the first of them"})
    due_at = fields.AwareDateTime(required=True, metadata={"description": "When the first of them was due"})
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    waiting = fields.Boolean(
        required=True,
        metadata={
            "description": "Whether an answer may still come: from a phone without a network, or a review"
        },
    )
    credited = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "What a person decided; null: nobody has"}
    )
    decided_as = fields.UUID(
        required=True,
        allow_none=True,
        metadata={
            "description": "The gap that the decision named, before later proofs split it: appeal against this one"
        },
    )
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    words = fields.String(required=True, allow_none=True)


class OrderSumSchema(Schema):
    """How much of the order has been served since its first day."""

    order_id = fields.UUID(required=True)
    hours_total_min = _minutes("What the document states")
    credited_min = _minutes("Served so far")
    remaining_min = _minutes("Still to serve")


class HoursSchema(Sums):
    """A person's hours; days of which nothing is known are left out."""

    person_id = fields.UUID(required=True)
    from_day = fields.Date(required=True, data_key="from")
    until_day = fields.Date(required=True, data_key="until")
    days = fields.List(fields.Nested(DaySchema), required=True)
    gaps = fields.List(fields.Nested(GapSchema), required=True)
    order = fields.Nested(OrderSumSchema, required=True, allow_none=True)


class GapDecisionRequest(Schema):
    """Whether the minutes of a gap count, and why."""

    credited = fields.Boolean(required=True, truthy={True}, falsy={False})
    words = fields.String(
        required=True,
        validate=[validate.Length(3, 1000), PLAIN_TEXT, filled],
        metadata={"description": "Sealed with the person's key"},
    )
