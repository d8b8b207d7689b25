"""The defect's tab without a screen: photos, a guess, the place in words; kept at once and ready for the next one."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from mobile.capture.reporting import FIXES_MOST, PHOTOS_MOST
from mobile.devices.compass import Heading, Silence
from mobile.devices.location import FIXES_KEPT
from mobile.devices.trouble import Trouble
from mobile.keeping.disk import StoreFull
from mobile.models.defect import Defect
from mobile.models.desk import Core
from mobile.models.words import Words
from mobile.outbox.ladder import About, ItemKind, ItemState, NewItem
from mobile.shots.example_core import AtOnce, ExampleOutbox
from mobile.shots.example_crew import crew_core
from mobile.shots.examples import DARK, NOW, USER, item
from shared.contracts import DefectReport, Fix, decode, parse_json
from shared.vocabulary import DefectKind, Language


class Later:
    """Background work that is done when the test says so."""

    def __init__(self) -> None:
        self.jobs: list[Callable[[], None]] = []

    def run(self, work: Any, done: Any, failed: Any) -> None:
        """See mobile.models.background."""
        self.jobs.append(lambda: AtOnce().run(work, done, failed))

    def finish(self) -> None:
        """All of it."""
        jobs, self.jobs = self.jobs, []
        for job in jobs:
            job()


class Fallen:
    """An outbox on a full phone."""

    def __init__(self) -> None:
        self.full = True
        self.put_items: list[NewItem] = []

    def put(self, item: NewItem) -> None:
        """Refuse while it is full."""
        if self.full:
            raise StoreFull()
        self.put_items.append(item)


@pytest.fixture
def core(tmp_path: Path) -> Core:
    """A driver's phone."""
    return crew_core(tmp_path)


def model(core: Core, background: Any = None) -> Defect:
    """The tab, open, in English."""
    made = Defect(core.equipment, core.outbox, background or AtOnce(), Words(Language.EN))
    made.open()
    return made


def take(defect: Defect) -> None:
    """One photo, arrived."""
    defect.shoot()
    defect.tick()


def report_of(item: NewItem) -> DefectReport:
    """What was signed."""
    return decode(DefectReport, parse_json(item.manifest))


def put(core: Core) -> list[NewItem]:
    """What was kept."""
    items: list[NewItem] = core.equipment.outbox.put_items  # type: ignore[attr-defined]
    return items


def test_two_touches_report_a_defect(core: Core) -> None:
    """Photo, save: with place, time and clock, in the name of whoever is signed in."""
    defect = model(core)
    take(defect)
    defect.save()
    (item,) = put(core)
    report = report_of(item)
    assert (ItemKind.DEFECT, USER.id, "Defect") == (item.kind, item.owner_id, item.about.line)
    assert (item.id, NOW, None, "") == (report.id, report.captured_at, report.kind_guess, report.note)
    assert 6 == len(report.fixes)
    assert report.clock is not None
    assert item.signature


@pytest.mark.parametrize(
    ("minutes_ago", "says"),
    [(5, "Pothole: too dark: photograph again with light"), (20, "")],
    ids=["still there", "driven on"],
)
def test_a_photo_that_says_nothing_is_asked_for_again(core: Core, minutes_ago: float, says: str) -> None:
    """While its reporter still stands beside the fault; later the line would only stand in the way."""
    dark = item(
        3, ItemState.STORED, "Pothole", minutes_ago, kind=ItemKind.DEFECT, answer=DARK, about=About("Pothole")
    )
    defect = Defect(core.equipment, ExampleOutbox((dark,)), AtOnce(), Words(Language.EN))
    defect.open()
    assert says == defect.view.saved


def test_the_next_one_may_be_taken_while_the_last_is_prepared(core: Core) -> None:
    """Nothing waits; both are kept."""
    background = Later()
    defect = model(core, background)
    for _defect in range(2):
        take(defect)
        defect.save()
        assert defect.view.aiming
        assert defect.view.may_shoot
    assert "saving…" == defect.view.saved
    background.finish()
    assert 2 == len(put(core))
    assert "saved on this phone · 2 wait" == defect.view.saved


