"""The distances at which a check-in is accepted, reviewed or refused, with the data they come from."""

from __future__ import annotations

from dataclasses import dataclass

from shared.vocabulary import FindingResult


@dataclass(frozen=True, slots=True)
class Threshold:
    """Limits on ``Comparison.distance``; ``evaluation.choose_threshold`` makes one from a measured curve."""

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
    refuse_above: float
    """Above: another person. Between the two a person of the staff decides."""
    one_identity_at: float
    """Mean distance of a photo or frame to the others of its set, above which it shows somebody else."""
    min_frames: int = 2
    """With fewer usable frames there is no comparison but a retake."""

    def judge(self, distance: float) -> FindingResult:
        """OK, DOUBT or FAIL of a fused distance; NaN fails."""
        if distance <= self.accept_at:
            return FindingResult.OK
        return FindingResult.DOUBT if distance <= self.refuse_above else FindingResult.FAIL

    def margin(self, distance: float) -> float:
        """How far below (above 0) or beyond (below 0) acceptance a distance lies."""
        return self.accept_at - distance


SHIPPED = Threshold(
    version="orl-2026-11-1",
    model_version="dlib-20-resnet-1/sp68/150-25/1",
    data="AT&T/ORL, 40 people x 10 photos of 23 x 28 px enlarged to 276 x 336 px",
    fmr_target=1e-3,
    accept_at=0.5,
    refuse_above=0.555,
    one_identity_at=0.57,
)
"""In force until another is passed to the rules. Chosen on very soft photos (see ``data``): frames of a phone
are sharper, so genuine distances in the field should be smaller; measure again as soon as field data may be
used."""
