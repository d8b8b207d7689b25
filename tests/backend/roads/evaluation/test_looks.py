"""Which frames are neighbours, and how often one number is above another."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backend.roads.evaluation.looks import area_above, neighbours
from backend.roads.evaluation.photos import Photo


def _photo(section: str, frame: int) -> Photo:
    nowhere = Path("nowhere")
    return Photo(f"1_RS_290_{section}_{frame:05}", nowhere, nowhere, "RS-290", f"{section}/{frame // 100}")


def test_neighbours_are_close_frames_of_one_section() -> None:
    """Five apart at most, and never across sections."""
    photos = [_photo("290RS07", 100), _photo("290RS07", 105), _photo("290RS07", 111), _photo("290RS15", 112)]
    assert [("1_RS_290_290RS07_00100", "1_RS_290_290RS07_00105")] == [
        (one.name, other.name) for one, other in neighbours(photos[::-1])
    ]


def test_area_above_counts_pairs() -> None:
    """Three of four, and a tie is half."""
    assert area_above(np.array([1.0, 3.0]), np.array([0.0, 2.0])) == 0.75
    assert area_above(np.array([1.0]), np.array([1.0])) == 0.5
