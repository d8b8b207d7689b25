"""Frames of a driving vehicle on the wire."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from marshmallow import post_load

from backend.roads.frames.tables import ACCURACY_M
from backend.roads.streams.rules import Offer, Reason
from backend.web.wire import Pattern, Schema, fields, validate
from shared.geometry import Point
from shared.i18n import Message

_ = Message
FRAMES_MOST = 1000
SHA256 = re.compile(r"^[0-9a-f]{64}$")
NO_SHA256 = _("must be a SHA-256: 64 digits 0-9 a-f in lower case")


class Outcome(StrEnum):
    """What becomes of a frame."""

    WANTED = "wanted"
    KEPT = "kept"
    PASSED_OVER = "passed_over"


class FrameAboutSchema(Schema):
    """When and where a frame was taken; what a receiver does not know is null, or left out."""

    taken_at = fields.AwareDateTime(required=True)
    lat = fields.Float(required=True)
    lon = fields.Float(required=True)
    accuracy_m = fields.Float(load_default=None, allow_none=True)
    speed_mps = fields.Float(load_default=None, allow_none=True)
    heading_deg = fields.Float(
        load_default=None, allow_none=True, metadata={"description": "Of driving, clockwise from north"}
    )

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Offer:
        """The offer; receivers write 0 or less for what they do not know."""
        accuracy_m, speed_mps = data["accuracy_m"], data["speed_mps"]
        heading_deg = data["heading_deg"]
        return Offer(
            at=data["taken_at"],
            place=Point(lat=data["lat"], lon=data["lon"]),
            accuracy_m=ACCURACY_M if accuracy_m is None or accuracy_m <= 0 else accuracy_m,
            speed_mps=None if speed_mps is None or speed_mps < 0 else speed_mps,
            heading_deg=heading_deg % 360 if heading_deg is not None and 0 <= heading_deg <= 360 else None,
            sha256=data.get("sha256"),
        )


class OfferSchema(FrameAboutSchema):
    """A frame that the camera has."""

    sha256 = fields.String(
        load_default=None,
        allow_none=True,
        validate=Pattern(SHA256, error=NO_SHA256),
        metadata={"description": "Of its bytes: then one that was received before is known for sure"},
    )


class OffersSchema(Schema):
    """Frames that a camera has, in any order."""

    frames = fields.List(fields.Nested(OfferSchema), required=True, validate=validate.Length(1, FRAMES_MOST))


class FrameAnswerSchema(Schema):
    """What becomes of one frame."""

    outcome = fields.Enum(
        Outcome,
        by_value=True,
        required=True,
        metadata={"description": "wanted: send it; kept: it is a report, forget it; passed_over: forget it"},
    )
    report_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Of one that is kept"})
    sha256 = fields.String(
        required=True, allow_none=True, metadata={"description": "Of the received bytes, or as it was asked"}
    )
    reason = fields.Enum(Reason, by_value=True, required=True, allow_none=True)
    field = fields.String(
        required=True, allow_none=True, metadata={"description": "Which value is the reason"}
    )
    detail = fields.String(
        required=True, allow_none=True, metadata={"description": "For people, in the caller's language"}
    )


class FrameAnswersSchema(Schema):
    """What becomes of each frame, in the order in which they were offered."""

    frames = fields.List(fields.Nested(FrameAnswerSchema), required=True)
