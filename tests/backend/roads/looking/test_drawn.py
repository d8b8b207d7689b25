"""Outlines that a person draws: said with a word, shown in the place of the model's, followed by the case, exported as masks."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from backend.database import transaction
from backend.ledger.service import entries_after
from backend.roads.evaluation.photos import check_photos, read_folder
from backend.roads.looking.exporting import export_labels
from backend.roads.looking.masks import CRACK, LANE, POTHOLE
from backend.roads.models import Defect
from shared.vocabulary import CannotAssess, DefectKind, Role, Severity
from tests.backend.roads.looking.test_labels import say
from tests.bad_input import refusal
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.fakes import SQUARE, road_photo
from tests.phone import Phone

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOLE = [[0.3, 0.6], [0.5, 0.6], [0.5, 0.8], [0.3, 0.8]]
BAND = [[0.2, 0.7], [0.8, 0.7], [0.8, 0.71], [0.2, 0.71]]


def drawing(kind: str = "pothole", ring: Any = HOLE, photo: int = 0) -> list[dict[str, Any]]:
    """One fault drawn on one photo."""
    return [{"photo": photo, "faults": [{"kind": kind, "ring": ring}]}]


def report(crew: Phone, clock: Clock, *photos: bytes) -> str:
    """The address of a report of these photos; of a cracked road where none is given."""
    shown = list(photos) or [road_photo(DefectKind.CRACK_LONGITUDINAL, Severity.LOW)]
    draft = defect_draft(crew, clock(), photos=shown, kind_guess=None)
    assert 200 == draft.send(crew).status_code
    clock.advance(minutes=1)
    return f"/defects/{draft.id}"


@pytest.fixture
def path(crew: Phone, clock: Clock) -> str:
    """The address of a report that the model takes for a slight crack."""
    return report(crew, clock)


def photos(phone: Phone, path: str) -> list[dict[str, Any]]:
    """What the API says of each photo."""
    return list(phone.get(f"{path}/photos").json["items"])


def exported(app: Flask, folder: Path) -> dict[str, dict[str, str]]:
    """Rows of labels.csv by report and photo."""
    with app.app_context():
        export_labels(folder)
    rows = csv.DictReader((folder / "labels.csv").read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in rows}


@on_sqlite
def test_what_is_drawn_is_shown_in_the_place_of_what_the_model_saw(path: str, dispatcher: Phone) -> None:
    """The kind follows what was drawn; the answer says whose outlines these are; the view has the new ring."""
    assert (None, None) == tuple(photos(dispatcher, path)[0][name] for name in ("drawn_by", "drawn_at"))
    answer = say(dispatcher, path, fault=True, outlines=drawing())
    assert (200, "pothole", "crack_longitudinal") == (
        answer.status_code,
        answer.json["kind"],
        answer.json["model_kind"],
    )
    assert HOLE == answer.json["outlines"][0]["faults"][0]["ring"]
    [photo] = photos(dispatcher, path)
    assert (dispatcher.tokens["user"]["id"], answer.json["said_at"]) == (photo["drawn_by"], photo["drawn_at"])
    [outline] = photo["outlines"]
    assert ("pothole", HOLE, None) == (outline["kind"], outline["ring"], outline["confidence"])
    view = np.asarray(Image.open(io.BytesIO(dispatcher.get(f"{path}/photos/0?outlines=1").data)))
    assert view[72, 29, 0] > 180 > 90 > view[72, 29, 2]
    assert "crack_longitudinal" not in json.dumps(photo["outlines"])


@on_sqlite
def test_the_case_follows_what_was_drawn(path: str, dispatcher: Phone) -> None:
    """Its kind is the drawn one's, its severity too, unless the person says another."""
    say(dispatcher, path, fault=True, outlines=drawing())
    case = dispatcher.get(f"/cases/{dispatcher.get(path).json['case_id']}").json
    assert ("pothole", "medium", "confirmed") == (case["kind"], case["severity"], case["state"])
    say(dispatcher, path, fault=True, severity="high", outlines=drawing())
    assert "high" == dispatcher.get(f"/cases/{case['id']}").json["severity"]


def test_the_same_drawing_twice_is_said_once(path: str, dispatcher: Phone) -> None:
    """Closed or open, the ring is the same; another one, or none, under the id is a conflict."""
    address = f"{path}/labels/{uuid4()}"
    first = dispatcher.put(address, json={"fault": True, "outlines": drawing()})
    again = dispatcher.put(address, json={"fault": True, "outlines": drawing(ring=[*HOLE, HOLE[0]])})
    assert (200, first.json) == (again.status_code, again.json)
    assert 1 == len(dispatcher.get(f"{path}/labels").json["items"])
    for other in (None, drawing(ring=BAND), drawing("crack_network"), [{"photo": 0, "faults": []}]):
        answer = dispatcher.put(address, json={"fault": True, "outlines": other})
        assert [] == refusal(answer, 409, says="other content")


