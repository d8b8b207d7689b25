"""The eye and the blurrer as workers ask for them; create_app chooses each, and they are made on first use."""

from __future__ import annotations

from typing import cast

from backend.adapters import made_once
from backend.roads.blurring.blur import Blurrer
from backend.roads.seeing.finding import RoadEye

EYE, BLURRER = "road_eye", "blurrer"


def road_eye() -> RoadEye | None:
    """What looks at photos of roads, one a process; None where no weights are shipped: a person must look then."""
    return cast("RoadEye | None", made_once(EYE))


def blurrer() -> Blurrer:
    """What makes faces and number plates unrecognisable, one a process."""
    return cast(Blurrer, made_once(BLURRER))
