"""Sync on the wire; the answer is shared.contracts.SyncAnswer."""

from __future__ import annotations

from backend.web.wire import Schema, fields, validate


class SyncQuery(Schema):
    """Where the device stands."""

    cursor = fields.String(
        validate=validate.Length(max=500),
        metadata={"description": "«cursor» of the last answer that was stored; without it: everything"},
    )
