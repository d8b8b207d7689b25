"""A day in Qingdao is read as its files mean it, and three ways to plan it are measured in one form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.routing.evaluation.measuring import measure
from backend.routing.evaluation.qingdao import read_qingdao, savings_alone
from backend.routing.planning.check import check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three depots, two disposal sites and thirty collection sites along a street."""
    files = {
        "Depots": ("depot", [{"lng": 120_000_000 + 1_000 * k, "lat": 36_000_000} for k in range(3)]),
        "DisposalFacilities": (
            "disposal_facility",
            [{"lng": 120_050_000, "lat": 36_000_000}, {"lng": 119_950_000, "lat": 36_000_000}],
        ),
        "WasteCollectionSites": (
            "point",
            [
                {
                    "id": f"site {number}",
                    "lng": 120_000_000 + 2_000 * number,
                    "lat": 36_000_000 + 700 * (number % 3),
                    "capacity": 9_000,
                    "stopLength": 60,
                    "workTimes": [["07:00", "17:00"]],
                }
                for number in range(30)
            ],
        ),
    }
    for name, (key, rows) in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({key: rows}))
    return tmp_path


def test_degrees_are_millionths_and_a_minute_of_latitude_is_a_sea_mile(folder: Path) -> None:
    """Ways are great circles times 1.3; the day is that of the sites."""
    problem = read_qingdao(folder)
    assert (3, 2, 30) == (len(problem.depots), len(problem.disposals), len(problem.stops))
    metres = problem.matrices[""].metres
    assert metres[5, 6] == pytest.approx(1.3 * 196.3, abs=3)
    assert (7 * 3600, 17 * 3600) == (
        problem.stops[0].windows[0].opens_s,
        problem.vehicles[0].shift.closes_s,
    )


@pytest.mark.slow
def test_three_ways_to_plan_the_day_are_measured_side_by_side(folder: Path, tmp_path: Path) -> None:
    """Each serves every site and passes the check."""
    result = measure("qingdao", folder, 3.0, tmp_path / "cache")
    assert [0, 0, 0] == [each["violations"] for each in result["results"]]
    assert all(goal["value"] is not None for goal in result["goals"])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(FileNotFoundError, match="point --instances"):
        read_qingdao(tmp_path)


def test_savings_alone_break_no_rule(folder: Path) -> None:
    """The construction that others are compared with is legal itself."""
    problem = read_qingdao(folder)
    plan = savings_alone(problem)
    assert () == check(problem, plan)
    assert () == plan.unserved
