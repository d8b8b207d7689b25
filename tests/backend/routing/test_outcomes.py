"""What a stop's report says of the container site there: done, taken back, late; exactly what counts, once each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from backend.routing.outcomes import FOLLOWERS, Outcome, follow_outcomes
from tests.backend.routing.conftest import Shift
from tests.backend.routing.test_planned_routes import SITE, VEHICLE, given_ways


@pytest.fixture
def heard() -> Iterator[list[Outcome]]:
    """What a follower hears."""
    found: list[Outcome] = []
    follow_outcomes(found.append)
    yield found
    FOLLOWERS.remove(found.append)


def test_done_at_a_site_is_told_and_taking_it_back_too(
    app: Flask, shift: Shift, in_app: None, heard: list[Outcome]
) -> None:
    """With the stop, the vehicle, the time of capture and who says so."""
    given_ways(app, shift)
    first = shift.report()
    assert 200 == first.send(shift.crew).status_code
    shift.clock.advance(minutes=2)
    assert 200 == shift.report(state="planned").send(shift.crew).status_code
    (done, back) = heard
    assert (SITE, VEHICLE, True) == (done.site_id, done.vehicle_id, done.done)
    assert (done.stop_id, False) == (back.stop_id, back.done)
    assert (UUID(shift.crew_id), timedelta(minutes=2)) == (done.reported_by, back.at - done.at)


def test_a_report_that_does_not_count_changes_no_site(
    app: Flask, shift: Shift, in_app: None, heard: list[Outcome]
) -> None:
    """It was captured before the one that counts; repeated ones say nothing twice, stops without a site nothing at all."""
    shift.report(1, state="skipped", skip_reason="blocked").send(shift.crew)
    assert [] == heard
    given_ways(app, shift)
    newest = shift.report(state="skipped", skip_reason="blocked", captured_at=shift.clock().isoformat())
    newest.send(shift.crew)
    newest.send(shift.crew)
    shift.report(captured_at=(shift.clock() - timedelta(minutes=9)).isoformat()).send(shift.crew)
    assert [False] == [each.done for each in heard]
