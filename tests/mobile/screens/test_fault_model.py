"""A fault's screen without a screen: begun, photographed, kept; what is seen of it, and what when nothing works."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from mobile.keeping.disk import StoreFull
from mobile.models.fault import Fault
from mobile.models.fault_list import fault_rows, repaired_count
from mobile.models.proof_place import too_far_m
from mobile.models.task import Task
from mobile.models.words import Words
from mobile.outbox.ladder import ItemKind, NewItem
from mobile.shots.example_core import AtOnce, ExampleTasks, no_photo
from mobile.shots.example_crew import crew_core
from mobile.shots.example_faults import FAULTS, HATCH, NET, POTHOLE, REPAIR, checked, photo, repairing
from mobile.shots.examples import HERE, NOW
from mobile.sync.overlay import LocalFault
from shared.contracts import DefectReport, Fix, decode, parse_json
from shared.vocabulary import CaseState, Language, ProofCheck
from tests.mobile.screens.test_defect_model import Later


class Moves:
    """Keeps what is asked of the outbox."""

    def __init__(self, tasks: ExampleTasks) -> None:
        self.tasks = tasks
        self.asked: list[tuple[UUID, CaseState, dict[str, Any]]] = []
        self.full = False

    def __call__(self, fault_id: UUID, to: CaseState, line: str, **repair: Any) -> None:
        """See mobile.models.ports."""
        if self.full:
            raise StoreFull
        self.asked.append((fault_id, to, repair))
        self.tasks.move_fault(fault_id, to, line)


class Kept:
    """An outbox that keeps what it is given."""

    def __init__(self) -> None:
        self.items: list[NewItem] = []

    def put(self, item: NewItem) -> None:
        """See mobile.capture.reporting."""
        self.items.append(item)


class Scene:
    """The screen of one fault, open, in English."""

    def __init__(self, tmp_path: Path, fault_id: UUID, *faults: LocalFault, **options: Any) -> None:
        self.tasks = repairing(*faults)
        self.moves = Moves(self.tasks)
        self.kept = Kept()
        core = crew_core(tmp_path, tasks=self.tasks, **options)
        self.model = Fault(
            self.tasks,
            self.moves,
            options.get("fault_photo", photo),
            replace(core.equipment, outbox=self.kept),
            AtOnce(),
            Words(Language.EN),
            now=lambda: NOW,
        )
        self.model.show(str(fault_id))
        self.model.open()

    def take(self) -> None:
        """One photo, arrived."""
        self.model.go()
        self.model.tick()

    @property
    def reports(self) -> list[DefectReport]:
        """What was put into the outbox."""
        return [decode(DefectReport, parse_json(each.manifest)) for each in self.kept.items]


def test_a_repair_from_its_begin_to_its_photo(tmp_path: Path) -> None:
    """One touch each; the photo is of the task, and the move names it and when."""
    scene = Scene(tmp_path, POTHOLE)
    assert ("Pothole", "to repair", "Begin the repair") == (
        scene.model.view.title,
        scene.model.view.state,
        scene.model.view.main,
    )
    scene.model.go()
    assert (POTHOLE, CaseState.REPAIRING, {}) == scene.moves.asked[0]
    assert "Repaired: photograph it" == scene.model.view.main
    scene.model.go()
    assert (True, "Take the photo") == (scene.model.view.aiming, scene.model.view.main)
    scene.take()
    assert ("Save: repaired", "One more photo") == (scene.model.view.main, scene.model.view.more)
    scene.model.more()
    scene.take()
    assert 2 == len(scene.model.view.photos)
    scene.model.discard(0)
    scene.model.go()
    (report,) = scene.reports
    assert (REPAIR.id, 1, None) == (report.task_id, len(report.photos), report.kind_guess)
    assert report.fixes
    assert (POTHOLE, CaseState.REPAIRED, {"repaired_at": NOW, "proof_id": report.id}) == scene.moves.asked[1]
    view = scene.model.view
    assert (False, "", "Your last change is saved and will be sent.") == (view.aiming, view.main, view.notice)


@pytest.mark.parametrize(
    ("check", "says", "asks"),
    [
        (ProofCheck.WAITING, "is being looked at", False),
        (ProofCheck.CLEAN, "shows a sound road", False),
        (ProofCheck.FAULTY, "still shows a fault", True),
        (ProofCheck.CANNOT, "Nothing can be seen", True),
        (None, "still missing", True),
    ],
)
def test_another_photo_is_asked_for_where_it_helps(
    tmp_path: Path, check: ProofCheck | None, says: str, asks: bool
) -> None:
    """It goes as a report of the place; the repair itself is not told again."""
    scene = Scene(tmp_path, POTHOLE, checked(check))
    view = scene.model.view
    assert says in view.notice
    assert asks is (view.main == "Another photo of the repair")
    if asks:
        scene.model.go()
        scene.take()
        assert "Save the photo" == scene.model.view.main
        scene.model.go()
        assert (1, []) == (len(scene.reports), scene.moves.asked)


def test_a_full_phone_keeps_the_photos_until_they_are_saved(tmp_path: Path) -> None:
    """Nothing is lost by a refusal: the same touch tries again."""
    scene = Scene(tmp_path, NET)
    scene.model.go()
    scene.take()
    scene.moves.full = True
    scene.model.go()
    assert scene.model.view.error
    assert (1, "Save: repaired") == (len(scene.model.view.photos), scene.model.view.main)
    scene.moves.full = False
    scene.model.go()
    assert ["", CaseState.REPAIRED] == [scene.model.view.error, scene.moves.asked[0][1]]


def test_without_a_camera_the_photo_may_follow(tmp_path: Path) -> None:
    """The repair is told all the same, without a proof."""
    scene = Scene(tmp_path, NET, no_camera=True)
    scene.model.go()
    assert (False, "Repaired, the photo follows") == (scene.model.view.may, scene.model.view.without)
    scene.model.without()
    assert [(NET, CaseState.REPAIRED, {"repaired_at": NOW, "proof_id": None})] == scene.moves.asked


def test_a_second_touch_while_it_is_saved_tells_nothing_twice(tmp_path: Path) -> None:
    """A thick glove touches twice; the disk may be slow."""
    scene = Scene(tmp_path, NET, no_camera=True)
    later = Later()
    scene.model._background = later  # type: ignore[assignment]
    scene.model.go()
    scene.model.without()
    scene.model.without()
    later.finish()
    assert 1 == len(scene.moves.asked)


def test_nothing_is_read_anew_while_nothing_happens(tmp_path: Path) -> None:
    """The screen ticks ten times a second: a battery at -40 degrees has better things to do."""
    scene, told = Scene(tmp_path, POTHOLE), list[None]()
    scene.model.tick()
    scene.model.listen(lambda: told.append(None))
    for _each in range(10):
        scene.model.tick()
    assert [] == told
    scene.model.go()
    scene.model.go()
    told.clear()
    scene.model.tick()
    assert told


def test_a_photo_taken_far_from_the_fault_is_taken_again_there(tmp_path: Path) -> None:
    """The server would refuse it hours later; nothing is saved before the crew has said so."""
    scene = Scene(tmp_path, HATCH)
    scene.model.go()
    scene.take()
    view = scene.model.view
    assert "Photographed 310 m from the fault" in view.notice
    assert ("Photograph it at the fault", "Save it all the same", "") == (view.main, view.without, view.more)
    scene.model.go()
    view = scene.model.view
    assert (True, (), "Take the photo", "") == (view.aiming, view.photos, view.main, view.without)
    assert [] == scene.reports


def test_a_photo_that_the_receiver_takes_for_far_may_be_saved_all_the_same(tmp_path: Path) -> None:
    """Between high walls it errs by more than it says; the server has the last word."""
    scene = Scene(tmp_path, HATCH)
    scene.model.go()
    scene.take()
    scene.model.without()
    assert 1 == len(scene.reports)


def test_without_a_place_nothing_is_said_of_how_far_it_is(tmp_path: Path) -> None:
    """Nobody knows."""
    scene = Scene(tmp_path, HATCH, at=None)
    scene.model.go()
    scene.take()
    assert ("Save the photo", "") == (scene.model.view.main, scene.model.view.without)


@pytest.mark.parametrize(
    ("away_m", "accuracies_m", "far"),
    [
        ((99.0,), (4.0,), False),
        ((120.0,), (25.0,), False),
        ((120.0,), (4.0,), True),
        ((900.0, 60.0), (4.0, 4.0), False),
        ((900.0, 300.0), (4.0, 4.0), True),
        ((900.0,), (400.0,), False),
        ((), (), False),
    ],
)
def test_it_is_too_far_only_where_every_fix_says_so(
    away_m: tuple[float, ...], accuracies_m: tuple[float, ...], far: bool
) -> None:
    """Its own accuracy and the fault's are on the crew's side; a fix that knows nothing says nothing."""
    fault = replace(FAULTS[0].fault, lat=HERE.lat, lon=HERE.lon, accuracy_m=4.0)
    fixes = [
        Fix(
            lat=HERE.lat + away / 111_195,
            lon=HERE.lon,
            accuracy_m=accuracy,
            taken_at=NOW,
            boot_ms=1,
        )
        for away, accuracy in zip(away_m, accuracies_m, strict=True)
    ]
    found = too_far_m(fault, fixes)
    assert (min(away_m) if far else None) == (found if found is None else pytest.approx(found, rel=0.01))


def test_leaving_the_camera_saves_nothing(tmp_path: Path) -> None:
    """Neither a photo nor a word; another fault's screen begins without them."""
    scene = Scene(tmp_path, NET)
    scene.model.go()
    scene.take()
    scene.model.give_up()
    assert ((), "Repaired: photograph it") == (scene.model.view.photos, scene.model.view.main)
    scene.model.go()
    scene.take()
    scene.model.show(str(POTHOLE))
    assert ((), "Begin the repair") == (scene.model.view.photos, scene.model.view.main)
    assert ([], []) == (scene.reports, scene.moves.asked)


