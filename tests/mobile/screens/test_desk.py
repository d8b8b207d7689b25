"""Which screen is open: tabs by role, the way back, the lock before everything, the status line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from mobile.client.session import User
from mobile.models.desk import Desk
from mobile.models.lock import IDLE
from mobile.models.navigation import TABS, TABS_MOST, Navigation, Place, Stand
from mobile.models.status import status_view
from mobile.models.words import Words
from mobile.shots.example_core import AtOnce, ExampleAccount, ExampleOutbox, ExampleWorker, example_core
from mobile.shots.examples import NOW, USER
from shared.vocabulary import Language, Role

EVERYTHING = frozenset(Place)
BUILT = EVERYTHING - {Place.CHECK_IN, Place.DEFECT, Place.ROUTE}


class Clock:
    """The phone's clock."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock to set."""
    return Clock()


@pytest.fixture
def make_desk(tmp_path: Path, clock: Clock) -> Callable[..., Desk]:
    """A maker of desks on example cores."""

    def make(built: frozenset[Place] = BUILT, **parts: Any) -> Desk:
        desk = Desk(example_core(tmp_path, now=clock, **parts), AtOnce(), built)
        desk.start()
        return desk

    return make


def choose_pin(desk: Desk) -> None:
    """Twice, as the pad asks."""
    for _time in range(2):
        enter(desk)


def enter(desk: Desk, pin: str = "2580") -> None:
    """Digits, then the button."""
    for digit in pin:
        desk.lock.press(digit)
    desk.lock.confirm()


@pytest.mark.parametrize("role", list(Role))
def test_nobody_has_more_than_four_tabs(role: Role) -> None:
    """A thumb finds four; everybody can read today and the outbox."""
    navigation = Navigation(EVERYTHING)
    navigation.welcome(role)
    places = [tab.place for tab in navigation.tabs]
    assert len(places) <= TABS_MOST
    assert places[0] is Place.TODAY
    assert places[-1] is Place.OUTBOX


def test_a_tab_without_its_screen_is_not_shown() -> None:
    """A version shows what it has."""
    navigation = Navigation(BUILT)
    navigation.welcome(Role.CREW)
    assert [Place.TODAY, Place.OUTBOX] == [tab.place for tab in navigation.tabs]
    assert {Role.SUPERVISOR, Role.CREW} == set(TABS)


def test_back_goes_the_way_that_one_came() -> None:
    """And leaves the app at its beginning."""
    navigation = Navigation(EVERYTHING)
    navigation.welcome(Role.SUPERVISOR)
    navigation.open(Place.TASK, "1")
    navigation.open(Place.TASK, "1")  # a second touch of a slow finger
    navigation.open(Place.CHECK_IN, "1 2")
    assert Place.TODAY is navigation.tab
    assert navigation.back()
    assert Stand(Place.TASK, "1") == navigation.here
    assert navigation.back()
    assert not navigation.back()


def test_a_fresh_phone_asks_who_works(make_desk: Callable[..., Desk]) -> None:
    """Nothing is inside before somebody has signed in."""
    desk = make_desk(user=None)
    assert (Place.SIGN_IN, False) == (desk.stand.place, desk.inside)


def test_signing_in_leads_by_a_new_pin_to_today(make_desk: Callable[..., Desk]) -> None:
    """The PIN is chosen while the network is there, for the time when it is not."""
    desk = make_desk(user=None)
    desk.sign_in.sign_in("qala.example.kz", "nurlan", "aq qar")
    assert Place.LOCK is desk.stand.place
    choose_pin(desk)
    assert (Place.TODAY, True) == (desk.stand.place, desk.inside)
    assert 1 == desk.core.worker.woken  # type: ignore[attr-defined]


def test_an_idle_phone_locks_and_opens_where_it_was(make_desk: Callable[..., Desk], clock: Clock) -> None:
    """With the PIN, offline."""
    desk = make_desk()
    choose_pin(desk)
    desk.navigation.open(Place.SETTINGS)
    clock.now += IDLE
    desk.tick()
    assert (Place.LOCK, False) == (desk.stand.place, desk.inside)
    assert not desk.back()
    enter(desk)
    assert Place.SETTINGS is desk.stand.place


