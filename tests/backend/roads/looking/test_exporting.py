"""Labels as data to learn from: the latest word, blurred views, masks only where somebody vouches for the outlines."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from backend.database import transaction
from backend.roads.looking.exporting import export_labels
from backend.roads.looking.holding import views_owner
from backend.roads.looking.masks import CRACK, LANE, POTHOLE
from backend.roads.looking.models import DefectPhoto
from backend.roads.models import Defect
from backend.uploads import evidence
from shared.vocabulary import DefectKind
from tests.backend.roads.looking.test_labels import say
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.fakes import pixels_of, road_photo
from tests.phone import Phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def exported(app: Flask, folder: Path) -> list[dict[str, str]]:
    """The rows of labels.csv."""
    with app.app_context():
        export_labels(folder)
    return list(csv.DictReader((folder / "labels.csv").read_text(encoding="utf-8").splitlines()))


def pixels(path: Path) -> np.ndarray:
    """A picture's values."""
    with Image.open(path) as opened:
        return np.asarray(opened)


def report(crew: Phone, clock: Clock, shot: int, kind: DefectKind = DefectKind.POTHOLE) -> str:
    """The address of a report of a pothole, or of something else."""
    draft = defect_draft(crew, clock(), photos=[road_photo(kind, shot=shot)])
    draft.send(crew)
    clock.advance(minutes=1)
    return f"/defects/{draft.id}"


def test_the_latest_word_is_exported_with_its_mask(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """Right outlines give a mask, «no fault» gives clean pavement, a mere kind gives a row alone."""
    right, none, kind_only, _unsaid = (report(crew, clock, shot) for shot in range(4))
    say(dispatcher, right, fault=False)
    clock.advance(minutes=1)
    say(dispatcher, right, fault=True, outlines_right=True)
    say(dispatcher, none, fault=False)
    say(dispatcher, kind_only, fault=True, kind="crack_network")
    rows = {row["id"].split("_")[0]: row for row in exported(app, tmp_path)}
    ids = [path.rsplit("/", 1)[1] for path in (right, none, kind_only)]
    assert set(ids) == set(rows)
    assert [("yes", "pothole"), ("no", ""), ("yes", "crack_network")] == [
        (rows[each]["fault"], rows[each]["kind"]) for each in ids
    ]
    masks = [rows[each]["mask"] for each in ids]
    assert [True, True, False] == [bool(mask) for mask in masks]
    values = [np.unique(pixels(tmp_path / "masks" / mask)).tolist() for mask in masks[:2]]
    assert [[0, LANE, POTHOLE], [0, LANE]] == values
    assert (96, 96, 3) == pixels(tmp_path / "images" / f"{ids[0]}_0.webp").shape
    assert {row["model"] for row in rows.values()} == {"fake-1"}


def test_the_mask_is_what_the_eye_saw_and_not_its_outline(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """A crack's own line, twice as large as the map that was kept, whichever kind of crack a person calls it."""
    path = report(crew, clock, 0, DefectKind.CRACK_NETWORK)
    say(dispatcher, path, fault=True, kind="crack_longitudinal", outlines_right=True)
    (row,) = exported(app, tmp_path)
    mask = pixels(tmp_path / "masks" / row["mask"])
    line = pixels_of(DefectKind.CRACK_LONGITUDINAL, (48, 48)).crack.repeat(2, 0).repeat(2, 1)
    assert np.array_equal(mask == CRACK, line)
    assert [0, LANE, CRACK] == np.unique(mask).tolist()
    assert row["crack_frac"] == f"{line.mean():.5f}"


def test_outlines_that_are_wrong_or_of_another_thing_give_no_mask(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """A pothole's disc is no crack: who calls it one has told its kind, not its pixels."""
    called_cracks, wrong = (report(crew, clock, shot) for shot in range(2))
    say(dispatcher, called_cracks, fault=True, kind="crack_network", outlines_right=True)
    say(dispatcher, wrong, fault=True, outlines_right=False)
    rows = {f"/defects/{row['id'].split('_')[0]}": row for row in exported(app, tmp_path)}
    assert ("", "yes", "crack_network") == tuple(
        rows[called_cracks][name] for name in ("mask", "outlines_right", "kind")
    )
    assert ("", "no") == (rows[wrong]["mask"], rows[wrong]["outlines_right"])


def test_a_photo_whose_pixels_nobody_kept_gives_no_mask(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """Rows of before, and eyes that tell outlines alone: no hull is taught."""
    right, none = (report(crew, clock, shot) for shot in range(2))
    say(dispatcher, right, fault=True, outlines_right=True)
    say(dispatcher, none, fault=False)
    with app.app_context(), transaction() as session:
        session.execute(sa.update(DefectPhoto).values(pixels=None))
    assert [("no", ""), ("yes", "")] == sorted((row["fault"], row["mask"]) for row in exported(app, tmp_path))


def test_who_spoke_before_the_eye_looked_vouches_for_no_pixel(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """Nobody had seen an outline when it was called right."""
    path = report(crew, clock, 0)
    say(dispatcher, path, fault=True, outlines_right=True)
    with app.app_context(), transaction() as session:
        session.execute(sa.update(Defect).values(looked_at=clock() + timedelta(minutes=1)))
    assert [""] == [row["mask"] for row in exported(app, tmp_path)]


def test_a_photo_of_a_fault_without_an_outline_is_not_called_clean(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """Of a report's two photos only the outlined one gets a mask."""
    draft = defect_draft(crew, clock(), photos=[road_photo(DefectKind.POTHOLE), road_photo(None, shot=1)])
    draft.send(crew)
    say(dispatcher, f"/defects/{draft.id}", fault=True, outlines_right=True)
    assert [True, False] == [bool(row["mask"]) for row in exported(app, tmp_path)]


def test_a_view_whose_time_is_over_is_counted_and_left_out(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """Nothing fails."""
    path = report(crew, clock, 0)
    say(dispatcher, path, fault=True)
    with app.app_context():
        with transaction():
            evidence.erase([views_owner(UUID(path.rsplit("/", 1)[1]))])
        assert (0, 0, 1) == tuple(
            getattr(export_labels(tmp_path), name) for name in ("photos", "masks", "gone")
        )