def test_what_is_seen_of_a_fault(tmp_path: Path) -> None:
    """How bad, how large, which street, how far and whither, until when; what citizens wrote; how it looked."""
    view = Scene(tmp_path, POTHOLE).model.view
    size, street, way, due = view.facts.split("\n")
    assert ("severe, about 0.7 m²", "улица Интернациональная") == (size, street)
    assert (" m to the east" in way, due.startswith("to be repaired by ")) == (True, True)
    assert (True, "Citizens wrote:") == (view.words.startswith("напротив дома 41"), view.words_label)
    assert (800, 600, "") == (view.photo.width, view.photo.height, view.no_photo) if view.photo else False


def test_without_a_network_the_photo_is_missed_and_nothing_else(tmp_path: Path) -> None:
    """The next opening asks again."""
    asked: list[UUID] = []

    def fetch(fault_id: UUID) -> bytes:
        asked.append(fault_id)
        return no_photo(fault_id)

    scene = Scene(tmp_path, POTHOLE, fault_photo=fetch)
    view = scene.model.view
    assert (None, "Its photo cannot be fetched now.", "Begin the repair") == (
        view.photo,
        view.no_photo,
        view.main,
    )
    scene.model.show(str(POTHOLE))
    assert [POTHOLE, POTHOLE] == asked


