"""The ledger on the wire."""

from __future__ import annotations

import json

from backend.web.wire import Schema, fields, validate

PAGE_MAX = 200


class EventQuery(Schema):
    """Which page of the ledger: the newest, those after an id, or those before one."""

    after = fields.Integer(
        validate=validate.Range(min=0, max=2**53),
        metadata={"description": "Entries after this id, oldest first"},
    )
    before = fields.Integer(
        validate=validate.Range(min=1, max=2**53),
        metadata={"description": "Entries before this id, newest first"},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=PAGE_MAX))


class EventSchema(Schema):
    """One ledger entry; ``content`` carries the exact text that was hashed."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    subject = fields.String(required=True)
    audience = fields.String(required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    hash = fields.String(required=True)
    content = fields.String(required=True, metadata={"description": "Canonical JSON of the entry, as hashed"})
    at = fields.Function(
        lambda row: json.loads(row.content)["at"], metadata={"type": "string", "format": "date-time"}
    )
    actor = fields.Function(lambda row: json.loads(row.content)["actor"], metadata={"type": "string"})
    facts = fields.Function(
        lambda row: json.loads(row.content)["facts"],
        metadata={"type": "object", "additionalProperties": True},
    )


class EventPage(Schema):
    """A page of entries."""

    items = fields.List(fields.Nested(EventSchema), required=True)


class AnchorSchema(Schema):
    """A signed statement of the ledger's newest entry at a time."""

    v = fields.Integer(required=True)
    made_at = fields.String(required=True)
    last_id = fields.Integer(required=True)
    last_hash = fields.String(required=True)
    key = fields.String(required=True, metadata={"description": "Ed25519 public key, hex"})
    signature = fields.String(
        required=True, metadata={"description": "Ed25519 over the canonical JSON of the rest, hex"}
    )


class AnchorPage(Schema):
    """Anchors, newest last."""

    items = fields.List(fields.Nested(AnchorSchema), required=True)


class StreamQuery(Schema):
    """Where a live feed starts when no Last-Event-ID header says so."""

    after = fields.Integer(validate=validate.Range(min=0, max=2**53))
    also = fields.List(
        fields.String(),
        load_default=list,
        validate=validate.Length(max=5),
        metadata={
            "description": "Passing news that is not in the ledger and is replayed to nobody: vehicles.positions"
        },
    )
