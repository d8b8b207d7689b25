"""Today and a task: rows, filters, late and withdrawn tasks, distances, who is checked in, the next step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mobile.keeping.disk import StoreFull
from mobile.models.navigation import Navigation, Place
from mobile.models.task import Task
from mobile.models.today import Today, distance_to_m, shortened
from mobile.models.words import Words
from mobile.outbox.ladder import ItemState
from mobile.shots.example_core import ExampleOutbox, ExampleTasks, ExampleWorker
from mobile.shots.examples import HERE, NOW, PARK, STREET, item, judged, people, task, uuid
from mobile.sync.overlay import LocalTask
from shared.geometry import Point
from shared.vocabulary import Language, Outcome, Role, TaskState


def today(*tasks: LocalTask, built: frozenset[Place] = frozenset({Place.TODAY}), **parts: Any) -> Today:
    """The model over these tasks."""
    outbox = parts.pop("outbox", ExampleOutbox(()))
    navigation = Navigation(built)
    navigation.welcome(Role.SUPERVISOR)
    return Today(
        ExampleTasks(tasks),
        outbox,
        parts.pop("worker", ExampleWorker(outbox)),
        Words(Language.EN),
        navigation,
        now=lambda: NOW,
        **parts,
    )


def local(number: int, title: str, state: TaskState, starts_h: float, **more: Any) -> LocalTask:
    """A task as the local copy holds it."""
    return LocalTask(task(number, title, state, starts_h, **more))


def test_tasks_stand_by_their_begin() -> None:
    """The next one first; another day's task shows the day."""
    model = today(
        local(1, "tomorrow", TaskState.ASSIGNED, 33),
        local(2, "evening", TaskState.ASSIGNED, 20),
        local(3, "now", TaskState.IN_PROGRESS, 9),
    )
    assert [("now", "09:00"), ("evening", "20:00"), ("tomorrow", "23\N{NO-BREAK SPACE}Nov")] == [
        (row.title, row.time) for row in model.view.rows
    ]


def test_the_filter_counts_what_it_would_show() -> None:
    """A filter that hides something says how much."""
    model = today(
        local(1, "a", TaskState.ASSIGNED, 9),
        local(2, "b", TaskState.VERIFIED, 8),
        local(3, "c", TaskState.DONE, 7),
    )
    assert ["To do 1", "Finished 2", "All 3"] == [word for _value, word in model.view.filters]
    model.choose("done")
    assert ["c", "b"] == [row.title for row in model.view.rows]


def test_an_open_task_past_its_window_is_late() -> None:
    """Said by icon, word and colour; a done one is not."""
    model = today(local(1, "a", TaskState.ASSIGNED, 6, hours=2), local(2, "b", TaskState.DONE, 6, hours=2))
    (row,) = model.view.rows
    assert ("⚠", "warn", True) == (row.icon, row.colour, row.alarming)
    assert row.facts.startswith("late")


def test_a_withdrawn_task_stays_in_sight() -> None:
    """Nothing that was worked on vanishes silently."""
    (row,) = today(replace(local(1, "a", TaskState.ASSIGNED, 14), withdrawn=True)).view.rows
    assert "withdrawn by the dispatcher" == row.extra


def test_an_unsent_move_is_marked() -> None:
    """The state shown is the phone's own, and the row says so."""
    (row,) = today(replace(local(1, "a", TaskState.IN_PROGRESS, 9), unsent=True)).view.rows
    assert "last change not sent yet" == row.extra


def test_the_distance_is_to_the_border_of_the_place() -> None:
    """Within it, it is 0; a task without a place has none."""
    card = task(1, "a", TaskState.ASSIGNED, 9, place=PARK)
    assert 0.0 == distance_to_m(card, HERE)
    assert 2180 == pytest.approx(distance_to_m(replace(card, place=STREET), HERE), abs=30)
    assert distance_to_m(replace(card, place=None), HERE) is None
    assert distance_to_m(replace(card, place={"type": "Line"}), HERE) is None


def test_without_a_fix_no_distance_is_said() -> None:
    """A guess would send somebody the wrong way."""
    (near,) = today(local(1, "a", TaskState.ASSIGNED, 14), here=lambda: Point(54.9, 69.2)).view.rows
    (unknown,) = today(local(1, "a", TaskState.ASSIGNED, 14)).view.rows
    assert "km" in near.facts
    assert "assigned · public works" == unknown.facts


