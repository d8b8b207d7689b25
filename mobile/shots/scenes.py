"""Every screen in the states that matter: what is brought about before the picture is taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from mobile.client.answers import Problem, RetryLater, Why
from mobile.client.api_client import Declined, NotNow
from mobile.models.desk import Core
from mobile.models.navigation import Place
from mobile.outbox.ladder import ItemState
from mobile.shots.example_core import ExampleAccount, ExampleOutbox, ExampleTasks, ExampleWorker, example_core
from mobile.shots.examples import ITEMS, NOW, people, task, uuid
from mobile.shots.stage import Stage
from mobile.sync.overlay import LocalTask
from shared.vocabulary import TaskState

PIN = "2580"
Play = Callable[[Stage], None]
Scene = tuple[Callable[[Path], Core], Play]


def enter(stage: Stage) -> None:
    """Past the lock: choose a PIN, then be inside."""
    for _time in range(2):
        for digit in PIN:
            stage.desk.lock.press(digit)
        stage.desk.lock.confirm()
    stage.lay_out()


def signed_out(reports: Path) -> Core:
    """A fresh phone."""
    return example_core(reports, user=None)


def refused(reports: Path) -> Core:
    """A wrong password."""
    account = ExampleAccount(user=None)
    account.refuse = Declined(
        Problem(status=401, slug="not-signed-in", detail="Логин или пароль неверен. После 10 ошибок вход закрывается на 15 минут.")
    )  # fmt: skip
    return example_core(reports, account=account)


def unreachable(reports: Path) -> Core:
    """No network."""
    account = ExampleAccount(user=None)
    account.refuse = NotNow(RetryLater(15, Why.UNREACHABLE))
    return example_core(reports, account=account)


def offline(reports: Path) -> Core:
    """No network since the morning, and the session has ended."""
    outbox = ExampleOutbox()
    worker = ExampleWorker(outbox, online=False, last_pull_at=NOW - timedelta(hours=3), sign_in_needed=True)
    return example_core(reports, outbox=outbox, worker=worker)


def empty(reports: Path) -> Core:
    """A phone that has never met its server's tasks."""
    outbox = ExampleOutbox(())
    worker = ExampleWorker(outbox, online=None, last_pull_at=None)
    return example_core(reports, outbox=outbox, worker=worker, tasks=ExampleTasks(()))


def crowded(reports: Path) -> Core:
    """Five hundred people on one task."""
    card = task(20, "Субботник, набережная Ишима", TaskState.IN_PROGRESS, 9, people=people(500))
    return example_core(reports, tasks=ExampleTasks((LocalTask(card),)))


def try_to_sign_in(stage: Stage) -> None:
    """Press the button."""
    stage.root.ids.screens.current_screen.ids["password"].ids.input.text = "wrong"
    stage.desk.sign_in.sign_in("qala.example.kz", "nurlan", "wrong")


def try_bad_address(stage: Stage) -> None:
    """Press the button with a wrong address and nothing else."""
    stage.desk.sign_in.sign_in("http://qala.example.kz", "", "")


def enter_wrong_pins(stage: Stage) -> None:
    """Until the pad rests."""
    enter(stage)
    stage.desk.lock.ask()
    for _time in range(5):
        for digit in "1111":
            stage.desk.lock.press(digit)
        stage.desk.lock.confirm()


def opened(place: Place, key: str = "") -> Play:
    """Inside, with something opened."""

    def play(stage: Stage) -> None:
        enter(stage)
        stage.desk.navigation.open(place, key)

    return play


def at_tab(place: Place) -> Play:
    """Inside, at a tab."""

    def play(stage: Stage) -> None:
        enter(stage)
        stage.desk.navigation.go(place)

    return play


def asked_to_discard(stage: Stage) -> None:
    """The question before something is lost."""
    opened(Place.ITEM, item_in(ItemState.REFUSED))(stage)
    stage.lay_out()
    stage.root.ids.screens.current_screen.ask_to_discard()


def item_in(state: ItemState) -> str:
    """The id of an example item in a state."""
    return next(str(item.id) for item in ITEMS if item.state is state)


SCENES: dict[str, Scene] = {
    "sign-in": (signed_out, lambda stage: None),
    "sign-in-refused": (refused, try_to_sign_in),
    "sign-in-no-network": (unreachable, try_to_sign_in),
    "sign-in-bad-address": (signed_out, try_bad_address),
    "pin-choose": (example_core, lambda stage: stage.desk.lock.press("2")),
    "pin-wrong": (example_core, enter_wrong_pins),
    "today": (example_core, enter),
    "today-offline": (offline, enter),
    "today-empty": (empty, enter),
    "task": (example_core, opened(Place.TASK, str(uuid(11)))),
    "task-withdrawn": (example_core, opened(Place.TASK, str(uuid(13)))),
    "task-500-people": (crowded, opened(Place.TASK, str(uuid(20)))),
    "outbox": (example_core, at_tab(Place.OUTBOX)),
    "outbox-empty": (empty, at_tab(Place.OUTBOX)),
    "item-waiting": (example_core, opened(Place.ITEM, item_in(ItemState.SAVED))),
    "item-refused": (example_core, opened(Place.ITEM, item_in(ItemState.REFUSED))),
    "item-damaged": (example_core, opened(Place.ITEM, item_in(ItemState.DAMAGED))),
    "item-confirmed": (example_core, opened(Place.ITEM, item_in(ItemState.VERIFIED))),
    "item-suggested": (example_core, opened(Place.ITEM, str(uuid(2010)))),
    "item-too-dark": (example_core, opened(Place.ITEM, str(uuid(2011)))),
    "item-discard": (example_core, asked_to_discard),
    "settings": (example_core, opened(Place.SETTINGS)),
}
