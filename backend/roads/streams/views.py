"""Frames of driving vehicles over HTTP: cameras ask which are wanted, then send those; known by the id of their tracker."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Request
from marshmallow import ValidationError

from backend.adapters import settings
from backend.blobs import sha256_hex
from backend.errors import Invalid
from backend.extensions import limiter
from backend.fleet.trackers.entrance import current_tracker, enter_camera
from backend.roads.streams import service
from backend.roads.streams.rules import Offer
from backend.roads.streams.schemas import (
    NO_SHA256,
    SHA256,
    FrameAboutSchema,
    FrameAnswerSchema,
    FrameAnswersSchema,
    OffersSchema,
    Outcome,
)
from backend.roads.streams.service import Answer
from backend.web.blueprint import Blueprint
from backend.web.language import current_language
from backend.web.problems import flatten
from backend.web.uploads import multipart_body, part_bytes, read_photos, require_multipart
from shared.contracts import DecodeError, parse_json
from shared.i18n import Message, translate

_ = Message
ABOUT, PHOTO = "about", "photo"
ABOUT_MOST_BYTES = 64_000
blp = Blueprint("streams", __name__, description="Frames that a vehicle sends while it drives")
FRAME = multipart_body(
    {
        ABOUT: {
            "type": "string",
            "contentMediaType": "application/json",
            "description": "When and where (schema FrameAbout)",
        },
        PHOTO: {"type": "string", "format": "binary", "description": "JPEG, PNG or WebP"},
    },
    [ABOUT, PHOTO],
)


def frames_rate() -> str:
    """The limit on one camera's requests, from the settings."""
    return settings().frames_rate


def by_camera() -> str:
    """Requests count for their camera, so that vehicles behind one mobile gateway do not hinder each other."""
    return f"tracker:{current_tracker().tracker_id}"


def enter_with_a_frame(request: Request, action: str) -> None:
    """Let a camera in with the bytes of one photo."""
    enter_camera(request, action)
    request.max_content_length = settings().photo_max_mb * 1_000_000 + ABOUT_MOST_BYTES


@blp.route(
    "/drives/<uuid:drive_id>/offers",
    action="frames.stream",
    methods=("POST",),
    writes=False,
    problems=(503,),
    entrance=enter_camera,
)
@limiter.limit(frames_rate, key_func=by_camera)
@blp.arguments(OffersSchema)
@blp.response(200, FrameAnswersSchema)
def offer_frames(body: dict[str, Any], drive_id: UUID) -> Any:
    """Ask which frames of a drive are wanted, before their bytes travel; nothing is written, so ask as often as you like."""
    offers: list[Offer] = body["frames"]
    answers = service.offered(drive_id, offers, current_tracker())
    return {"frames": [_told(answer, offer.sha256) for answer, offer in zip(answers, offers, strict=True)]}


@blp.route(
    "/drives/<uuid:drive_id>/frames/<string:sha256>",
    action="frames.stream",
    methods=("PUT",),
    own_transactions=True,
    problems=(503,),
    entrance=enter_with_a_frame,
)
@limiter.limit(frames_rate, key_func=by_camera)
@blp.doc(requestBody=FRAME)
@blp.response(200, FrameAnswerSchema)
def put_frame(drive_id: UUID, sha256: str) -> Any:
    """Send a frame under the SHA-256 of its bytes. The same bytes again get the same report; what is not wanted is not kept."""
    require_multipart()
    about = _about(sha256)
    (photo,) = read_photos(PHOTO, least=1, most=1)
    received = sha256_hex(photo)
    if received != sha256:
        message = _("must be the SHA-256 of the photo's bytes, {received}, was {value}: send the photo again")
        raise Invalid({"sha256": [message.format(received=received, value=sha256)]})
    return _told(service.receive(drive_id, about, photo, current_tracker()), received)


def _about(sha256: str) -> Offer:
    """What the request says of its frame."""
    if not SHA256.fullmatch(sha256):
        raise Invalid({"sha256": [NO_SHA256]})
    try:
        said: Any = parse_json(part_bytes(ABOUT))
        offer: Offer = FrameAboutSchema().load(said)
    except DecodeError as error:
        raise Invalid(dict(error.by_field()), slug="bad-json") from error
    except ValidationError as error:
        raise Invalid(flatten(error.messages, ABOUT)) from error
    return replace(offer, sha256=sha256)


def _told(answer: Answer, sha256: str | None) -> dict[str, Any]:
    refusal = answer.refusal
    outcome = Outcome.WANTED if answer.is_wanted else Outcome.PASSED_OVER if refusal else Outcome.KEPT
    return {
        "outcome": outcome,
        "report_id": answer.report_id,
        "sha256": sha256,
        "reason": refusal.reason if refusal else None,
        "field": refusal.field if refusal else None,
        "detail": translate(refusal.words, current_language()) if refusal else None,
    }
