"""A photo that was saved anew: no second witness, no proof of a repair, no fault seen again; a person may say that it is another."""

from __future__ import annotations

import io
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from numpy.typing import NDArray
from PIL import Image

from backend.database import transaction
from backend.roads.blurring.blur import Blurred
from backend.roads.drawn.photos import DrawnFault, drawn_photo
from backend.roads.looking import holding, work
from backend.roads.looking.models import PhotoPrint
from shared.geometry import Point
from shared.vocabulary import DefectKind, Severity
from tests.conftest import Clock
from tests.phone import Phone
from tests.roads import CLEAN, beside, cases, move, one, planned, repaired, report, wait

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class NothingToBlur:
    """Finds no face and no plate, and leaves the picture as it is."""

    def blur(self, pixels: NDArray[np.uint8], road: object) -> Blurred:
        return Blurred(pixels=pixels, faces=0, plates=0)


@pytest.fixture(autouse=True)
def sharp_views(app: Flask) -> None:
    """The fake of the house covers whole pictures, so that none would be known again."""
    app.extensions["qala_blurrer"] = NothingToBlur()


def shot(view: int = 0, seed: int = 21) -> bytes:
    """A photo of a place that has something in it; another view is taken a step aside."""
    return drawn_photo(DrawnFault(DefectKind.POTHOLE, Severity.HIGH, seed, view))


def messenger(photo: bytes, width_px: int = 640) -> bytes:
    """The same photo as a messenger hands it on."""
    with Image.open(io.BytesIO(photo)) as opened:
        small = opened.resize((width_px, round(opened.height * width_px / opened.width)))
    buffer = io.BytesIO()
    small.save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


