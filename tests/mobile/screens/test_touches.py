"""The app in a window, touched: signing in, the lock, tasks and the outbox; and no text that does not fit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mobile.models.navigation import Place
from mobile.outbox.ladder import ItemState
from mobile.shots.example_core import ExampleAccount, ExampleOutbox, ExampleTasks
from mobile.shots.examples import item, people, task, uuid
from mobile.sync.overlay import LocalTask
from shared.vocabulary import TaskState
from tests.mobile.screens.conftest import SIZE, Hand

pytestmark = pytest.mark.slow


def test_a_supervisor_signs_in_chooses_a_pin_and_sees_the_day(hand: Callable[..., Hand]) -> None:
    """With nothing but a finger."""
    account = ExampleAccount(user=None, server="")
    app = hand(account=account)
    app.write("server", "qala.example.kz")
    app.write("login", "nurlan")
    app.write("password", "aq qar")
    app.touch("Sign in")
    assert [("https://qala.example.kz", "nurlan", "aq qar")] == account.asked
    app.enter_pin()
    assert Place.TODAY == app.place
    assert "Парк Первого Президента" in app.texts()


def test_an_empty_form_says_what_is_missing_and_stays(hand: Callable[..., Hand]) -> None:
    """Below each field."""
    app = hand(account=ExampleAccount(user=None, server=""))
    app.touch("Sign in")
    assert {"Enter your login.", "Enter your password."} <= set(app.texts())
    app.write("login", "n")
    assert "Enter your login." not in app.texts()


def test_the_language_changes_at_a_touch(hand: Callable[..., Hand]) -> None:
    """Before anybody has signed in: whoever cannot read the form must be able to change it."""
    app = hand(user=None)
    app.touch("Қазақша")
    assert "Кіру" in app.texts()


def test_an_item_is_discarded_only_after_a_yes(hand: Callable[..., Hand]) -> None:
    """«Keep it» keeps it; the question names what would be lost."""
    outbox = ExampleOutbox((item(0, ItemState.REFUSED, "Ахметов С. Б. · приход", 3),))
    app = hand(outbox=outbox)
    app.enter_pin()
    app.touch("Outbox")
    app.touch("Ахметов С. Б. · приход")
    app.touch("Discard…")
    app.touch("Keep it")
    assert 1 == len(outbox.held)
    app.touch("Discard…")
    app.touch("Yes, discard it")
    assert [] == outbox.held
    assert "This item is no longer on the phone." in app.texts()


def test_a_refused_item_is_sent_again_at_a_touch(hand: Callable[..., Hand]) -> None:
    """And the ladder begins anew."""
    outbox = ExampleOutbox((item(0, ItemState.REFUSED, "Ахметов С. Б. · приход", 3),))
    app = hand(outbox=outbox)
    app.enter_pin()
    app.touch("Outbox")
    app.touch("Ахметов С. Б. · приход")
    app.touch("Send again now")
    assert ItemState.SAVED is outbox.held[0].state
    assert "On the server, every photo counted" in app.texts()


def test_pulling_the_list_down_asks_the_server(hand: Callable[..., Hand]) -> None:
    """So does a touch of the line on top: swiping is never the only way."""
    app = hand()
    app.enter_pin()
    app.touch_widget(app.screen.ids.tasks, pull_px=120)
    assert 1 == app.core.worker.woken  # type: ignore[attr-defined]
    app.touch("online · 2 min · 4 wait")
    assert 2 == app.core.worker.woken  # type: ignore[attr-defined]


def test_a_task_is_started_and_left_by_touch(hand: Callable[..., Hand]) -> None:
    """Row, button, back."""
    app = hand()
    app.enter_pin()
    app.touch("Сквер Жеңіс, тазалау")
    app.touch("Start")
    assert {"Work is done", "Your last change is saved and will be sent."} <= set(app.texts())
    app.touch("←")
    assert Place.TODAY == app.place


def test_five_hundred_people_scroll_without_being_made(hand: Callable[..., Hand]) -> None:
    """Only the rows in sight are widgets."""
    from mobile.screens.widgets import RowView

    tasks = ExampleTasks((LocalTask(task(20, "Субботник", TaskState.IN_PROGRESS, 9, people=people(500))),))
    app = hand(tasks=tasks)
    app.enter_pin()
    app.stage.desk.navigation.open(Place.TASK, str(uuid(20)))
    app.stage.frames()
    made = {widget for widget in app.screen.ids.people.walk() if isinstance(widget, RowView)}
    app.screen.ids.people.scroll_y = 0.5
    app.stage.frames()
    made |= {widget for widget in app.screen.ids.people.walk() if isinstance(widget, RowView)}
    assert 3 <= len(made) <= 40


def test_news_from_another_thread_reaches_the_screen(hand: Callable[..., Hand]) -> None:
    """The worker speaks on its own thread; the screen is drawn on Kivy's."""
    import threading

    outbox = ExampleOutbox(())
    app = hand(outbox=outbox)
    app.enter_pin()
    app.touch("Outbox")
    outbox.held = [item(0, ItemState.SAVED, "Яма, ул. Букетова, 41", 0)]
    thread = threading.Thread(target=outbox.tell)
    thread.start()
    thread.join()
    app.stage.settle(0.3)
    assert "Яма, ул. Букетова, 41" in app.texts()


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_no_text_is_clipped_and_nothing_is_too_small_to_touch(window: None, language: str) -> None:
    """Every scene with the system's larger letters on the narrowest phone: the worst case; `make phone-shots` does them all."""
    from kivy.metrics import Metrics

    from mobile.shots.drawing import draw

    try:
        found, drawn = draw(None, [SIZE], language=language, theme="light", font_scale=1.3)
    finally:
        Metrics.fontscale = 1.0
    assert drawn > 50
    assert [] == found
