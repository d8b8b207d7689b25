"""A stop's report and the container site there: emptied, taken back, late, and never lost for a site that is not there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.backend.routing.conftest import Shift
from tests.backend.routing.test_planned_routes import SITE, VEHICLE, given_ways
from tests.fleet import make_site


@pytest.fixture
def site_id(app: Flask, shift: Shift, in_app: None) -> str:
    """A site that the first stop of the planned route empties."""
    found: str = make_site(shift.dispatcher, shift.district_id)["id"]
    given_ways(app, shift, UUID(found))
    return found


def last(shift: Shift, site_id: str) -> str | None:
    """When the site was last emptied, as the dispatcher reads it."""
    found: str | None = shift.dispatcher.get(f"/containers/{site_id}").json["emptied_at"]
    return found


def test_a_done_stop_empties_its_site_and_taking_it_back_does_not(shift: Shift, site_id: str) -> None:
    """The time is the capture's; the emptying names route, vehicle and who says so."""
    assert last(shift, site_id) is None
    at = (shift.clock() - timedelta(minutes=3)).isoformat()
    assert 200 == shift.report(captured_at=at).send(shift.crew).status_code
    assert at == last(shift, site_id)
    shown = shift.dispatcher.get(f"/containers/{site_id}").json["last_emptying"]
    assert (shift.route["id"], str(VEHICLE)) == (shown["route_id"], shown["vehicle_id"])
    assert 200 == shift.report(state="planned").send(shift.crew).status_code
    assert last(shift, site_id) is None


def test_a_report_that_does_not_count_empties_nothing(shift: Shift, site_id: str) -> None:
    """«Skipped» was captured later than the «done» that comes late."""
    assert 200 == shift.report(state="skipped", skip_reason="blocked").send(shift.crew).status_code
    late = shift.report(captured_at=(shift.clock() - timedelta(minutes=9)).isoformat())
    assert 200 == late.send(shift.crew).status_code
    assert last(shift, site_id) is None


def test_a_stop_of_an_unknown_site_is_reported_all_the_same(app: Flask, shift: Shift, in_app: None) -> None:
    """What a crew has done is received whatever the plan says."""
    given_ways(app, shift, SITE)
    assert 200 == shift.report().send(shift.crew).status_code
    assert "done" == shift.read()["stops"][0]["state"]
