"""Choices judged on the folds that did not make them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backend.roads.evaluation.comparing import Side
from backend.roads.evaluation.nested import CRACK_F1, nested_choice
from backend.roads.evaluation.report import Scored, joined, scored, with_intervals
from backend.roads.evaluation.scoring import count, together

AT = {"crack": 0.5, "pothole": 0.5, "photo": 0.5}
CRACK_PX = 60


def fold(found_px: int) -> Scored:
    """One photo with a crack of 60 px of which so many are found, in one piece and nothing else."""
    mask = np.ones((40, 120), np.uint8)
    mask[20, 30 : 30 + CRACK_PX] = 2
    crack = np.zeros(mask.shape, np.float32)
    crack[20, 30 : 30 + found_px] = 0.9
    return scored(together([count(mask, crack, np.zeros_like(crack))]), ["a/1"], AT)


def side(name: str, **found: int) -> Side:
    """A contestant that finds so much of each fold's crack."""
    made = Side(name)
    for each, found_px in found.items():
        made.add(each, fold(found_px))
    return made


def test_a_fold_is_judged_at_what_the_others_choose() -> None:
    """Bold is best for two folds; the third, where shy would be best, is judged at bold all the same."""
    sides = {
        "bold": side("bold", first=50, second=50, third=5),
        "shy": side("shy", first=20, second=20, third=40),
    }
    rows = nested_choice(sides)
    assert [f"{CRACK_F1}, bold, pooled", f"{CRACK_F1}, shy, pooled"] == [row["name"] for row in rows[:2]]
    assert rows[2]["name"] == (
        f"{CRACK_F1}, chosen by the other folds (first at shy, second at shy, third at bold), pooled"
    )
    assert rows[2]["value"] < min(rows[0]["value"], rows[1]["value"])


def test_a_setting_that_is_best_everywhere_loses_nothing_by_it() -> None:
    """Then the choice is worth what the setting is."""
    sides = {"good": side("good", first=50, second=45), "poor": side("poor", first=20, second=20)}
    good, _, chosen = nested_choice(sides)
    assert good["value"] == chosen["value"]


def test_one_fold_cannot_choose_for_itself() -> None:
    """That would be tuning on what is reported."""
    with pytest.raises(ValueError, match="two folds"):
        nested_choice({"good": side("good", first=50)})


def test_one_block_of_photos_has_no_interval() -> None:
    """Drawn anew it is always itself, which says nothing of how sure a figure is."""
    value, low, high = with_intervals(fold(50))[CRACK_F1]
    assert value > 0
    assert np.isnan([low, high]).all()
    both = joined([fold(50), replace(fold(20), blocks=np.array(["b/1"]))])
    assert with_intervals(both)[CRACK_F1][1] < with_intervals(both)[CRACK_F1][2]


def test_a_report_leaves_out_the_list_of_pictures() -> None:
    """Two thousand hashes say nothing to a reader."""
    made = Side("ours")
    made.add("first", fold(50), {"steps": 3, "pictures": ["0" * 12], "look": {}})
    assert made.about == {"first": {"steps": 3}}
