"""A route that its crew has begun or finished: shown at once, sent after what was done on it, never lost by a pull."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mobile.outbox.ladder import About, Done, ItemKind, NewItem
from mobile.outbox.route_moves import MovedRoute
from mobile.shots.crew_scenes import UNTOUCHED
from shared.contracts import RouteSheet
from shared.vocabulary import RouteState
from tests.mobile.phone_store import Phone, new_item

ROUTE: RouteSheet = UNTOUCHED


@pytest.fixture
def phone(tmp_path: Path) -> Phone:
    """A crew's phone with a route that nobody has begun."""
    phone = Phone(tmp_path)
    phone.pull(routes=(ROUTE,))
    return phone


def move(phone: Phone, to: RouteState) -> NewItem:
    """Begin it, or finish it."""
    item = new_item(
        ItemKind.ROUTE_MOVE,
        manifest=MovedRoute(route_id=ROUTE.id, to=to).manifest(),
        photos=(),
        about=About("", {"route": ROUTE.id}),
    )
    phone.outbox.put(item)
    return item


def state(phone: Phone) -> RouteState:
    """As the screens show it."""
    (route,) = phone.local.routes()
    found = phone.local.route(ROUTE.id)
    assert found is not None
    assert route.sheet.state is found.sheet.state
    return route.sheet.state


def test_begun_route_is_shown_so_before_anything_is_sent(phone: Phone) -> None:
    """After a crash too, and whatever a pull says meanwhile."""
    move(phone, RouteState.DRIVING)
    phone.restart()
    assert RouteState.DRIVING is state(phone)
    phone.pull(routes=(replace(ROUTE, note="new"),))
    assert RouteState.DRIVING is state(phone)


def test_finished_route_waits_for_what_was_done_on_it(phone: Phone) -> None:
    """It is not closed over a report that is still on its way."""
    report = new_item(ItemKind.STOP_REPORT, about=About("", {"route": ROUTE.id}))
    phone.outbox.put(report)
    closing = move(phone, RouteState.CLOSED)
    assert report.id == phone.due()
    phone.dispatch.begin(report.id)
    assert phone.due() is None
    phone.dispatch.finish(report.id, Done(received=()), phone.clock.now)
    phone.clock.pass_time(3600)
    assert report.id == phone.due()
    phone.outbox.discard(report.id, confirmed=True)
    assert closing.id == phone.due()


def test_server_s_state_shows_once_it_has_the_move(phone: Phone) -> None:
    """A dispatcher may have closed it since."""
    item = move(phone, RouteState.DRIVING)
    phone.dispatch.begin(item.id)
    phone.dispatch.finish(item.id, Done(), phone.clock.now)
    assert RouteState.DRIVING is state(phone)
    phone.pull(routes=(replace(ROUTE, state=RouteState.CLOSED),))
    assert RouteState.CLOSED is state(phone)
