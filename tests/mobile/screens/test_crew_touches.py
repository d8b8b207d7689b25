"""The crew's screens, touched: two defects in a row, a route with done, skipped, undone, a proof, and the map under a finger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mobile.models.navigation import Place
from mobile.outbox.ladder import ItemKind
from mobile.shots.example_core import AtOnce
from mobile.shots.example_crew import crew_core
from mobile.shots.example_faults import REPAIR, photo, repairing
from mobile.shots.example_routes import changed, haul_sheet, sheet
from shared.contracts import DefectReport, StopReport, decode, parse_json
from shared.vocabulary import DefectKind, SkipReason, StopState
from tests.mobile.screens.conftest import Hand

pytestmark = pytest.mark.slow
LATER_MS = 5000


@pytest.fixture
def crew(window: None, tmp_path: Path) -> Any:
    """A maker of drivers' apps, past the lock."""
    made: list[Hand] = []

    def make(*sheets: Any, **options: Any) -> Hand:
        made.append(Hand(crew_core(tmp_path, sheets, **options), AtOnce()))
        made[-1].enter_pin()
        return made[-1]

    yield make
    for each in made:
        each.stage.close()


def kept(app: Hand) -> list[Any]:
    """What lies in the outbox."""
    items: list[Any] = app.core.equipment.outbox.put_items  # type: ignore[attr-defined]
    return items


def wait(app: Hand) -> None:
    """So long that a touch is meant."""
    app.core.equipment.devices.boot_clock.ms += LATER_MS  # type: ignore[attr-defined]


def test_two_defects_are_reported_one_after_the_other(crew: Callable[..., Hand]) -> None:
    """Take, say what it is, save; take, save."""
    app = crew()
    app.touch("Defect")
    app.touch("Take the photo")
    app.wait_for(lambda: "Save" in app.texts())
    app.touch("Pothole")
    app.touch("Save")
    assert "saved on this phone · 1 waits" in app.texts()
    app.touch("Take the photo")
    app.wait_for(lambda: "Save" in app.texts())
    app.touch("Save")
    first, second = (decode(DefectReport, parse_json(item.manifest)) for item in kept(app))
    assert (DefectKind.POTHOLE, None) == (first.kind_guess, second.kind_guess)
    assert 2 == app.core.outbox.waiting_count()


def test_a_photo_is_discarded_only_after_a_yes(crew: Callable[..., Hand]) -> None:
    """A glove touches what it did not mean to."""
    app = crew()
    app.touch("Defect")
    app.touch("Take the photo")
    app.wait_for(lambda: "Save" in app.texts())
    from mobile.screens.photo_frame import Look

    app.touch_widget(next(widget for widget in app.stage.widgets() if isinstance(widget, Look)))
    app.touch("Keep it")
    assert "Save" in app.texts()
    app.touch_widget(next(widget for widget in app.stage.widgets() if isinstance(widget, Look)))
    app.touch("Yes, discard it")
    assert "Take the photo" in app.texts()


def test_the_camera_rests_behind_the_lock(crew: Callable[..., Hand]) -> None:
    """And behind every other tab."""
    app = crew()
    camera = app.core.equipment.devices.camera
    app.touch("Defect")
    assert camera.is_open  # type: ignore[attr-defined]
    app.stage.desk.lock.ask()
    app.stage.frames()
    assert not camera.is_open  # type: ignore[attr-defined]


def test_a_route_is_driven_with_a_thumb(crew: Callable[..., Hand]) -> None:
    """Done, skipped with its reason, a mistake taken back; the outbox holds all three."""
    app = crew(sheet())
    app.touch("Route")
    app.touch("Done")
    assert "ул. Нұрсұлтан Назарбаев, 29" in app.texts()
    wait(app)
    app.touch("Skip")
    app.touch("Cancel")
    app.touch("Skip")
    app.touch("Parked cars")
    wait(app)
    app.touch("Undo: ул. Нұрсұлтан Назарбаев, 29")
    said = [decode(StopReport, parse_json(item.manifest)) for item in kept(app)]
    assert [StopState.DONE, StopState.SKIPPED, StopState.PLANNED] == [report.state for report in said]
    assert SkipReason.PARKED_CARS is said[1].skip_reason
    assert {ItemKind.STOP_REPORT} == {item.kind for item in kept(app)}


