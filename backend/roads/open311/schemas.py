"""Citizens' reports on the wire, as the dispatchers who let them in see them."""

from __future__ import annotations

from marshmallow import ValidationError, validates_schema

from backend.web.paging import PageQuery
from backend.web.wire import Schema, fields, validate
from shared.i18n import Message
from shared.vocabulary import Moderation, PublicService

_ = Message


class CitizenRequestQuery(PageQuery):
    """Which reports."""

    moderation = fields.Enum(Moderation, by_value=True)


class CitizenRequestSchema(Schema):
    """A citizen's report; its place, photos and what was seen in them are those of the defect with the same id."""

    id = fields.UUID(required=True, metadata={"description": "Also the defect's"})
    number = fields.String(required=True, metadata={"description": "What the citizen follows it by"})
    service = fields.Enum(PublicService, by_value=True, required=True)
    moderation = fields.Enum(Moderation, by_value=True, required=True)
    district_id = fields.UUID(required=True)
    description = fields.String(required=True)
    address = fields.String(required=True)
    app = fields.String(required=True, metadata={"description": "Whose key it came with; empty: none"})
    requested_at = fields.AwareDateTime(required=True)
    decided_by = fields.UUID(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    reason = fields.String(required=True)
    text_shown = fields.Boolean(required=True)
    photos_shown = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class ModerationRequest(Schema):
    """Whether a report is let in; what of it everybody may read and see."""

    let_in = fields.Boolean(required=True)
    reason = fields.String(
        load_default="",
        validate=validate.Length(max=500),
        metadata={"description": "Why not; the citizen reads it"},
    )
    text_shown = fields.Boolean(load_default=False, metadata={"description": "Publish the description"})
    photos_shown = fields.Boolean(load_default=False, metadata={"description": "Publish the blurred photos"})

    @validates_schema
    def refusal_has_a_reason(self, data: dict[str, object], **_about: object) -> None:
        """Who is refused must be told why."""
        if not data["let_in"] and not str(data["reason"]).strip():
            raise ValidationError(_("is missing: say why, the citizen reads it"), "reason")
