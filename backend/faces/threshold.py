"""The distances at which a check-in is accepted, reviewed or refused, with the data they come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Likeness(Enum):
    """What a comparison says."""

    SAME = auto()
    CLOSE = auto()
    """Not close enough to be sure: a person of the staff decides."""
    UNSURE = auto()
    """Far, but a poor picture can do that too: a retake."""
    OTHER = auto()
    """Another person's face, in clear pictures."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """Limits on ``Comparison.distance``: ``evaluation.choose_threshold`` makes them from measured curves, but for
    ``refuse_above``, which poor pictures say (``degradations.choose_refusal``)."""

    version: str
    """Stored with every verdict."""
    model_version: str
    """Encodings it holds for."""
    data: str
    """What it was chosen on."""
    fmr_target: float
    """Share of strangers that may pass at ``accept_at``."""
    accept_at: float
    """At or below: the same person."""
    retake_above: float
    """Up to here a person of the staff decides. Above, good pictures of the right person do not come: a retake."""
    refuse_above: float
    """Above, in clear frames: another person. Below, glasses, a scarf or a bad light may be the reason."""
    one_identity_at: float
    """Mean distance of a photo or frame to the others of its set, above which it shows somebody else."""
    min_frames: int = 2
    """With fewer usable frames there is no comparison but a retake."""

    def judge(self, distance: float, clear_distance: float | None) -> Likeness:
        """What two fused distances say: that of all frames, and that of the clear ones (None: too few of them)."""
        if distance <= self.accept_at:
            return Likeness.SAME
        if distance <= self.retake_above:
            return Likeness.CLOSE
        if clear_distance is not None and clear_distance > self.refuse_above:
            return Likeness.OTHER
        return Likeness.UNSURE

    def margin(self, distance: float) -> float:
        """How far below (above 0) or beyond (below 0) acceptance a distance lies."""
        return self.accept_at - distance


SHIPPED = Threshold(
    version="orl-2026-11-2",
    model_version="dlib-20-resnet-1/sp68/150-25/1",
    data="AT&T/ORL, 40 people x 10 photos of 23 x 28 px enlarged to 276 x 336 px",
    fmr_target=1e-3,
    accept_at=0.5,
    retake_above=0.555,
    refuse_above=0.645,
    one_identity_at=0.57,
)
"""In force until another is passed to the rules. Chosen on very soft photos (see ``data``): frames of a phone
are sharper, so genuine distances in the field should be smaller; measure again as soon as field data may be
used."""
