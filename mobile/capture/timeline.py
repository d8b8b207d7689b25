"""When a check-in asks for what, and when it takes its pictures; pure.

A person hears the word, reacts after some 0.3 s and takes some 0.5 s to turn, so the pictures of a movement are taken
from then on and not while it is being spoken. With the two movements that are usual the whole takes some 8 s.
Two looks straight ahead come first, one last: the server holds the turns against their median, which one late look cannot bend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from mobile.voice.cues import Cue
from shared.vocabulary import Move

FRAMES_MOST = 12  # of a check-in on the wire
SHOT_EVERY_MS = 350
SPOKEN_LEAST_MS = 600
AHEAD_AFTER_MS = 200  # who looks at the phone already has little to do
TURNED_AFTER_MS = 350
AFTER_LAST_MS = 150
MANY_MOVES = 4  # from here on two pictures a movement, or there would be too many and it would take too long


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is asked for, from the word to the last picture of it; times from the step's begin."""

    cue: Cue
    move: Move | None
    prompt: int | None
    """Which of the challenge's movements this asks for, None for a look straight ahead."""
    shots_ms: tuple[int, ...]
    lasts_ms: int


def timeline(moves: Sequence[Move], spoken_ms: Callable[[Cue], int]) -> tuple[Step, ...]:
    """Straight ahead, each movement, straight ahead again; without movements three pictures straight ahead."""
    if not moves:
        return (_step(Cue.STRAIGHT, None, None, 3, AHEAD_AFTER_MS, spoken_ms),)
    shots = 2 if len(moves) >= MANY_MOVES else 3
    return (
        _step(Cue.STRAIGHT, None, None, 2, AHEAD_AFTER_MS, spoken_ms),
        *(
            _step(Cue.of(move), move, index, shots, TURNED_AFTER_MS, spoken_ms)
            for index, move in enumerate(moves)
        ),
        _step(Cue.STRAIGHT, None, None, 1, TURNED_AFTER_MS, spoken_ms),
    )


def _step(
    cue: Cue,
    move: Move | None,
    prompt: int | None,
    shots: int,
    after_ms: int,
    spoken_ms: Callable[[Cue], int],
) -> Step:
    first_ms = max(spoken_ms(cue), SPOKEN_LEAST_MS) + after_ms
    shots_ms = tuple(first_ms + index * SHOT_EVERY_MS for index in range(shots))
    return Step(cue, move, prompt, shots_ms, shots_ms[-1] + AFTER_LAST_MS)
