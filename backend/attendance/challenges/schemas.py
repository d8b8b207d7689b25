"""Challenges on the wire."""

from __future__ import annotations

from backend.attendance.challenges.service import EACH_MOST
from backend.web.contract_schemas import schema_of
from backend.web.wire import Schema, fields, validate
from shared.contracts import Challenge, SpotCheck

PEOPLE_MOST = 100
STOCK_PEOPLE_MOST, UNUSED_MOST = 500, 1000


class ChallengeRequest(Schema):
    """For whom to ask."""

    task_id = fields.UUID(required=True)
    person_ids = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(1, PEOPLE_MOST),
        metadata={"description": "People of the task"},
    )
    each = fields.Integer(
        load_default=1,
        strict=True,
        validate=validate.Range(1, EACH_MOST),
        metadata={
            "description": "Challenges for each person: arrival, spot checks and departure need one each"
        },
    )
    offline = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Whether the phone goes offline: the challenges live longer, and the task's coming spot checks "
            "come along, marked «foreknowledge possible»"
        },
    )


class ChallengeBatch(Schema):
    """Challenges, and the spot checks that a phone which goes offline must hold."""

    items = fields.List(fields.Nested(schema_of(Challenge)), required=True)
    spot_checks = fields.List(fields.Nested(schema_of(SpotCheck)), required=True)
    server_time = fields.AwareDateTime(
        required=True, metadata={"description": "For the phone's boot-time clock"}
    )


class StockRequest(Schema):
    """Whom a phone that keeps a stock of challenges lacks one for, and what it gives back."""

    person_ids = fields.List(
        fields.UUID(),
        required=True,
        validate=validate.Length(max=STOCK_PEOPLE_MOST),
        metadata={"description": "People of the caller's tasks around now; others are passed over"},
    )
    unused = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=UNUSED_MOST),
        metadata={
            "description": "Challenges of earlier stocks that this device will never answer: they are forgotten"
        },
    )


class ChallengeStock(Schema):
    """One challenge for each of the people who may be checked in around now. No spot checks come with them."""

    items = fields.List(fields.Nested(schema_of(Challenge)), required=True)
    server_time = fields.AwareDateTime(
        required=True, metadata={"description": "For the phone's boot-time clock"}
    )