def test_guess_note_and_photos_belong_to_one_defect_only(tmp_path: Path) -> None:
    """The second has none of the first."""
    core = crew_core(tmp_path, heading=Heading(350.0))
    defect = model(core)
    take(defect)
    defect.more()
    take(defect)
    defect.choose(DefectKind.POTHOLE.value)
    defect.write("by the gate ")
    defect.save()
    take(defect)
    defect.save()
    first, second = (report_of(item) for item in put(core))
    assert (2, DefectKind.POTHOLE, "by the gate", 350.0) == (
        len(first.photos),
        first.kind_guess,
        first.note,
        first.heading_deg,
    )
    assert (1, None, "") == (len(second.photos), second.kind_guess, second.note)
    assert "Pothole · by the gate" == put(core)[0].about.line


def test_a_guess_is_taken_back_by_the_same_touch(core: Core) -> None:
    """Not sure is an answer."""
    defect = model(core)
    take(defect)
    defect.choose(DefectKind.OTHER.value)
    assert [True] == [kind.chosen for kind in defect.view.kinds if kind.value == DefectKind.OTHER.value]
    defect.choose(DefectKind.OTHER.value)
    assert not any(kind.chosen for kind in defect.view.kinds)


def test_photos_leave_without_the_camera_s_own_data(tmp_path: Path) -> None:
    """Neither place nor maker: the location is the receiver's."""
    core = crew_core(tmp_path)
    defect = model(core)
    take(defect)
    defect.save()
    (photo,) = put(core)[0].photos
    with Image.open(io.BytesIO(photo)) as image:
        assert not image.getexif()
        assert max(image.size) <= 1280


def test_a_defect_without_a_place_is_left_to_the_dispatcher(tmp_path: Path) -> None:
    """Said before and not invented after."""
    core = crew_core(tmp_path, at=None)
    defect = model(core)
    assert "no place yet: a dispatcher will put it on the map" == defect.view.place
    take(defect)
    defect.save()
    assert () == report_of(put(core)[0]).fixes


def test_no_direction_has_its_reason_and_none_is_invented(tmp_path: Path) -> None:
    """Iron near by: a wrong direction would be worse than none."""
    core = crew_core(tmp_path, heading=Heading(why=Silence.DISTURBED))
    defect = model(core)
    assert "direction unknown: move the phone in an eight, away from iron" in defect.view.place
    take(defect)
    defect.save()
    assert report_of(put(core)[0]).heading_deg is None


def test_the_place_is_said_in_words(tmp_path: Path) -> None:
    """And where the camera looks, if there is a compass."""
    defect = model(crew_core(tmp_path, heading=Heading(92.0)))
    assert "place known to ± 5 m · the camera looks east" == defect.view.place.replace(
        "\N{NO-BREAK SPACE}", " "
    )


def test_an_old_fix_is_no_place(core: Core) -> None:
    """A minute later the device may be anywhere."""
    defect = model(core)
    core.equipment.devices.boot_clock.ms += 60_000  # type: ignore[attr-defined]
    assert "no place yet: a dispatcher will put it on the map" == defect.view.place


def test_no_more_photos_than_the_server_takes(core: Core) -> None:
    """Then only saving is left."""
    defect = model(core)
    for _photo in range(PHOTOS_MOST + 3):
        defect.more()
        take(defect)
    assert PHOTOS_MOST == len(defect.view.photos)
    assert "" == defect.view.more


def test_a_discarded_last_photo_leads_back_to_the_camera(core: Core) -> None:
    """There is nothing to describe."""
    defect = model(core)
    take(defect)
    defect.discard(0)
    assert defect.view.aiming
    defect.save()
    assert [] == put(core)


def test_photos_wait_while_the_screen_is_left(core: Core) -> None:
    """A call, the lock, another tab."""
    defect = model(core)
    take(defect)
    defect.close()
    assert not core.equipment.devices.camera.is_open  # type: ignore[attr-defined]
    defect.open()
    assert 1 == len(defect.view.photos)


def receive(core: Core, seconds: int) -> None:
    """Time passes, and the receiver says once a second how far east the truck has come since the photo."""
    time, location = core.equipment.time.boot, core.equipment.devices.location
    for _second in range(seconds):
        time.ms += 1000  # type: ignore[attr-defined]
        ms = time.boot_ms()
        location.add(  # type: ignore[attr-defined]
            Fix(lat=54.87, lon=69.15, accuracy_m=6.0, taken_at=NOW + timedelta(milliseconds=ms), boot_ms=ms)
        )


