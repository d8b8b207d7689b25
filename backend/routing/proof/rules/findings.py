"""What the reconciliation states, as codes with their values; it states what is unknown too, and accuses nobody. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

Value = float | int | str | None


class ProofCode(StrEnum):
    """One kind of statement."""

    DONE_NOT_SEEN = "done_not_seen"
    DONE_UNKNOWN = "done_unknown"
    DONE_PARTLY = "done_partly"
    SKIPPED_NOT_SEEN = "skipped_not_seen"
    VISITED_UNREPORTED = "visited_unreported"
    REPORTED_ELSEWHERE = "reported_elsewhere"
    AGAINST_DIRECTION = "against_direction"
    TOO_FAST_TO_WORK = "too_fast_to_work"
    PIECES_MISSING = "pieces_missing"
    NOT_REPORTED = "not_reported"
    PHOTO_MISSING = "photo_missing"
    TIME_UNSURE = "time_unsure"
    NO_POSITIONS = "no_positions"
    POSITIONS_DELETED = "positions_deleted"
    SILENCE = "silence"
    MADE_UP = "made_up"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One statement: metres, seconds, minutes and counts by name, and the times that it speaks of."""

    code: ProofCode
    values: Mapping[str, Value] = field(default_factory=dict)
    times: Mapping[str, datetime] = field(default_factory=dict)
