"""A face of one colour, which the FakeVerifier knows, before a simulated phone's camera."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from mobile.simulated.heads import Shot
from mobile.simulated.prints import Way
from shared.vocabulary import Move
from tests.factories import TURNS
from tests.fakes import NO_FACE, face_photo, turned


@dataclass(frozen=True)
class PaintedFace:
    """A face of one colour; in the dark nobody is seen."""

    who: str

    def enrolment(self, rng: random.Random, count: int) -> list[bytes]:
        """Photos to enrol with."""
        return self.shots(rng, count)

    def shots(self, rng: random.Random, count: int, *, light: float = 1.0) -> list[bytes]:
        """Frames."""
        return [
            face_photo(self.who if light > 0.5 else NO_FACE, shot)
            for shot in rng.sample(range(60_000), count)
        ]

    def moving(
        self, rng: random.Random, moves: Sequence[Move], *, light: float = 1.0, way: Way = Way.LIVE
    ) -> list[Shot]:
        """Two frames straight ahead, and one of each movement."""
        first, second, *others = self.shots(rng, 2 + len(moves), light=light)
        asked = [
            (turned(photo, *TURNS[move], flat=way is not Way.LIVE), index)
            for index, (photo, move) in enumerate(zip(others, moves, strict=True))
        ]
        return [(first, None), (second, None), *asked]
