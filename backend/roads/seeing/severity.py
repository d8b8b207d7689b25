"""How bad a fault is, in the words of ASTM D6433, as far as one photo tells: estimated, never surveyed.

Cracks by their mean width (below 10 mm low, up to 75 mm medium, above high). Networks by how densely they are broken, for the
standard speaks of pieces and spalling, which a photo of 800 px does not resolve. Potholes by mean diameter at a depth of 25 to
50 mm (up to 200 mm low, up to 450 mm medium, above high): the depth cannot be seen.
"""

from __future__ import annotations

from shared.vocabulary import DefectKind, Severity

CRACK_MEDIUM_MM, CRACK_HIGH_MM = 10.0, 75.0
POTHOLE_MEDIUM_MM, POTHOLE_HIGH_MM = 200.0, 450.0
NETWORK_MEDIUM, NETWORK_HIGH = 0.10, 0.22
"""Share of the network's outline that is crack."""


def severity(
    kind: DefectKind, *, width_mm: float = 0.0, diameter_mm: float = 0.0, density: float = 0.0
) -> Severity:
    """The class of one fault by the measure of its kind."""
    if kind is DefectKind.POTHOLE:
        return _of(diameter_mm, POTHOLE_MEDIUM_MM, POTHOLE_HIGH_MM)
    if kind is DefectKind.CRACK_NETWORK:
        return _of(density, NETWORK_MEDIUM, NETWORK_HIGH)
    return _of(width_mm, CRACK_MEDIUM_MM, CRACK_HIGH_MM)


def _of(measure: float, medium: float, high: float) -> Severity:
    if measure < medium:
        return Severity.LOW
    return Severity.MEDIUM if measure <= high else Severity.HIGH
