"""The check-in screens in the states that matter, from the list of people to the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from mobile.capture.phases import Phase
from mobile.client.answers import Problem
from mobile.client.api_client import Declined
from mobile.models.capture_trouble import BIOMETRICS_REFUSED
from mobile.models.desk import Core
from mobile.models.navigation import Place
from mobile.outbox.ladder import ItemState
from mobile.shots.example_core import ExampleOutbox, ExampleTasks, example_core
from mobile.shots.example_equipment import (
    ExampleServer,
    ExampleTime,
    example_equipment,
    pass_time,
    unreachable,
)
from mobile.shots.examples import NOW, PARK, people, task, uuid
from mobile.shots.scenes import Play, Scene, at_tab, empty, enter, opened
from mobile.shots.stage import Stage
from mobile.sync.overlay import LocalTask
from shared.contracts import CheckInAnswer, Finding, SpotCheck
from shared.vocabulary import CheckInState, FindingCode, FindingResult, Outcome, Remedy, TaskState

TASK, PERSON = uuid(11), uuid(1000)
KEY = f"{TASK} {PERSON}"
OK, DOUBT, FAIL = FindingResult.OK, FindingResult.DOUBT, FindingResult.FAIL


def core_with(
    *, server: ExampleServer | None = None, due: bool = False, outbox: ExampleOutbox | None = None, **how: Any
) -> Callable[[Path], Core]:
    """A maker of cores; ``due`` asks for a spot check of the second person."""

    def make(reports: Path) -> Core:
        kept, tasks = outbox or ExampleOutbox(), ExampleTasks()
        if outbox is None:
            kept.held = [item for item in kept.held if item.about.subjects.get("person") != PERSON]
        if due:
            until = NOW + timedelta(minutes=14)
            check = SpotCheck(
                id=uuid(40), task_id=TASK, person_id=uuid(1006), due_at=NOW - timedelta(minutes=1),
                answer_by=until, foreknowledge=False,
            )  # fmt: skip
            tasks.checks = [check]
        equipment = example_equipment(reports, kept, server=server, **how)
        return example_core(reports, outbox=kept, tasks=tasks, equipment=equipment)

    return make


def two_tasks(reports: Path) -> Core:
    """Two tasks go on at once."""
    cards = (
        task(11, "Парк Первого Президента", TaskState.IN_PROGRESS, 9, place=PARK, people=people(4)),
        task(16, "Сквер Жеңіс, тазалау", TaskState.ASSIGNED, 9, people=people(7)[4:]),
    )
    return example_core(reports, tasks=ExampleTasks(tuple(LocalTask(card) for card in cards)))


def at_camera(key: str) -> Play:
    """Before the camera, the person in sight."""

    def play(stage: Stage) -> None:
        opened(Place.CAMERA, key)(stage)
        stage.root.ids.screens.current_screen.tick(0)

    return play


def until(phase: Phase, more_ms: int = 0) -> Play:
    """Before the camera, the button pressed, as far as a phase."""

    def play(stage: Stage) -> None:
        opened(Place.CAMERA, KEY)(stage)
        model = stage.desk.capture
        model.begin()
        pass_time(time_of(stage), model.tick, lambda: model.view.phase, phase)
        time_of(stage).ms += more_ms
        stage.root.ids.screens.current_screen.tick(0)

    return play


def time_of(stage: Stage) -> ExampleTime:
    """The clocks that the stage moves."""
    time = stage.desk.core.equipment.time.boot
    assert isinstance(time, ExampleTime)
    return time


def asked_for_note(stage: Stage) -> None:
    """The question for a note, one reason chosen."""
    at_camera(KEY)(stage)
    stage.lay_out()
    stage.root.ids.screens.current_screen.ask_for_note()


def judged(outcome: Outcome, remedy: Remedy, summary: str, *findings: tuple[FindingResult, str]) -> Play:
    """The verdict has come, and every reason is open."""

    def play(stage: Stage) -> None:
        until(Phase.DONE)(stage)
        saved_id, core = stage.desk.capture.saved_id, stage.desk.core
        assert saved_id is not None
        assert isinstance(core.tasks, ExampleTasks)
        assert isinstance(core.outbox, ExampleOutbox)
        core.tasks.answers[saved_id] = CheckInAnswer(
            id=saved_id,
            state=CheckInState.JUDGED,
            received=(),
            outcome=outcome,
            remedy=remedy,
            findings=tuple(_finding(result, text) for result, text in findings),
            summary=summary,
            decided_at=NOW,
            ledger_id=1,
            ledger_hash="",
        )
        core.outbox.held = [
            replace(item, state=ItemState.VERIFIED) if item.id == saved_id else item
            for item in core.outbox.held
        ]
        stage.desk.news()

    return play


def with_reasons(play: Play) -> Play:
    """The same, «more» touched."""

    def opened_reasons(stage: Stage) -> None:
        play(stage)
        stage.lay_out()
        stage.root.ids.screens.current_screen.ids.verdict.is_open = True

    return opened_reasons


def _finding(result: FindingResult, text: str) -> Finding:
    return Finding(
        code=FindingCode.PLACE, result=result, value=None, threshold=None, margin=None, unit="", text=text
    )


def no_biometrics() -> Declined:
    """What the server says of who has refused."""
    detail = "Этот человек отказался от биометрии: используйте бумажный лист."
    return Declined(Problem(status=409, slug=BIOMETRICS_REFUSED, detail=detail))


ACCEPTED = judged(
    Outcome.ACCEPTED,
    Remedy.NONE,
    "Принято: лицо совпало, телефон в зоне, время верно.",
    (OK, "Лицо совпало: расстояние 0,38 при пороге 0,54."),
    (OK, "Телефон в зоне: 64 м от границы, точность ± 6 м."),
)
REFUSED = judged(
    Outcome.REFUSED,
    Remedy.MOVE_INSIDE,
    "Телефон был в 240 м за границей места работы: войдите в зону и отметьте ещё раз.",
    (OK, "Лицо совпало: расстояние 0,41 при пороге 0,54."),
    (FAIL, "Телефон был в 240 м за границей места работы, точность ± 6 м."),
    (DOUBT, "Кадр 4 тёмный: яркость 38 из 255, нужно не меньше 45."),
    (OK, "Движения головы выполнены: налево, вверх."),
    (OK, "Время телефона расходится с сервером на 2 с, допускается 120 с."),
)
REVIEW = judged(
    Outcome.TO_REVIEW,
    Remedy.WAIT_FOR_REVIEW,
    "Лицо похоже, но не уверенно: решит сотрудник, сообщать ничего не нужно.",
    (DOUBT, "Лицо: расстояние 0,57, уверенно до 0,54."),
)

CHECK_IN_SCENES: dict[str, Scene] = {
    "check-in": (core_with(), at_tab(Place.CHECK_IN)),
    "check-in-two-tasks": (two_tasks, at_tab(Place.CHECK_IN)),
    "check-in-due": (core_with(due=True), at_tab(Place.CHECK_IN)),
    "check-in-due-today": (core_with(due=True), enter),
    "check-in-nobody": (empty, at_tab(Place.CHECK_IN)),
    "camera-ready": (core_with(), at_camera(KEY)),
    "camera-spot-check": (core_with(due=True), at_camera(f"{TASK} {uuid(1006)}")),
    "camera-no-challenge": (
        core_with(server=ExampleServer(unreachable()), at=None),
        at_camera(KEY),
    ),
    "camera-paper-way": (core_with(server=ExampleServer(no_biometrics())), at_camera(KEY)),
    "camera-gone": (core_with(), at_camera(f"{TASK} {uuid(9)}")),
    "camera-note": (core_with(), asked_for_note),
    "camera-straight": (core_with(), until(Phase.STRAIGHT, 300)),
    "camera-move": (core_with(), until(Phase.MOVE, 600)),
    "camera-dark": (core_with(light=0.14), until(Phase.MOVE, 600)),
    "camera-doubt": (core_with(light=0.14), until(Phase.DONE)),
    "camera-no-location": (core_with(at=None), until(Phase.FAILED)),
    "verdict-saved": (core_with(), until(Phase.DONE)),
    "verdict-accepted": (core_with(), ACCEPTED),
    "verdict-review": (core_with(), with_reasons(REVIEW)),
    "verdict-refused": (core_with(), REFUSED),
    "verdict-refused-reasons": (core_with(), with_reasons(REFUSED)),
}