def test_a_photo_saved_anew_is_no_second_witness_and_it_is_said(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """To the phone that sent it and on the case; when the fault was last seen stays what it was."""
    first = report(app, crew, street, clock(), photos=[shot()])
    seen_at = clock().isoformat()
    wait(clock, crew, dispatcher, days=3)
    second = report(app, crew, beside(street, east_m=9), clock(), photos=[messenger(shot())])
    (case,) = cases(dispatcher)
    assert (2, 1, seen_at) == (case["views"], case["witnesses"], case["last_seen_at"])
    told = dispatcher.get(f"/defects/{second}").json
    assert (str(first), True) == (told["same_photo_as"], told["saved_anew"])
    heard = crew.get("/sync").json["defects"]
    assert [str(second)] == [each["id"] for each in heard if "saved anew" in each["summary"]]
    (merge,) = [each for each in one(dispatcher, case["id"])["merges"] if not each["opened"]]
    assert ["copy"] == [each["factor"] for each in merge["evidence"]]
    assert "saved anew" in merge["why"][0]


def test_a_copy_that_was_moved_is_known_from_afar(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A photo of another street proves nothing here."""
    first = report(app, crew, street, clock(), photos=[shot()])
    wait(clock, crew, dispatcher, minutes=5)
    far = report(app, crew, beside(street, north_m=900), clock(), photos=[messenger(shot())])
    assert str(first) == dispatcher.get(f"/defects/{far}").json["same_photo_as"]


def test_who_comes_by_later_is_a_new_witness(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The same place from a step aside, and again days after."""
    report(app, crew, street, clock(), photos=[shot()])
    wait(clock, crew, dispatcher, days=2)
    report(app, crew, street, clock(), photos=[shot(view=1)])
    (case,) = cases(dispatcher)
    assert (2, 2) == (case["views"], case["witnesses"])


def test_a_sound_road_photographed_for_another_repair_proves_none(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """Sent through a messenger, so that its bytes are new."""
    elsewhere = beside(street, north_m=700)
    report(app, crew, elsewhere, clock(), photos=[shot(seed=31)], **CLEAN)
    report(app, crew, street, clock(), photos=[shot()])
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    assert 200 == move(crew, case["id"], "repairing").status_code
    assert 200 == move(crew, case["id"], "repaired", repair=repaired(clock)).status_code
    clock.advance(minutes=5)
    report(app, crew, street, clock(), photos=[messenger(shot(seed=31))], **CLEAN)
    (repair,) = one(dispatcher, case["id"])["repairs"]
    assert repair["proof_check"] != "clean"
    report(app, crew, street, clock(), photos=[shot(seed=41)], **CLEAN)
    (repair,) = one(dispatcher, case["id"])["repairs"]
    assert "clean" == repair["proof_check"]


@pytest.mark.parametrize("as_it_was", [True, False], ids=["byte for byte", "saved anew"])
def test_an_old_photo_of_the_fault_does_not_open_a_closed_case(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock, as_it_was: bool
) -> None:
    """It says nothing of the road since it was taken."""
    report(app, crew, street, clock(), photos=[shot()])
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    assert 200 == move(crew, case["id"], "repairing").status_code
    assert 200 == move(crew, case["id"], "repaired", repair=repaired(clock)).status_code
    clock.advance(minutes=5)
    report(app, crew, street, clock(), photos=[shot(seed=41)], **CLEAN)
    assert 200 == move(dispatcher, case["id"], "closed").status_code
    wait(clock, crew, dispatcher, days=4)
    report(app, crew, street, clock(), photos=[shot() if as_it_was else messenger(shot())])
    assert ("closed", 0) == (one(dispatcher, case["id"])["state"], one(dispatcher, case["id"])["returns"])


def test_a_person_who_takes_a_copy_out_makes_it_a_witness(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """The program may err: what its print was taken for is taken back."""
    report(app, crew, street, clock(), photos=[shot()])
    clock.advance(minutes=5)
    second = report(app, crew, street, clock(), photos=[messenger(shot())])
    (case,) = cases(dispatcher)
    (merge,) = [each for each in one(dispatcher, case["id"])["merges"] if not each["opened"]]
    undone = dispatcher.post(
        f"/cases/{case['id']}/merges/{merge['id']}/undo", json={"reason": "другое место"}
    )
    assert 200 == undone.status_code, undone.text
    told = dispatcher.get(f"/defects/{second}").json
    assert (None, False) == (told["same_photo_as"], told["saved_anew"])
    assert [1, 1] == [each["witnesses"] for each in cases(dispatcher)]


def test_a_copy_that_was_named_as_proof_counts_once_a_person_has_taken_it_out(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A copy says nothing of a repair; what is a witness shows the fault."""
    report(app, crew, street, clock(), photos=[shot(seed=31)])
    (case,) = cases(dispatcher)
    planned(dispatcher, crew, clock, case["id"])
    assert 200 == move(crew, case["id"], "repairing").status_code
    clock.advance(minutes=5)
    aside = beside(street, east_m=60, north_m=60)
    report(app, crew, aside, clock(), photos=[shot()])
    named = report(app, crew, aside, clock(), photos=[messenger(shot())])
    told = repaired(clock, proof_id=str(named))
    assert 200 == move(crew, case["id"], "repaired", repair=told).status_code
    assert "cannot" == one(dispatcher, case["id"])["repairs"][0]["proof_check"]
    (other,) = (each["id"] for each in cases(dispatcher) if each["id"] != case["id"])
    (merge,) = [each for each in one(dispatcher, other)["merges"] if not each["opened"]]
    path = f"/cases/{other}/merges/{merge['id']}/undo"
    assert 200 == dispatcher.post(path, json={"reason": "другое место"}).status_code
    assert "faulty" == one(dispatcher, case["id"])["repairs"][0]["proof_check"]


def test_a_vehicle_that_creeps_on_is_compared_with_witnesses_alone(
    app: Flask, crew: Phone, dispatcher: Phone, street: Point, clock: Clock
) -> None:
    """A copy of a copy names the first."""
    first = report(app, crew, street, clock(), photos=[shot()])
    for number in range(2):
        clock.advance(seconds=2)
        next_one = report(app, crew, street, clock(), photos=[messenger(shot(), 640 - 40 * number)])
        assert str(first) == dispatcher.get(f"/defects/{next_one}").json["same_photo_as"]


def test_a_print_goes_with_the_views(app: Flask, crew: Phone, street: Point, clock: Clock) -> None:
    """When they are hidden, and when their time is over."""

    def prints() -> set[UUID]:
        with transaction(read_only=True) as session:
            return set(session.scalars(sa.select(PhotoPrint.defect_id)))

    first = report(app, crew, street, clock(), photos=[shot()])
    second = report(app, crew, street, clock(), photos=[shot(seed=31)])
    with app.app_context():
        assert {first, second} == prints()
        with transaction():
            holding.hide(first)
        assert {second} == prints()
        clock.advance(days=4_000)
        work.forget_old_prints()
        assert set() == prints()
