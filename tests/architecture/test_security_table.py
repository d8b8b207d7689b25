"""The table of attacks in docs/security.md names real tests in every row, and every attack that was tried stands in it."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.architecture.project_files import PROJECT_DIR

PAGE = PROJECT_DIR / "docs" / "security.md"
ATTACKS = "tests/backend/attendance/test_attacks.py"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::([\w:]+)`")
HONEST = {"test_the_same_check_in_again_is_no_replay"}  # beside the attacks, what must not be taken for one
COLUMNS = 4


def rows() -> list[list[str]]:
    """The cells of each attack's row."""
    table = PAGE.read_text(encoding="utf-8").split("## Attacks tried", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests in a file, those in a class with the class before them."""
    file = PROJECT_DIR / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    for group in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        names |= {f"{group.name}::{node.name}" for node in group.body if isinstance(node, ast.FunctionDef)}
    return frozenset(name for name in names if name.rpartition(":")[2].startswith("test_"))


def test_every_test_in_the_table_exists() -> None:
    """A renamed test takes its row along."""
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) > 40
    assert [] == [f"{path}::{name}" for path, name in named if name not in names_in(path)]


def test_every_row_says_what_stops_what_remains_and_names_a_test() -> None:
    """An attack without a test was not tried."""
    assert len(rows()) >= 24
    assert [] == [row[0] for row in rows() if len(row) != COLUMNS or not all(row)]
    assert [] == [row[0] for row in rows() if not NAMED.search(row[-1])]


def test_every_attack_that_was_tried_stands_in_the_table() -> None:
    """What the tests try and the page does not tell would be known to us alone."""
    told = {name for row in rows() for _path, name in NAMED.findall(row[-1])}
    assert [] == sorted(names_in(ATTACKS) - told - HONEST)
