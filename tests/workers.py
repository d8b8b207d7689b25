"""How the tests are shared out among the processes of `pytest -n 2`: whole files, the longest first.

What tests of one file share (a server, a browser, readings, a network, a filled city) is then made once and not by each process. Not by xdist's
own groups: with pytest 9.2 they are given and forgotten, without a word.
"""

from __future__ import annotations

from collections import Counter

import pytest
from xdist.scheduler import LoadScopeScheduling

FILLING_THE_MACHINE = {
    "test_check_in_story.py",
    "test_crew_real_server.py",
    "test_check_in_real_server.py",
    "test_demo.py",
    "test_front_page.py",
    "test_kill.py",
    "test_real_server.py",
    "test_serve.py",
    "test_slow_clients.py",
    "test_streaming_through_kills.py",
}
"""With processes of their own: never beside each other."""
LONGEST_FIRST = (
    "tests/backend/cli/test_demo_snow_night.py",
    "tests/backend/cli/test_demo_waste_day.py",
    "tests/backend/roads/evaluation/test_copies.py",
    "tests/backend/faces/test_evaluation.py",
    "tests/backend/roads/evaluation/test_shipped.py",
    "tests/backend/attendance/hours/test_any_order.py",
    "tests/backend/roads/seeing/test_shipped_eye.py",
)
"""What is long and begins late is waited for."""


def file_of(test: str) -> str:
    """The file of a test's id."""
    return test.partition("::")[0]


def fills_the_machine(test: str) -> bool:
    """Whether a test's id is of a file that fills the machine."""
    return file_of(test).rpartition("/")[2] in FILLING_THE_MACHINE


def put_in_order(items: list[pytest.Item]) -> None:
    """What fills the machine, what is long, then files of many tests before those of few; a file's own order stays."""
    tests_in = Counter(file_of(item.nodeid) for item in items)

    def place(item: pytest.Item) -> tuple[int, int, str]:
        file = file_of(item.nodeid)
        if fills_the_machine(file):
            return 0, 0, file
        if file in LONGEST_FIRST:
            return 1, LONGEST_FIRST.index(file), file
        return 2, -tests_in[file], file

    items.sort(key=place)


class ByFile(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    """One file after the other to whoever is free; all that fills the machine to one process."""

    def _split_scope(self, nodeid: str) -> str:
        return "fills the machine" if fills_the_machine(nodeid) else file_of(nodeid)
