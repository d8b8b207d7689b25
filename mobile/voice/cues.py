"""Every word that the phone says aloud, and the recording of it in each language."""

from __future__ import annotations

import wave
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Protocol
from uuid import UUID

from shared.vocabulary import Language, Move

FOLDER = Path(__file__).parent / "recordings"


class Cue(StrEnum):
    """One thing that the phone says; left and right are the listener's own."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    STRAIGHT = "straight"
    STILL = "still"
    THANKS = "thanks"
    AGAIN = "again"

    @classmethod
    def of(cls, move: Move) -> Cue:
        """What asks for a movement."""
        return cls(move.value)


MOVES = frozenset(Cue.of(move) for move in Move)


class Prompted(Protocol):
    """Somebody who is told what the person is asked for: the voice, and the demonstration's head."""

    def meet(self, person_id: UUID) -> None:
        """This person stands before the phone from now on."""
        ...

    def prompt(self, cue: Cue, language: Language) -> None:
        """Say it, or do it; returns at once."""
        ...


def recording(cue: Cue, language: Language) -> Path:
    """The recording of a cue: WAV, 16 kHz, one channel, 16 bits."""
    return FOLDER / language.value / f"{cue.value}.wav"


@cache
def duration_ms(cue: Cue, language: Language) -> int:
    """How long it takes to say it."""
    with wave.open(str(recording(cue, language))) as sound:
        return int(1000 * sound.getnframes() // sound.getframerate())