def test_a_forgotten_pin_is_replaced_after_the_password(make_desk: Callable[..., Desk]) -> None:
    """«Back» returns to the pad as long as nobody has signed in."""
    desk = make_desk()
    choose_pin(desk)
    desk.lock.ask()
    desk.use_password()
    assert Place.SIGN_IN is desk.stand.place
    assert desk.back()
    assert Place.LOCK is desk.stand.place
    desk.use_password()
    desk.sign_in.sign_in("qala.example.kz", "nurlan", "aq qar")
    assert (Place.LOCK, False) == (desk.stand.place, desk.lock.has_pin)


def test_another_user_s_pin_opens_nothing(make_desk: Callable[..., Desk]) -> None:
    """Who signs in on a colleague's phone chooses a PIN of their own."""
    account = ExampleAccount(user=None)
    desk = make_desk(account=account)
    desk.sign_in.sign_in("qala.example.kz", "nurlan", "aq qar")
    choose_pin(desk)
    desk.sign_in.sign_in("qala.example.kz", "nurlan", "aq qar")
    assert desk.lock.has_pin
    signs_in_as(account, replace(USER, id=UUID(int=7)))
    desk.sign_in.sign_in("qala.example.kz", "aigul", "aq qar")
    assert not desk.lock.has_pin


def signs_in_as(account: ExampleAccount, user: User) -> None:
    """Whoever signs in next is this one."""
    account.sign_in = lambda _server, _login, _password: user  # type: ignore[method-assign]


def test_signing_out_leaves_the_outbox_alone(make_desk: Callable[..., Desk]) -> None:
    """What waits is sent when its owner comes back."""
    desk = make_desk()
    choose_pin(desk)
    waiting = desk.core.outbox.waiting_count()
    desk.sign_out()
    assert (Place.SIGN_IN, False) == (desk.stand.place, desk.lock.has_pin)
    assert waiting == desk.core.outbox.waiting_count() > 0


@pytest.mark.parametrize(
    ("status", "icon", "text"),
    [
        ({"online": True}, "●", "online · 2 min"),
        ({"online": True, "last_pull_at": NOW - timedelta(seconds=5)}, "●", "online · just now"),
        ({"online": False, "last_pull_at": NOW - timedelta(hours=3)}, "○", "offline · data 3 h old"),
        ({"online": None, "last_pull_at": None}, "◌", "connecting · no data yet"),
        ({"online": True, "waiting": 1}, "●", "online · 2 min · 1 waits"),
        ({"online": True, "waiting": 3}, "●", "online · 2 min · 3 wait"),
    ],
)
def test_the_line_on_top_says_connection_age_and_queue(status: dict[str, Any], icon: str, text: str) -> None:
    """One quiet line, never by colour alone."""
    view = status_view(ExampleWorker(ExampleOutbox(()), **status).status(), NOW, Words(Language.EN))
    assert (icon, text) == (view.icon, view.text)


@pytest.mark.parametrize(
    ("status", "words", "sign_in"),
    [
        ({"full": True, "sign_in_needed": True}, "memory is full", True),
        ({"sign_in_needed": True}, "session has ended", True),
        ({"update_needed": "2.0"}, "2.0", False),
        ({"photos_wait_for_wifi": True}, "Wi-Fi", False),
        ({}, "", False),
    ],
)
def test_one_notice_at_a_time_the_gravest_first(status: dict[str, Any], words: str, sign_in: bool) -> None:
    """Each says what is safe; where signing in helps there is a button."""
    view = status_view(ExampleWorker(ExampleOutbox(()), **status).status(), NOW, Words(Language.EN))
    assert words in view.notice
    assert bool(view.notice) is bool(words)
    assert sign_in is bool(view.sign_in)
