"""`qala demo waste-day`: a real server, the app's own outbox and sync in another process, a whole day."""

from __future__ import annotations

import pytest

from backend.cli.waste_day.day import play


@pytest.mark.slow
def test_a_day_is_planned_driven_broken_replanned_and_closed() -> None:
    """Every site that was planned is collected or skipped with a reason, and knows when it was last emptied."""
    said: list[str] = []
    summary = play(osm=None, sites=14, trucks=2, seconds=2.0, say=said.append)
    assert ("closed", 0) == (summary["plan"], summary["not_reached"])
    assert summary["collected"] > 5
    assert summary["collected"] == summary["sites_with_a_last_emptying"]
    assert summary["positions"] > 50
    assert any(line.startswith("breakdown") for line in said)
    assert any(line.startswith("planned anew") for line in said)
