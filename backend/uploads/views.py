"""Uploads over HTTP: a photo whose sending was cut off goes on where it stopped."""

from __future__ import annotations

from typing import Any

from flask import request

from backend.adapters import settings
from backend.errors import Invalid, TooLarge, WrongType
from backend.uploads import service, steps
from backend.uploads.photos import SHA256
from backend.uploads.schemas import PieceQuery, StandingSchema
from backend.web.blueprint import Blueprint
from backend.web.principal import current_principal
from shared.i18n import Message

_ = Message
BYTES = "application/octet-stream"
blp = Blueprint("uploads", __name__, description="Photos that arrive in pieces")
PIECE = {
    "required": True,
    "content": {
        BYTES: {"schema": {"type": "string", "format": "binary", "maxLength": service.PIECE_MAX_BYTES}}
    },
}


@blp.route("/uploads/<string:sha256>", action="uploads.create")
@blp.response(200, StandingSchema)
def read_upload(sha256: str) -> Any:
    """How far a file of this device has come; 0 bytes where nothing of it is there."""
    _require_sha256(sha256)
    holding = service.find(sha256, current_principal())
    return holding.standing if holding else service.Standing(sha256=sha256, have=0, total=None)


@blp.route(
    "/uploads/<string:sha256>/<int:offset>",
    action="uploads.create",
    methods=("PUT",),
    own_transactions=True,
)
@blp.doc(requestBody=PIECE)
@blp.arguments(PieceQuery, location="query")
@blp.response(200, StandingSchema)
def put_piece(query: dict[str, Any], sha256: str, offset: int) -> Any:
    """Keep a piece of at most 64 KiB; one that is there already changes nothing."""
    _require_sha256(sha256)
    total = query["total"]
    piece = _read_piece(offset, total)
    return steps.take_piece(sha256, offset, total, piece, current_principal())


def _read_piece(offset: int, total: int) -> bytes:
    if request.mimetype != BYTES:
        raise WrongType(
            _("Send the piece as application/octet-stream, not as {value}.").format(
                value=request.mimetype or _("nothing")
            )
        )
    data, most_mb = request.get_data(), settings().photo_max_mb
    if len(data) > service.PIECE_MAX_BYTES:
        message = _("A piece has at most {max} bytes, this one has {count}: send smaller pieces.")
        raise TooLarge(message.format(max=service.PIECE_MAX_BYTES, count=len(data)))
    if total > most_mb * 1_000_000:
        message = _("A photo has at most {max} MB, this one has {count} bytes: make it smaller.")
        raise TooLarge(message.format(max=most_mb, count=total))
    if not data:
        raise Invalid({"body": [_("must hold bytes of the file, was empty")]})
    if offset + len(data) > total:
        message = _("must end within the file of {total} bytes, was {offset} with {count} bytes")
        raise Invalid({"offset": [message.format(total=total, offset=offset, count=len(data))]})
    return data


def _require_sha256(value: str) -> None:
    if not SHA256.fullmatch(value):
        raise Invalid({"sha256": [_("must be a SHA-256: 64 digits 0-9 a-f in lower case")]})
