"""What workers do for conditions: evidence grows old, so indices that rest on it are reckoned anew each day."""

from __future__ import annotations

from backend.database import transaction
from backend.jobs import daily
from backend.roads.cases.turns import take_turn
from backend.roads.condition.reckoning import reckon, stale_segments

AT_ONCE = 200


@daily
def renew_conditions() -> None:
    """Reckon every piece of street anew whose oldest evidence has left the period."""
    done: set[int] = set()
    while True:
        with transaction(read_only=True):
            found = [each for each in stale_segments(AT_ONCE + len(done)) if each not in done]
        for segment_id in found:
            with transaction():  # one by one: who reports or decides waits for no more than that
                take_turn()
                reckon(segment_id)
            done.add(segment_id)
        if not found:
            return
