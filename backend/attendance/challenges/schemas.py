"""Challenges on the wire."""

from __future__ import annotations

from backend.attendance.challenges.service import EACH_MOST
from backend.web.contract_schemas import schema_of
from backend.web.wire import Schema, fields, validate
from shared.contracts import Challenge, SpotCheck

PEOPLE_MOST = 100


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
