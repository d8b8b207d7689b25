"""The check-in tab, the prompts of spot checks, the note, and what a desktop plays: all without a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from mobile.devices.notifier import QuietNotifier
from mobile.models.check_in import EACH_PERSON, SPOT_CHECK_ICON, CheckIns
from mobile.models.check_in_note import NOTE_MOST, NoteReason, note_of, note_view
from mobile.models.check_in_prompts import Prompts
from mobile.models.words import Words
from mobile.outbox.ladder import Item, ItemKind, ItemState
from mobile.shots.example_core import AtOnce, ExampleOutbox, ExampleTasks
from mobile.shots.example_equipment import ExampleServer, example_equipment, unreachable
from mobile.shots.examples import HERE, NOW, PARK, item, people, task, uuid
from mobile.simulated.desk_play import DeskPlay
from mobile.sync.overlay import LocalTask
from shared.contracts import SpotCheck, TaskCard
from shared.geometry import Point
from shared.vocabulary import Language, TaskState

TASK = uuid(20)


def card(number: int = 20, **fields: Any) -> TaskCard:
    """Work with seven people, the last of them without a template, that goes on at the example's hour."""
    values = {"people": people(7), "place": PARK, **fields}
    return task(number, "Парк", TaskState.IN_PROGRESS, 9, **values)


def check(person: int, *, due_min: float = -1, answer_min: float = 14, task_id: UUID = TASK) -> SpotCheck:
    """A spot check of a person of the task."""
    return SpotCheck(
        id=uuid(3000 + person),
        task_id=task_id,
        person_id=uuid(1000 + person),
        due_at=NOW + timedelta(minutes=due_min),
        answer_by=NOW + timedelta(minutes=answer_min),
        foreknowledge=False,
    )


def checked_in(person: int, minutes_ago: float, **fields: Any) -> Item:
    """A check-in that this phone has taken."""
    made = item(person, ItemState.SAVED, "…", minutes_ago, **fields)
    return replace(made, about=replace(made.about, subjects={"task": TASK, "person": uuid(1000 + person)}))


@dataclass
class Tab:
    """A tab on an example of the core."""

    model: CheckIns
    tasks: ExampleTasks
    outbox: ExampleOutbox
    server: ExampleServer

    @property
    def names(self) -> list[str]:
        """The rows in their order."""
        return [row.title for row in self.model.view.rows]


@pytest.fixture
def tab(tmp_path: Path) -> Callable[..., Tab]:
    """A maker of tabs: ``tab(card(), refuse=…)``."""

    def make(*cards: TaskCard, refuse: Exception | None = None) -> Tab:
        tasks = ExampleTasks(tuple(LocalTask(each) for each in cards or (card(),)))
        outbox, server = ExampleOutbox(()), ExampleServer(refuse)
        model = CheckIns(
            tasks,
            outbox,
            example_equipment(tmp_path, outbox, server=server),
            AtOnce(),
            Words(Language.EN),
            now=lambda: NOW,
        )
        model.show()
        return Tab(model, tasks, outbox, server)

    return make


def test_everybody_who_works_now_is_listed(tab: Callable[..., Tab]) -> None:
    """Work of this hour, an hour around it included; not what is over, far away in time or without people."""
    ended = task(21, "Over", TaskState.IN_PROGRESS, 4, 2, people=people(1))
    later = task(22, "Later", TaskState.ASSIGNED, 12, people=people(1))
    soon = task(23, "Soon", TaskState.ASSIGNED, 10, people=people(9)[8:])
    done = task(24, "Done", TaskState.DONE, 9, people=people(1))
    made = tab(ended, later, soon, done, task(25, "Nobody", TaskState.IN_PROGRESS, 9))
    [row] = made.model.view.rows
    assert f"{uuid(23)} {uuid(1008)}" == row.key
    assert "" == row.extra


def test_rows_name_their_task_where_several_go_on(tab: Callable[..., Tab]) -> None:
    """One person may work on two."""
    made = tab(card(), card(26))
    assert 14 == len(made.model.view.rows)
    assert {"Парк"} == {row.extra for row in made.model.view.rows}


def test_names_are_found_and_not_found(tab: Callable[..., Tab]) -> None:
    """Every word must be in the name."""
    made = tab()
    made.model.search("ахмет с")
    assert ["Ахметов С. Б.", "Қожахметұлы С. Б."] == made.names
    made.model.search("nobody")
    assert "Nobody of this name works on this task." == made.model.view.empty


def test_nobody_to_check_in_is_said(tab: Callable[..., Tab]) -> None:
    """An empty list says why."""
    made = tab(task(22, "Later", TaskState.ASSIGNED, 20, people=people(1)))
    assert "no task with people goes on" in made.model.view.empty
    assert "" == made.model.view.take_along


def test_a_due_spot_check_comes_first(tab: Callable[..., Tab]) -> None:
    """It says until when; one that is answered or not due yet does not stand out."""
    made = tab()
    made.tasks.checks = [check(5), check(2, due_min=5), check(3)]
    made.outbox.held = [checked_in(3, 0.5)]
    first, *others = made.model.view.rows
    assert (SPOT_CHECK_ICON, "spot check, before 09:54", True) == (first.icon, first.facts, first.alarming)
    assert f"{TASK} {uuid(1005)}" == first.key
    assert SPOT_CHECK_ICON not in {row.icon for row in others}


