"""What a phone gets when it asks which movements of the head to ask for."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime

from shared.contracts import Challenge, DecodeError, SpotCheck, decode, limits, parse_json


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeBatch:
    """Challenges, each for one check-in; a phone that goes offline also holds the shift's coming spot checks."""

    items: tuple[Challenge, ...] = field(metadata=limits("In the order of the people that were named"))
    spot_checks: tuple[SpotCheck, ...] = field(
        default=(), metadata=limits("Drawn beforehand, for a phone that goes offline")
    )
    server_time: datetime = field(metadata=limits("The server's clock, which is the authority"))


def read_challenges(body: bytes) -> ChallengeBatch:
    """The challenges in an answer; DecodeError when there are none. What later servers add is left aside."""
    said = parse_json(body)
    if not isinstance(said, dict):
        raise DecodeError([])
    known = {each.name for each in fields(ChallengeBatch)}
    return decode(ChallengeBatch, {name: value for name, value in said.items() if name in known})