@on_sqlite
def test_where_no_model_named_a_kind_the_drawing_does(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """A fault that the model missed becomes a case; of several the worst names it."""
    path = report(crew, clock, road_photo(None))
    faults = [*drawing("crack_transverse", BAND)[0]["faults"], *drawing()[0]["faults"]]
    answer = say(dispatcher, path, fault=True, outlines=[{"photo": 0, "faults": faults}])
    assert (200, "pothole") == (answer.status_code, answer.json["kind"])
    assert dispatcher.get(path).json["case_id"] is not None
    nameless = report(crew, clock, road_photo(None, shot=2))
    answer = say(dispatcher, nameless, fault=True, outlines=[{"photo": 0, "faults": []}])
    assert [] == refusal(answer, 422, "kind", says="which fault")


def test_the_newest_drawing_of_each_photo_stands_whoever_drew_it(
    crew: Phone, dispatcher: Phone, staff: Any, clock: Clock
) -> None:
    """Two people draw; a later word without outlines, also «no fault», leaves both as they are."""
    path = report(crew, clock, road_photo(DefectKind.POTHOLE), road_photo(DefectKind.POTHOLE, shot=1))
    other = staff(Role.DISPATCHER)
    say(dispatcher, path, fault=True, outlines=drawing())
    clock.advance(minutes=1)
    say(other, path, fault=True, outlines=drawing("crack_network", SQUARE, photo=1))
    clock.advance(minutes=1)
    say(other, path, fault=True, outlines=drawing("crack_transverse", BAND))
    for later in ({"fault": True, "kind": "pothole"}, {"fault": False}):
        clock.advance(minutes=1)
        say(dispatcher, path, **later)
        first, second = photos(dispatcher, path)
        assert [("crack_transverse", other.tokens["user"]["id"])] * 1 == [
            (each["kind"], first["drawn_by"]) for each in first["outlines"]
        ]
        assert ["crack_network"] == [each["kind"] for each in second["outlines"]]
    assert 5 == len(dispatcher.get(f"{path}/labels").json["items"])


@on_sqlite
@pytest.mark.parametrize(
    ("outlines", "field", "says"),
    [
        (drawing(ring=HOLE[:2]), "outlines[0].faults[0].ring", "3 to 300 different points, had 2"),
        (
            drawing(ring=[HOLE[0], HOLE[2], HOLE[1], HOLE[3]]),
            "outlines[0].faults[0].ring",
            "crosses or touches",
        ),
        (drawing(ring=[*HOLE[:3], [0.3, 1.01]]), "outlines[0].faults[0].ring", "put it inside the photo"),
        (drawing(ring=[[0.001 * at, 0.5] for at in range(302)]), "outlines[0].faults[0].ring", "had 302"),
        (drawing("snow_pile"), "outlines[0].faults[0].kind", "must be one of: pothole"),
        (drawing("puddle"), "outlines[0].faults[0].kind", "must be one of: pothole"),
        ([{"photo": 0, "faults": drawing()[0]["faults"] * 25}], "outlines[0].faults", "at most 24"),
        (drawing(photo=1), "outlines[0].photo", "from 0 to 0, was 1"),
        (drawing(photo=-1), "outlines[0].photo", "at least 0"),
        (drawing() * 2, "outlines[1].photo", "stands twice, was 0"),
        ([], "outlines", "1 to 20"),
        ([{"photo": 0}], "outlines[0].faults", "is missing"),
    ],
)
def test_a_drawing_that_cannot_be_is_refused_by_its_field(
    path: str, dispatcher: Phone, outlines: Any, field: str, says: str
) -> None:
    """Nothing of the word is kept."""
    assert [] == refusal(say(dispatcher, path, fault=True, outlines=outlines), 422, field, says=says)
    assert [] == dispatcher.get(f"{path}/labels").json["items"]
    assert photos(dispatcher, path)[0]["drawn_by"] is None


@on_sqlite
def test_what_is_wrong_is_said_in_the_reader_s_language(path: str, dispatcher: Phone) -> None:
    """Russian and Kazakh."""
    body = {"fault": True, "outlines": drawing(ring=HOLE[:2])}
    for language, says in (("ru", "было 2"), ("kk", "болғаны 2")):
        headers = {"Accept-Language": language}
        answer = dispatcher.put(f"{path}/labels/{uuid4()}", json=body, headers=headers)
        assert says in " ".join(answer.json["errors"]["outlines[0].faults[0].ring"])


@on_sqlite
def test_no_fault_has_no_outlines(path: str, dispatcher: Phone) -> None:
    """One of the two is wrong."""
    answer = say(dispatcher, path, fault=False, outlines=drawing())
    assert [] == refusal(answer, 422, "outlines", says="fault must be true")


@on_sqlite
def test_a_photo_that_nobody_can_see_is_not_drawn_on(
    asleep: None, app: Flask, crew: Phone, dispatcher: Phone, clock: Clock
) -> None:
    """Before it was looked at and blurred."""
    path = report(crew, clock)
    answer = say(dispatcher, path, fault=True, kind="pothole", outlines=drawing())
    assert [] == refusal(answer, 409, says="not blurred yet", slug="not-blurred")


@on_sqlite
def test_a_request_that_nobody_let_in_is_not_drawn_on(app: Flask, path: str, dispatcher: Phone) -> None:
    """It may be refused, and leaves nothing to learn from then."""
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Defect).values(held=True))
    assert [] == refusal(say(dispatcher, path, fault=True, outlines=drawing()), 409, says="decide on it")


