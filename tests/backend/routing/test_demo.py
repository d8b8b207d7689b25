"""The demo city's crew has a route to drive at any hour."""

from __future__ import annotations

import pytest
from flask import Flask

from backend.cli import demo_city
from backend.database import transaction
from backend.ledger.service import last_id
from shared.contracts import SyncAnswer, decode
from shared.vocabulary import RouteKind
from tests.conftest import Clock
from tests.phone import Phone

PASSWORD = "arna-samal-terek-42"


@pytest.mark.parametrize(("hours_later", "kind"), [(0, RouteKind.WASTE), (12, RouteKind.SNOW_CLEARING)])
def test_the_crew_s_phone_holds_the_route_of_this_hour(
    app: Flask, in_app: None, clock: Clock, hours_later: int, kind: RouteKind
) -> None:
    """Containers by day, snow by night; filling again adds nothing."""
    clock.advance(hours=hours_later)
    demo = demo_city.start(PASSWORD)
    demo_city.fill(demo, {})
    with transaction(read_only=True):
        before = last_id()
    demo_city.fill(demo, {})
    with transaction(read_only=True):
        assert before == last_id()
    sync = Phone(app.test_client()).sign_in("crew", PASSWORD).get("/sync").json
    routes = decode(SyncAnswer, sync).routes
    assert {kind} == {route.kind for route in routes if route.starts_at <= clock() < route.ends_at}
    assert len(routes) >= 3
