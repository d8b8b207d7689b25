"""The reconciliation as it is kept and as it is answered."""

from __future__ import annotations

from backend.routing.proof.rules.coverage import Seen
from backend.routing.proof.rules.driving import JudgedBy
from backend.routing.proof.rules.findings import ProofCode
from backend.routing.proof.rules.places import Presence
from backend.web.wire import Schema, fields
from shared.vocabulary import SkipReason, StopState, WinterWork

JUDGED_WORDS = {"description": "streets: those that were driven, by map matching; nearness: positions alone"}


class KeptFinding(Schema):
    """One statement with its values."""

    code = fields.Enum(ProofCode, by_value=True, required=True)
    values = fields.Dict(
        required=True, metadata={"description": "Metres, seconds, minutes and counts, by name"}
    )
    times = fields.Dict(keys=fields.String(), values=fields.AwareDateTime(), required=True)


class KeptPiece(Schema):
    """What is known of one piece of street that a stop works along; metres of its length."""

    segment_id = fields.Integer(required=True)
    forward = fields.Boolean(required=True)
    either = fields.Boolean(required=True, metadata={"description": "The other direction would do as well"})
    work = fields.Enum(WinterWork, by_value=True, required=True)
    number = fields.Integer(required=True, metadata={"description": "Which of its passes"})
    length_m = fields.Float(required=True)
    with_m = fields.Float(
        required=True, metadata={"description": "In the right direction, slowly enough for the work"}
    )
    against_m = fields.Float(required=True)
    fast_m = fields.Float(required=True, metadata={"description": "In the right direction, too fast"})
    seen = fields.Enum(Seen, by_value=True, required=True)
    since = fields.AwareDateTime(required=True, allow_none=True)
    until = fields.AwareDateTime(required=True, allow_none=True)


class KeptWorked(Schema):
    """A route's pieces of street together, in metres of all planned passes."""

    planned_m = fields.Float(required=True)
    with_m = fields.Float(
        required=True, metadata={"description": "Blade-down metres: the direction right, slowly enough"}
    )
    against_m = fields.Float(required=True)
    fast_m = fields.Float(required=True)
    unknown_m = fields.Float(required=True, metadata={"description": "Positions are missing"})


class KeptStop(Schema):
    """What is known of one stop."""

    stop_id = fields.UUID(required=True)
    number = fields.Integer(required=True)
    state = fields.Enum(StopState, by_value=True, required=True)
    skip_reason = fields.Enum(SkipReason, by_value=True, required=True, allow_none=True)
    reported_at = fields.AwareDateTime(required=True, allow_none=True)
    photo_count = fields.Integer(required=True)
    judged_by = fields.Enum(JudgedBy, by_value=True, load_default=JudgedBy.NEARNESS, metadata=JUDGED_WORDS)
    presence = fields.Enum(
        Presence,
        by_value=True,
        required=True,
        metadata={
            "description": "Whether the vehicle was there, by its positions; unknown where positions are missing"
        },
    )
    nearest_m = fields.Float(required=True, allow_none=True)
    nearest_at = fields.AwareDateTime(required=True, allow_none=True)
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)
    left_at = fields.AwareDateTime(required=True, allow_none=True)
    stayed_s = fields.Float(required=True, allow_none=True)
    planned_at = fields.AwareDateTime(required=True, allow_none=True)
    line_m = fields.Float(
        required=True, allow_none=True, metadata={"description": "Length of a segment; null for a place"}
    )
    driven_with_m = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Metres of the segment driven in its direction"},
    )
    driven_against_m = fields.Float(required=True, allow_none=True)
    pieces = fields.List(
        fields.Nested(KeptPiece),
        load_default=list,
        metadata={
            "description": "Piece by piece, where streets are worked along and the streets driven are known"
        },
    )
    findings = fields.List(fields.Nested(KeptFinding), required=True)


class KeptProof(Schema):
    """What is known of a route."""

    planned_from = fields.AwareDateTime(required=True)
    planned_until = fields.AwareDateTime(required=True)
    planned_m = fields.Float(required=True, allow_none=True)
    driven_from = fields.AwareDateTime(required=True, allow_none=True)
    driven_until = fields.AwareDateTime(required=True, allow_none=True)
    driven_m = fields.Float(required=True, allow_none=True, metadata={"description": "Seen in the positions"})
    silent_m = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Straight lines across times without positions: the least that was driven"},
    )
    streets_m = fields.Float(
        load_default=None,
        allow_none=True,
        metadata={"description": "Driven along streets, by map matching; null where they are not known"},
    )
    streets_share = fields.Float(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Of the positions, 0 to 1: on a street found; the way of the rest is not in streets_m"
        },
    )
    judged_by = fields.Enum(JudgedBy, by_value=True, load_default=JudgedBy.NEARNESS, metadata=JUDGED_WORDS)
    worked = fields.Nested(KeptWorked, load_default=None, allow_none=True)
    positions = fields.Integer(required=True)
    findings = fields.List(fields.Nested(KeptFinding), required=True)
    stops = fields.List(fields.Nested(KeptStop), required=True)


class ProofFinding(KeptFinding):
    """One statement with its values and in the reader's language."""

    text = fields.String(required=True)


class StopProofSchema(KeptStop):
    """What is known of one stop, in words too."""

    title = fields.String(required=True)
    findings = fields.List(fields.Nested(ProofFinding), required=True)


class RouteProofSchema(KeptProof):
    """Planned, driven and reported held against each other."""

    route_id = fields.UUID(required=True)
    route_version = fields.Integer(required=True)
    made_at = fields.AwareDateTime(required=True)
    matching = fields.Boolean(
        required=True,
        metadata={"description": "Whether the streets driven are being sought: ask again in a while"},
    )
    kept = fields.Boolean(
        required=True,
        metadata={"description": "Whether it is the one that was kept when the route was closed"},
    )
    findings = fields.List(fields.Nested(ProofFinding), required=True)
    stops = fields.List(fields.Nested(StopProofSchema), required=True)


class ProofQuery(Schema):
    """Which reconciliation of a closed route."""

    anew = fields.Boolean(
        load_default=False,
        metadata={"description": "With what came since the route was closed, instead of the one kept then"},
    )
