"""A way between two places as results keep it: positions, turns, metres and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from backend.routing.rules import turns
from backend.routing.rules.turns import TurnStep

if TYPE_CHECKING:
    from backend.streets.search.directions import Step
    from backend.streets.searching import Leg

DIGITS = 6  # of degrees: a decimetre


def written_leg(leg: Leg) -> dict[str, Any]:
    """The way as JSON."""
    return {
        "path": np.round(leg.line, DIGITS).tolist(),
        "steps": turns.written(map(_turn, leg.steps)),
        "metres": round(leg.metres, 1),
        "seconds": round(leg.seconds, 1),
    }


def _turn(step: Step) -> TurnStep:
    return TurnStep(
        turn=step.turn,
        lat=round(step.lat, DIGITS),
        lon=round(step.lon, DIGITS),
        distance_m=round(step.distance_m, 1),
        street_ru=step.name.ru,
        street_kk=step.name.kk,
        street_en=step.name.en,
        exit_number=step.exit_number,
    )
