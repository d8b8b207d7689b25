"""The second process of a plan in parts: an answer that comes late is not taken for the next round's."""

from __future__ import annotations

from typing import Any

import pytest

from backend.routing.planning.beside import Beside
from backend.routing.planning.lane import Lane


class Scripted(Beside):
    """Gives what the script says for each look, whatever it is sent."""

    def __init__(self, *looks: list[Any]) -> None:
        self.looks, self.sent = list(looks), list[Any]()

    def send(self, message: Any) -> None:
        """See Beside."""
        self.sent.append(message)

    def received(self, wait_s: float | None = 0.0) -> list[Any]:
        """See Beside."""
        return self.looks.pop(0)


@pytest.mark.parametrize("wait_s", [None, 0.0, 60.0])
def test_an_answer_to_an_earlier_round_is_passed_over(wait_s: float | None) -> None:
    """Its parts are other vehicles' by now: a stop would be served twice."""
    lane: Lane[str, str] = Lane(Scripted([], [(1, ["late"])], [(2, ["here"])]))
    lane.begin(["first"], 1.0)
    assert [] == lane.found(wait_s)
    lane.begin(["second"], 2.0)
    assert ["here"] == lane.found(wait_s)


def test_a_late_answer_and_the_right_one_may_come_at_once() -> None:
    """As they do when nobody waits."""
    lane: Lane[str, str] = Lane(Scripted([], [(1, ["late"]), (2, ["here"])]))
    lane.begin(["first"], 1.0)
    assert [] == lane.found(0.0)
    lane.begin(["second"], 2.0)
    assert ["here"] == lane.found(0.0)


def test_a_late_answer_alone_is_none() -> None:
    """The round's parts stay as they were."""
    lane: Lane[str, str] = Lane(Scripted([], [(1, ["late"])], []))
    lane.begin(["first"], 1.0)
    assert [] == lane.found(0.1)
    lane.begin(["second"], 2.0)
    assert [] == lane.found(0.1)