@pytest.mark.parametrize("leaves", [False, True], ids=["stays on the tab", "leaves and comes back"])
def test_the_fixes_are_those_around_the_photo_however_late_it_is_saved(core: Core, leaves: bool) -> None:
    """A note was typed on the way, for longer than the receiver remembers."""
    defect = model(core)
    take(defect)
    if leaves:
        defect.close()
    receive(core, FIXES_KEPT + 90) if leaves else [(receive(core, 1), defect.tick()) for _s in range(690)]
    defect.open()
    defect.save()
    report = report_of(put(core)[0])
    shot_ms = report.photos[0].boot_ms
    assert shot_ms is not None
    apart = [(fix.boot_ms or 0) - shot_ms for fix in report.fixes]
    assert (-6000, 0 if leaves else 10_000) == (min(apart), max([0, *apart]))
    assert sorted(apart) == apart


def test_photos_minutes_apart_have_their_own_fixes_each(core: Core) -> None:
    """As many as the server takes, the nearest in time to a photo first."""
    defect = model(core)
    for _photo in range(4):
        defect.more()
        take(defect)
        for _second in range(240):
            receive(core, 1)
            defect.tick()
    defect.save()
    report = report_of(put(core)[0])
    assert FIXES_MOST >= len(report.fixes)
    for photo in report.photos:
        near = [fix for fix in report.fixes if abs((fix.boot_ms or 0) - (photo.boot_ms or 0)) <= 3000]
        assert len(near) >= 4


def test_a_full_phone_loses_no_photo(tmp_path: Path) -> None:
    """It says so, and saves once there is room."""
    core = crew_core(tmp_path)
    fallen = Fallen()
    core = replace(core, equipment=replace(core.equipment, outbox=fallen))
    defect = model(core)
    take(defect)
    defect.save()
    assert defect.view.error
    assert "Save again" == defect.view.again
    fallen.full = False
    defect.save_again()
    assert 1 == len(fallen.put_items)
    assert ("", "") == (defect.view.error, defect.view.again)


def test_nobody_signed_in_is_said(core: Core) -> None:
    """A report without an owner would never be sent."""
    defect = model(replace(core, equipment=replace(core.equipment, owner_id=lambda: None)))
    take(defect)
    defect.save()
    assert "Nobody is signed in on this phone: sign in, then save again." == defect.view.error


def test_without_a_camera_the_button_rests(tmp_path: Path) -> None:
    """And the screen says what to do instead."""
    defect = model(crew_core(tmp_path, no_camera=True))
    assert "This device has no camera: report by another one, or call the dispatcher." == defect.view.trouble
    assert not defect.view.may_shoot
    defect.shoot()
    defect.tick()
    assert defect.view.aiming


def test_a_forbidden_location_is_said(core: Core) -> None:
    """With the way to the settings."""
    core.equipment.devices.location.trouble = Trouble.NOT_ALLOWED  # type: ignore[misc]
    assert model(core).view.place.startswith("The app may not use the location")


def test_a_pile_of_snow_is_sized_up_and_nothing_else_is(core: Core) -> None:
    """Sizes appear with the pile; another guess takes the size away."""
    defect = model(core)
    take(defect)
    assert () == defect.view.sizes
    defect.choose(DefectKind.SNOW_PILE.value)
    assert ["3 m³", "10 m³"] == [
        each.word.replace("\N{NO-BREAK SPACE}", " ") for each in defect.view.sizes[:2]
    ]
    defect.size("25")
    assert ["25"] == [each.value for each in defect.view.sizes if each.chosen]
    defect.save()
    take(defect)
    defect.choose(DefectKind.SNOW_PILE.value)
    defect.size("60")
    defect.choose(DefectKind.POTHOLE.value)
    defect.save()
    pile, hole = (report_of(item) for item in put(core))
    assert ((DefectKind.SNOW_PILE, 25), (DefectKind.POTHOLE, None)) == (
        (pile.kind_guess, pile.volume_m3),
        (hole.kind_guess, hole.volume_m3),
    )
    assert "Snow pile · 25 m³" == put(core)[0].about.line
