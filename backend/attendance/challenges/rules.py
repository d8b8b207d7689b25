"""Which movements to ask for, and how a check-in stands to the challenge that it names. Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.vocabulary import ChallengeState, Move

# Nobody can look up and down in a scarf as well as left and right, so one of the two is always a turn
TURNS, NODS = (Move.LEFT, Move.RIGHT), (Move.UP, Move.DOWN)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A challenge as it was issued, and the check-in that has spent it."""

    person_id: UUID
    device_id: UUID
    nonce_hash: str
    expires_at: datetime
    spent_by: UUID | None


def draw_moves(rng: random.Random, count: int) -> tuple[Move, ...]:
    """Random movements that all differ, at least one of them a turn.

    ``rng`` must be unpredictable outside tests (SystemRandom): a guessed movement can be filmed beforehand.
    """
    moves = rng.sample(list(Move), count)
    if not set(moves) & set(TURNS):
        moves[rng.randrange(count)] = rng.choice(TURNS)
    return tuple(moves)


def state_of(
    asked: Asked | None,
    *,
    nonce_hash: str,
    check_in_id: UUID,
    person_id: UUID,
    device_id: UUID,
    captured_at: datetime,
) -> ChallengeState:
    """How a check-in stands to the challenge that it names; ``captured_at`` is the best known time."""
    if asked is None or asked.nonce_hash != nonce_hash:
        return ChallengeState.UNKNOWN
    if asked.device_id != device_id:
        return ChallengeState.OTHER_DEVICE
    if asked.person_id != person_id:
        return ChallengeState.OTHER_PERSON
    if asked.spent_by not in (None, check_in_id):
        return ChallengeState.SPENT
    return ChallengeState.STALE if captured_at > asked.expires_at else ChallengeState.GOOD
