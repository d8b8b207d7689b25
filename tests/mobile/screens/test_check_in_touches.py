"""A check-in by touch: from the row to the verdict, with a note, another try, the paper way, and a spot check's banner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mobile.capture.phases import Phase
from mobile.models.navigation import Place
from mobile.shots.check_in_scenes import (
    ACCEPTED,
    KEY,
    PERSON,
    REFUSED,
    TASK,
    core_with,
    no_biometrics,
    time_of,
)
from mobile.shots.example_core import AtOnce
from mobile.shots.example_equipment import ExampleKeeper, ExampleServer, pass_time
from mobile.shots.examples import uuid
from shared.contracts import CheckIn, decode, parse_json
from shared.vocabulary import CheckInKind
from tests.mobile.screens.conftest import Hand

pytestmark = pytest.mark.slow
NAME = "Ахметов С. Б."


@pytest.fixture
def make(window: None, tmp_path: Path) -> Any:
    """A maker of apps: ``make(server=…, due=…)``, with everything past the lock."""
    made: list[Hand] = []

    def start(**how: Any) -> Hand:
        app = Hand(core_with(**how)(tmp_path), AtOnce())
        app.enter_pin()
        made.append(app)
        return app

    yield start
    for app in made:
        app.stage.close()


def lead(app: Hand, until: Phase) -> None:
    """Let the guide's clocks run."""
    model = app.stage.desk.capture
    pass_time(time_of(app.stage), model.tick, lambda: model.view.phase, until)
    app.stage.frames()


def saved(app: Hand) -> list[CheckIn]:
    """What has gone into the outbox."""
    keeper = app.core.equipment.outbox
    assert isinstance(keeper, ExampleKeeper)
    return [decode(CheckIn, parse_json(item.manifest)) for item in keeper.put_items]


def test_a_check_in_is_three_touches(make: Callable[..., Hand]) -> None:
    """Tab, person, button; then «saved» covers the screen, and one touch leads back to the list."""
    app = make()
    app.touch("Check-in")
    app.touch(NAME)
    assert Place.CAMERA == app.place
    app.touch("Take the check-in")
    lead(app, Phase.MOVE)
    assert {"→", "Head to the left, as the person sees it"} <= set(app.texts())
    lead(app, Phase.DONE)
    assert {"saved, will be sent", NAME} <= set(app.texts())
    [check_in] = saved(app)
    assert (PERSON, TASK, CheckInKind.ARRIVAL) == (check_in.person_id, check_in.task_id, check_in.kind)
    app.touch("Back to the list")
    assert Place.CHECK_IN == app.place


def test_the_camera_is_open_only_on_its_screen(make: Callable[..., Hand]) -> None:
    """Going back and locking close it; opening the phone again opens it."""
    app = make()
    camera: Any = app.core.equipment.devices.camera
    app.stage.desk.navigation.open(Place.CAMERA, KEY)
    app.stage.frames()
    assert camera.is_open
    app.stage.desk.lock.ask()
    app.stage.frames()
    assert not camera.is_open
    for digit in "2580":
        app.touch(digit)
    app.touch("Unlock")
    assert (Place.CAMERA, True) == (app.place, camera.is_open)
    app.touch("←")
    assert not camera.is_open


def test_a_note_and_another_kind_are_signed_with_it(make: Callable[..., Hand]) -> None:
    """A reason is chosen by touch; without one the note cannot be added."""
    app = make()
    app.stage.desk.navigation.open(Place.CAMERA, KEY)
    app.stage.frames()
    app.touch("departure")
    app.touch_widget(app.screen.ids.note)
    app.touch("Add the note")
    assert "No note" in app.texts()
    app.touch("Face injured or bandaged")
    app.touch("Add the note")
    assert "Face injured or bandaged" in app.texts()
    app.touch("Take the check-in")
    lead(app, Phase.DONE)
    [check_in] = saved(app)
    assert (CheckInKind.DEPARTURE, "Face injured or bandaged") == (check_in.kind, check_in.note)


def test_a_refusal_shows_all_reasons_and_takes_another(make: Callable[..., Hand]) -> None:
    """«More» opens them, «once more» begins with a new challenge."""
    app = make()
    judge(app, REFUSED)
    reason = "Телефон был в 240 м за границей места работы, точность ± 6 м."
    assert reason not in app.texts()
    app.touch("More")
    assert reason in app.texts()
    app.touch("Once more")
    assert "Take the check-in" in app.texts()
    app.touch("Take the check-in")
    lead(app, Phase.DONE)
    assert 2 == len(saved(app))


def test_what_the_verdict_covers_cannot_be_touched(make: Callable[..., Hand]) -> None:
    """A wet glove on the screen below changes nothing."""
    app = make()
    judge(app, ACCEPTED)
    app.touch_widget(app.screen.ids.title)
    app.touch_widget(app.screen.ids.picture)
    assert 1 == len(saved(app))
    assert "accepted" in app.texts()


def test_who_refuses_biometrics_is_shown_the_paper_way(make: Callable[..., Hand]) -> None:
    """The camera closes; nothing can be taken."""
    app = make(server=ExampleServer(no_biometrics()))
    app.stage.desk.navigation.open(Place.CAMERA, KEY)
    app.stage.frames()
    camera: Any = app.core.equipment.devices.camera
    assert not camera.is_open
    assert any(text.startswith("The paper way") for text in app.texts())
    assert "Take the check-in" not in app.texts()


def test_a_due_spot_check_leads_to_the_camera(make: Callable[..., Hand]) -> None:
    """The banner stands on every screen; its button opens the right person and kind."""
    app = make(due=True)
    app.stage.desk.tick()
    app.touch("Check in now")
    view = app.stage.desk.capture.view
    assert (Place.CAMERA, "spot_check") == (app.place, view.kind)
    app.touch("Take the check-in")
    lead(app, Phase.DONE)
    [check_in] = saved(app)
    assert uuid(40) == check_in.spot_check_id
    app.touch("Back to the list")
    assert "Check in now" not in app.texts()


def judge(app: Hand, verdict: Callable[[Any], None]) -> None:
    """A scene's verdict for an app that is past the lock already."""
    desk = app.stage.desk
    desk.lock.forget()
    desk.lock.ask()
    verdict(app.stage)
    app.stage.frames()
