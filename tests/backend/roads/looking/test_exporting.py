"""Labels as data to learn from: the latest word, blurred views, masks only where somebody vouches for the outlines."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from flask import Flask
from PIL import Image

from backend.database import transaction
from backend.roads.looking.exporting import export_labels
from backend.roads.looking.holding import views_owner
from backend.roads.looking.masks import CRACK, LANE, POTHOLE, mask_from, shares_of
from backend.uploads import evidence
from shared.vocabulary import DefectKind
from tests.backend.roads.looking.test_labels import say
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.fakes import SQUARE, road_photo
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


def report(crew: Phone, clock: Clock, shot: int) -> str:
    """The address of a report of a pothole."""
    draft = defect_draft(crew, clock(), photos=[road_photo(DefectKind.POTHOLE, shot=shot)])
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
    assert [[0, POTHOLE], [0, LANE]] == values
    assert (96, 96, 3) == pixels(tmp_path / "images" / f"{ids[0]}_0.webp").shape
    assert {row["model"] for row in rows.values()} == {"fake-1"}


def test_right_outlines_of_a_corrected_kind_are_painted_as_the_person_named_them(
    app: Flask, crew: Phone, dispatcher: Phone, clock: Clock, tmp_path: Path
) -> None:
    """The model's pothole is a net of cracks in the mask; outlines that are wrong give none."""
    right, wrong = (report(crew, clock, shot) for shot in range(2))
    say(dispatcher, right, fault=True, kind="crack_network", outlines_right=True)
    say(dispatcher, wrong, fault=True, kind="crack_network", outlines_right=False)
    rows = {f"/defects/{row['id'].split('_')[0]}": row for row in exported(app, tmp_path)}
    assert [0, CRACK] == np.unique(pixels(tmp_path / "masks" / rows[right]["mask"])).tolist()
    assert ("", "no") == (rows[wrong]["mask"], rows[wrong]["outlines_right"])


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


def test_potholes_are_painted_over_cracks(database_url: str) -> None:
    """And what is neither is not painted at all."""
    finding = {"road": [((0, 0), (1, 0), (1, 1), (0, 1))]}
    left = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    outlines = [
        {"kind": "pothole", "ring": SQUARE},
        {"kind": "crack_network", "ring": left},
        {"kind": "other", "ring": ((0.9, 0.9), (1, 0.9), (1, 1))},
    ]
    mask = mask_from(finding, (80, 40), outlines)
    values = np.asarray(mask)
    assert (CRACK, POTHOLE, POTHOLE, LANE) == (values[2, 2], values[20, 30], values[20, 50], values[38, 78])
    assert shares_of(mask)[2] == 1
