"""The memory of the worker that looks at photos, watched as it is started on a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.cli.worker_costs import SIZES_PX, measure_worker
from backend.roads.drawn.photos import DrawnFault, drawn_photo
from shared.vocabulary import DefectKind, Severity


@pytest.mark.slow
@pytest.mark.models
def test_a_worker_that_looks_at_photos_of_twelve_megapixels_stays_within_its_memory(tmp_path: Path) -> None:
    """Lying, upright, square, twice: what one leaves behind would show in the next."""
    pictures = []
    for seed in range(2 * len(SIZES_PX)):
        fault = DrawnFault(kind=DefectKind.POTHOLE, severity=Severity.HIGH, seed=seed, view=0)
        pictures.append(tmp_path / f"{seed}.jpg")
        pictures[-1].write_bytes(drawn_photo(fault))
    cpu, memory = measure_worker(pictures)
    assert memory["met"], memory
    assert cpu["value"] > 0