def test_checked_in_are_those_whose_last_try_was_not_refused() -> None:
    """A retake counts once; a refused one and a damaged one do not count."""
    outbox = ExampleOutbox(
        (
            item(0, ItemState.SAVED, "", 1),
            item(1, ItemState.VERIFIED, "", 2, answer=judged(Outcome.REFUSED)),
            item(2, ItemState.DAMAGED, "", 3),
            replace(item(3, ItemState.VERIFIED, "", 4, answer=judged(Outcome.REFUSED)), about=item(0, ItemState.SAVED, "", 1).about),
        )
    )  # fmt: skip
    (row,) = today(local(11, "a", TaskState.IN_PROGRESS, 9, people=people(4)), outbox=outbox).view.rows
    assert "in progress · 1 of 4" == row.facts


def test_a_long_title_is_cut_between_words() -> None:
    """With an ellipsis, never within a word."""
    assert "Осмотр остановочных…" == shortened("Осмотр остановочных павильонов", 24)
    assert "short" == shortened("short", 24)


def test_an_empty_list_says_why() -> None:
    """Before the first answer of the server, after it, and behind a filter."""
    outbox = ExampleOutbox(())
    fresh = today(worker=ExampleWorker(outbox, last_pull_at=None), outbox=outbox)
    assert "have not come yet" in fresh.view.empty
    assert "No tasks are yours now" in today().view.empty
    assert "Choose «All»" in today(local(1, "a", TaskState.DONE, 9)).view.empty


def test_the_main_action_is_the_role_s_and_only_where_it_is_built() -> None:
    """A button that leads nowhere is not shown."""
    assert "" == today().view.action
    assert "Start checking in" == today(built=frozenset({Place.TODAY, Place.CHECK_IN})).view.action


def test_a_pull_wakes_the_worker() -> None:
    """The server is asked now."""
    worker = ExampleWorker(ExampleOutbox(()))
    today(worker=worker).refresh()
    assert 1 == worker.woken


class Opened:
    """A task's screen, and what it moved."""

    def __init__(self, *tasks: LocalTask, full: bool = False) -> None:
        self.tasks = ExampleTasks(tasks)
        self.moved: list[tuple[TaskState, str]] = []
        self.full = full
        self.model = Task(
            self.tasks, ExampleOutbox(()), self._move, Words(Language.EN), now=lambda: NOW, here=lambda: HERE
        )
        self.model.show(str(tasks[0].card.id if tasks else uuid(9)))

    def _move(self, task_id: Any, to: TaskState, line: str) -> None:
        if self.full:
            raise StoreFull
        self.moved.append((to, line))
        self.tasks.move(task_id, to, line)


@pytest.mark.parametrize(
    ("state", "step"),
    [
        (TaskState.ASSIGNED, "Start"),
        (TaskState.IN_PROGRESS, "Work is done"),
        (TaskState.DONE, ""),
        (TaskState.VERIFIED, ""),
        (TaskState.CANCELLED, ""),
    ],
)
def test_each_state_has_its_next_step(state: TaskState, step: str) -> None:
    """Or none: the button is gone, not grey."""
    assert step == Opened(local(1, "a", state, 9)).model.view.step


def test_a_step_shows_at_once_and_says_that_it_will_be_sent() -> None:
    """Offline as well."""
    opened = Opened(local(1, "Park", TaskState.ASSIGNED, 9))
    opened.model.step()
    view = opened.model.view
    assert [(TaskState.IN_PROGRESS, "Park · in progress")] == opened.moved
    assert ("in progress", "Your last change is saved and will be sent.") == (view.state, view.notice)


def test_a_withdrawn_task_offers_no_step() -> None:
    """It says whom to ask."""
    view = Opened(replace(local(1, "a", TaskState.ASSIGNED, 9), withdrawn=True)).model.view
    assert "" == view.step
    assert "ask the dispatcher" in view.notice


def test_a_full_phone_says_so_where_it_was_touched() -> None:
    """And nothing is shown as moved."""
    opened = Opened(local(1, "a", TaskState.ASSIGNED, 9), full=True)
    opened.model.step()
    assert "storage is full" in opened.model.view.notice
    assert "Start" == opened.model.view.step


def test_the_roster_finds_people_by_any_part_of_their_names() -> None:
    """Letters of either case."""
    opened = Opened(local(1, "a", TaskState.ASSIGNED, 9, people=people(8)))
    opened.model.search("ғаб")
    assert ["Ғабитов С. Б."] == [row.title for row in opened.model.view.rows]
    opened.model.search("nobody")
    assert "Nobody of this name" in opened.model.view.nobody_found


def test_a_task_that_has_left_the_phone_says_so() -> None:
    """The screen may still be open when it goes."""
    assert "This task has left the phone." == Opened().model.view.title


def test_a_task_s_hours_are_the_city_s() -> None:
    """«22 Nov, 09:00–13:00»."""
    facts = Opened(local(1, "a", TaskState.ASSIGNED, 9)).model.view.facts
    assert "22\N{NO-BREAK SPACE}Nov, 09:00–13:00" in facts