@on_sqlite
def test_only_who_may_confirm_may_draw(path: str, crew: Phone, staff: Any, other_district_id: UUID) -> None:
    """Neither the reporter nor another district."""
    assert 403 == say(crew, path, fault=True, outlines=drawing()).status_code
    stranger = staff(Role.DISPATCHER, districts=[other_district_id])
    assert 404 == say(stranger, path, fault=True, outlines=drawing()).status_code


@on_sqlite
def test_the_ledger_counts_what_was_drawn_and_has_no_corner(path: str, app: Flask, dispatcher: Phone) -> None:
    """Who drew how much on how many photos."""
    say(dispatcher, path, fault=True, outlines=[{"photo": 0, "faults": drawing()[0]["faults"] * 2}])
    with app.app_context(), transaction(read_only=True):
        [entry] = [each for each in entries_after(0, limit=1000) if each.kind == "defect.confirmed"]
    facts = json.loads(entry.content)["facts"]
    assert (1, 2) == (facts["photos_drawn"], facts["outlines_drawn"])
    assert "0.3" not in entry.content


@on_sqlite
def test_a_drawing_is_the_truth_that_is_exported(
    app: Flask, path: str, dispatcher: Phone, tmp_path: Path
) -> None:
    """Pothole and traced crack, the lane clean round them, in the form that training reads."""
    faults = [*drawing()[0]["faults"], *drawing("crack_transverse", BAND)[0]["faults"]]
    say(dispatcher, path, fault=True, outlines=[{"photo": 0, "faults": faults}])
    [row] = exported(app, tmp_path).values()
    assert ("yes", "pothole", "yes") == (row["fault"], row["kind"], row["drawn"])
    learnt = read_folder(tmp_path)
    check_photos(learnt, tmp_path)
    with Image.open(tmp_path / "masks" / row["mask"]) as mask:
        values = np.asarray(mask)
    assert {POTHOLE} == set(values[59:75, 30:47].flat)
    assert CRACK == values[68, 70]
    assert LANE == values[90, 10]
    assert row["pothole_frac"] == f"{(values == POTHOLE).mean():.5f}"
    assert {POTHOLE, CRACK, LANE} < set(learnt[0].mask().flat)


@on_sqlite
def test_a_drawing_called_wrong_teaches_nothing_until_somebody_calls_it_right(
    app: Flask, path: str, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """«No fault» makes the lane clean; whoever takes that back finds the drawing again."""
    say(dispatcher, path, fault=True, outlines_right=False, outlines=drawing())
    learnt = [exported(app, tmp_path)]
    later = (
        {"fault": True, "outlines_right": False},
        {"fault": True, "outlines_right": True},
        {"fault": False},
    )
    for word in (*later, {"fault": True, "kind": "pothole"}):
        clock.advance(minutes=1)
        say(dispatcher, path, **word)
        learnt.append(exported(app, tmp_path))
    rows = [next(iter(each.values())) for each in learnt]
    assert [True, False, True, True, True] == [bool(row["mask"]) for row in rows]
    assert [True, False, True, False, True] == [float(row["pothole_frac"]) > 0 for row in rows]


@on_sqlite
def test_a_photo_that_the_model_could_not_assess_may_be_drawn_on_and_gives_no_mask(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """Nobody knows where its lane is."""
    path = report(crew, clock, road_photo(CannotAssess.BLURRED))
    assert 200 == say(dispatcher, path, fault=True, outlines=drawing()).status_code
    assert ["pothole"] == [each["kind"] for each in photos(dispatcher, path)[0]["outlines"]]
    [row] = exported(app, tmp_path).values()
    assert ("", "yes") == (row["mask"], row["drawn"])
