"""Arc routing instances are read as their files mean them, and every contender's plan of one is checked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backend.config import DATA_DIR
from backend.routing.clearing.check import check
from backend.routing.clearing.solving import solve
from backend.routing.evaluation.carp import read_arc_instance
from backend.routing.evaluation.measuring import NAMED, TUNED_ON, measure

DATA = Path(os.environ.get("QALA_DATA", DATA_DIR)) / "carp"
SQUARE = """4
5
0 1 10 2
1 2 10 2
2 3 10 2
0 3 10 2
0 2 99 0
2
4
80
80
"""
OLDER = """NOMBRE : square
VERTICES : 4
ARISTAS_REQ : 4
ARISTAS_NOREQ : 1
VEHICULOS : 2
CAPACIDAD : 4
LISTA_ARISTAS_REQ :
( 2, 1)  coste 10  demanda 2
( 1, 3)  coste 10  demanda 2
( 3, 4)  coste 10  demanda 2
( 2, 4)  coste 10  demanda 2
LISTA_ARISTAS_NOREQ :
( 2, 3)  coste 99
DEPOSITO :   2
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a square whose four sides two vehicles serve on the way out and home."""
    (tmp_path / "square.dat").write_text(SQUARE)
    return tmp_path


def test_edges_without_demand_are_only_driven_over(folder: Path) -> None:
    """Four of the five edges are tasks; the bounds are the last two numbers."""
    instance = read_arc_instance(folder / "square.dat")
    assert 4 == len(instance.problem.tasks)
    assert (80.0, 80.0) == (instance.lower, instance.best_known)
    assert all(2 == len(task.modes) for task in instance.problem.tasks)


def test_the_older_format_says_the_same(tmp_path: Path) -> None:
    """Vertices count from 1 there, and the depot may be any of them."""
    (tmp_path / "square.dat").write_text(OLDER)
    instance = read_arc_instance(tmp_path / "square.dat")
    plan = solve(instance.problem, iterations=100, processes=1)
    assert 80.0 == plan.cost.total
    assert () == check(instance.problem, plan)


def test_a_file_of_something_else_is_named(tmp_path: Path) -> None:
    """The path stands in the message."""
    (tmp_path / "other.dat").write_text("hello\n")
    with pytest.raises(ValueError, match=r"other\.dat: not an arc routing instance"):
        read_arc_instance(tmp_path / "other.dat")


def test_every_contender_s_plan_is_checked_and_has_a_gap(folder: Path, tmp_path: Path) -> None:
    """Ours and PyVRP with a client for each direction find the square's best."""
    result = measure("carp", folder, 1.5, tmp_path / "cache")
    assert {"Qala", "PyVRP"} == {each["contender"] for each in result["results"]}
    assert all(0 == each["violations"] and 0.0 == each["gap_percent"] for each in result["results"])


def test_what_is_named_was_not_tuned_on() -> None:
    """Six instances are measured by default, none of those that the search was tuned on."""
    assert 6 == len(NAMED["carp"])
    assert not set(NAMED["carp"]) & set(TUNED_ON["carp"])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["kshs1", "kshs4", "gdb3", "gdb8", "gdb19"])
def test_small_public_instances_are_solved_to_their_upper_bound(name: str) -> None:
    """The upper bounds of kshs and gdb are optimal."""
    path = DATA / f"{name}.dat"
    if not path.exists():
        pytest.skip(f"no {path.name} in QALA_DATA")
    instance = read_arc_instance(path)
    plan = solve(instance.problem, 20.0, processes=1, iterations=60_000)
    assert () == check(instance.problem, plan)
    assert instance.best_known == plan.cost.total