def test_a_stop_of_the_list_is_looked_at(crew: Callable[..., Hand]) -> None:
    """The list opens at the next stop."""
    app = crew(sheet())
    app.touch("Route")
    app.touch("All stops")
    assert Place.STOPS == app.place
    app.stage.frames()
    app.touch("14 · ул. Нұрсұлтан Назарбаев, 29")
    assert Place.ROUTE == app.place
    assert "To the next stop" in app.texts()


def test_a_route_is_finished_early_from_the_list(crew: Callable[..., Hand]) -> None:
    """One reason for all that is left."""
    app = crew(sheet())
    app.touch("Route")
    app.touch("All stops")
    app.touch("Finish early…")
    assert "26 stops are open. Why are they left?" in app.texts()
    app.touch("No time left")
    assert 26 == len(kept(app))
    assert "No route is yours now. A new one appears here by itself." in app.texts()


def test_a_new_plan_is_acknowledged_and_its_stop_proved(crew: Callable[..., Hand]) -> None:
    """The camera opens for the proof."""
    app = crew(changed(sheet()), seen=1)
    app.touch("Route")
    app.touch("I have seen it")
    assert "I have seen it" not in app.texts()
    app.touch("Done, with a photo")
    app.touch("Take the photo")
    app.wait_for(lambda: "Done" in app.texts())
    app.touch("Done")
    (item,) = kept(app)
    assert 1 == len(item.photos)


def test_the_map_moves_with_a_finger_and_zooms_with_a_button(crew: Callable[..., Hand]) -> None:
    """Painted anew only when the picture no longer covers its window."""
    app = crew(sheet())
    app.touch("Route")
    panel = app.screen.ids.panel
    painted = panel.ids.map._painted
    before = panel.model.viewport
    app.touch_widget(panel.ids.map, pull_px=40)
    assert before.centre[1] + 40 * before.m_per_px == pytest.approx(panel.model.viewport.centre[1])
    assert painted is panel.ids.map._painted
    app.touch("+")
    assert panel.model.viewport.m_per_px < before.m_per_px
    assert painted is not panel.ids.map._painted


def test_two_fingers_zoom_the_map(crew: Callable[..., Hand]) -> None:
    """Twice as far apart is twice as near."""
    from kivy.tests.common import UnitTestTouch

    app = crew(sheet())
    app.touch("Route")
    app.stage.settle(0.3)
    canvas = app.screen.ids.panel.ids.map
    before = canvas.model.viewport.m_per_px
    y = canvas.center_y - 20
    fingers = [UnitTestTouch(canvas.center_x - 40, y), UnitTestTouch(canvas.center_x + 40, y)]
    for finger in fingers:
        finger.touch_down()
    fingers[1].touch_move(canvas.center_x + 120, y)
    app.stage.frames()
    for finger in fingers:
        finger.touch_up()
    app.stage.frames()
    assert pytest.approx(before / 2, rel=0.01) == canvas.model.viewport.m_per_px


def test_a_truckload_is_unloaded_with_two_touches(crew: Callable[..., Hand]) -> None:
    """«Done», then how full the body was; the next stop follows."""
    app = crew(haul_sheet())
    app.touch("Route")
    app.touch("Done")
    assert "How full is the body?" in app.texts()
    app.touch("three quarters · 12 m³")
    (item,) = kept(app)
    assert 12.0 == decode(StopReport, parse_json(item.manifest)).volume_m3
    assert "How full is the body?" not in app.texts()


def test_a_fault_is_repaired_by_touch(crew: Callable[..., Hand]) -> None:
    """From the task's list to the photo of the mended place; each step is seen at once."""
    tasks = repairing()
    app = crew(tasks=tasks, fault_photo=photo)
    app.touch(REPAIR.title)
    assert "Repaired: 1 of 4" in app.texts()
    app.touch("Pothole")
    assert Place.FAULT == app.place
    app.touch("Begin the repair")
    app.touch("Repaired: photograph it")
    app.touch("Take the photo")
    app.wait_for(lambda: "Save: repaired" in app.texts())
    app.touch("Save: repaired")
    assert "Your last change is saved and will be sent." in app.texts()
    (item,) = kept(app)
    assert REPAIR.id == decode(DefectReport, parse_json(item.manifest)).task_id
    app.stage.desk.back()
    app.stage.frames()
    assert "Repaired: 2 of 4" in app.texts()