def test_a_fault_that_was_taken_away_asks_nothing(tmp_path: Path) -> None:
    """Withdrawn it says so; gone it says that, too."""
    scene = Scene(tmp_path, POTHOLE, replace(FAULTS[0], withdrawn=True))
    scene.model.go()
    assert ("", []) == (scene.model.view.main, scene.moves.asked)
    assert "withdrawn" in scene.model.view.notice
    scene.model.show(str(uuid4()))
    assert "left the phone" in scene.model.view.title


def test_the_task_lists_its_faults_the_nearest_first_and_the_done_last(tmp_path: Path) -> None:
    """Each with what is to be done; a repaired one without a good photo is marked."""
    words = Words(Language.EN)
    rows = fault_rows(FAULTS, HERE, words)
    assert ["Net of cracks", "Crack along", "Pothole", "Other"] == [row.title for row in rows]
    assert ("⚑", "warn") == (rows[-1].icon, rows[-1].colour)
    assert "being repaired · moderate, about 2 m²" == rows[0].facts
    assert rows[0].extra.startswith("it is here, within 15 m")
    assert ["Pothole", "Net of cracks", "Crack along", "Other"] == [
        row.title for row in fault_rows(FAULTS, None, words)
    ]
    assert 1 == repaired_count(FAULTS)
    tasks = repairing()
    core = crew_core(tmp_path, tasks=tasks)
    task = Task(tasks, core.outbox, core.move, words, now=core.now, here=core.here)
    task.show(str(REPAIR.id))
    assert ("Repaired: 1 of 4", 4, True) == (
        task.view.faults_title,
        len(task.view.rows),
        task.view.has_list,
    )


def test_what_the_outbox_says_of_a_repair() -> None:
    """Its kind has words."""
    from mobile.models.outbox import KINDS

    assert set(KINDS) == set(ItemKind)
