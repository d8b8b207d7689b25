"""A small `make crash`: the real phone process dies ten times, and everything that it called saved is on the server once."""

from __future__ import annotations

import pytest

from mobile.crash.__main__ import crash, described

KILLS = 10


@pytest.mark.slow
def test_killed_phone_loses_and_doubles_nothing() -> None:
    """Behind a network that cuts, doubles, reorders and fails, on a disk that is full at times."""
    said = crash(KILLS, seed=7)
    assert said["good"], described(said)
    assert (KILLS, 0, 0) == (said["kills"], len(said["lost"]), len(said["duplicated"]))
    assert said["saved"] <= said["stored"] <= said["created"]
