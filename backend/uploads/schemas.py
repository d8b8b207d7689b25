"""Uploads on the wire."""

from __future__ import annotations

from backend.web.wire import Schema, fields, validate


class PieceQuery(Schema):
    """The whole file that a piece belongs to."""

    total = fields.Integer(
        required=True, validate=validate.Range(min=1), metadata={"description": "Bytes of the whole file"}
    )


class StandingSchema(Schema):
    """How far a file has come."""

    sha256 = fields.String(required=True)
    have = fields.Integer(
        required=True, metadata={"description": "Bytes from the start without a gap: go on here"}
    )
    total = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Of the whole file; null while nothing is there"},
    )
    whole = fields.Boolean(
        required=True, metadata={"description": "Whether all of it is there, and its SHA-256 is right"}
    )