def test_movements_are_taken_along_for_who_lacks_them(tab: Callable[..., Tab]) -> None:
    """For those with a template, and only once."""
    made = tab()
    assert "Movements without a network: for a while 6/6, for days 0/6" == made.model.view.held
    made.model.take_along()
    [(task_id, persons, each, offline)] = made.server.asked
    assert (TASK, 6, EACH_PERSON, True) == (task_id, len(persons), each, offline)
    assert uuid(1006) not in persons
    assert ("Movements without a network: for a while 6/6, for days 6/6", "") == (
        made.model.view.held,
        made.model.view.take_along,
    )


def test_a_server_out_of_reach_is_said(tab: Callable[..., Tab]) -> None:
    """And the button stays."""
    made = tab(refuse=unreachable())
    made.model.take_along()
    assert "out of reach" in made.model.view.error
    assert ("Take movements along", False) == (made.model.view.take_along, made.model.view.busy)


def prompts(*checks: SpotCheck, now: Callable[[], datetime] = lambda: NOW) -> tuple[Prompts, QuietNotifier]:
    """Prompts on an example of the core."""
    tasks, notifier = ExampleTasks((LocalTask(card()),)), QuietNotifier()
    tasks.checks = list(checks)
    return Prompts(tasks, ExampleOutbox(()), notifier, Words(Language.EN), now=now), notifier


def test_a_spot_check_is_told_once_without_a_name() -> None:
    """The notice stands on the lock screen; the banner inside the app names the person."""
    model, notifier = prompts(check(0))
    model.tick()
    model.tick()
    assert [("Spot check", "Open Qala and check in before 09:54.")] == notifier.notices
    assert 1 == len(notifier.vibrations_s)
    view = model.view
    assert ("Spot check: Ахметов С. Б., 14 min left", f"{TASK} {uuid(1000)}") == (view.text, view.key)


def test_what_is_not_due_or_too_late_is_not_told() -> None:
    """Before its time a spot check is a secret; after it nothing helps."""
    model, notifier = prompts(check(0, due_min=3), check(1, answer_min=-0.5))
    model.tick()
    assert ([], "") == (notifier.notices, model.view.text)


def test_the_most_urgent_spot_check_is_shown() -> None:
    """One banner at a time; one of a task that has left the phone is passed over."""
    model, _notifier = prompts(check(0), check(1, answer_min=3), check(2, answer_min=2, task_id=uuid(99)))
    assert f"{TASK} {uuid(1001)}" == model.view.key


@pytest.mark.parametrize("state", [ItemState.REFUSED, ItemState.DAMAGED])
def test_a_check_in_that_the_server_does_not_take_answers_nothing(state: ItemState) -> None:
    """It is asked for again."""
    model, _notifier = prompts(check(0))
    model._outbox.held = [checked_in(0, 0.5)]  # type: ignore[attr-defined]
    assert "" == model.view.text
    model._outbox.held = [replace(checked_in(0, 0.5), state=state)]  # type: ignore[attr-defined]
    assert "" != model.view.text


@pytest.mark.parametrize("kind", [kind for kind in ItemKind if kind is not ItemKind.CHECK_IN])
def test_only_a_check_in_answers_a_spot_check(kind: ItemKind) -> None:
    """Whatever else is about the person."""
    model, _notifier = prompts(check(0))
    model._outbox.held = [checked_in(0, 0.5, kind=kind)]  # type: ignore[attr-defined]
    assert "" != model.view.text


def test_a_note_is_a_reason_and_words() -> None:
    """Without a reason, or with «another reason» alone, there is none."""
    words = Words(Language.EN)
    assert "Face injured or bandaged: left eye" == note_of(NoteReason.INJURED, "  left\neye ", words)
    assert "Face injured or bandaged" == note_of(NoteReason.INJURED, "", words)
    assert "a mask" == note_of(NoteReason.OTHER, "a mask", words)
    assert ["", ""] == [note_of("", "words", words), note_of(NoteReason.OTHER, " ", words)]
    assert NOTE_MOST == len(note_of(NoteReason.COVERED, "x" * 900, words))
    assert len(NoteReason) == len(note_view(words).reasons)


def test_a_desktop_stands_where_whoever_was_met_works() -> None:
    """Before that, where work goes on now; without tasks nowhere."""
    play = DeskPlay(None, None, lambda: NOW)
    assert play.here() is None
    elsewhere = task(21, "Later", TaskState.ASSIGNED, 12, people=people(9)[8:], radius_m=50.0)
    play.attend(ExampleTasks((LocalTask(elsewhere), LocalTask(card(radius_m=80.0)))))
    assert HERE == play.here()
    play.meet(uuid(1008))
    assert Point(lat=54.884, lon=69.176) == play.here()
    assert play.face(uuid(1008)) is None
