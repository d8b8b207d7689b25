"""What is true of hauled volumes. Pure."""

from __future__ import annotations


def told_m3(volume_m3: float | None, weight_kg: float | None, density_kg_m3: float) -> float | None:
    """Cubic metres that a driver's report tells: by the weigh ticket where there is one, else as he saw it; None where it tells nothing."""
    if weight_kg is not None:
        return weight_kg / density_kg_m3
    return volume_m3
