"""A picture is known again when it was saved anew; the same place from a step aside is another picture."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from backend.roads.drawn.photos import DrawnFault, drawn_photo
from backend.roads.evaluation.copies import COPIES, cut, saved
from backend.roads.seeing.prints import LIKE_BITS, bands_of, bits_apart, is_copy, misfits, print_of
from shared.vocabulary import DefectKind, Severity

Picture = Image.Image
PLACE = DrawnFault(DefectKind.POTHOLE, Severity.HIGH, seed=11, view=0)


def drawn(view: int = 0) -> Picture:
    """A drawn photo; another view is the same place from a step aside."""
    data = drawn_photo(DrawnFault(PLACE.kind, PLACE.severity, PLACE.seed, view))
    return Image.open(io.BytesIO(data)).convert("RGB")


def printed(picture: Picture) -> bytes:
    """Its print; it has one."""
    found = print_of(np.asarray(picture))
    assert found is not None
    return found


@pytest.mark.parametrize("change", COPIES.values(), ids=list(COPIES))
def test_a_copy_that_was_saved_anew_is_known_again(change: Callable[[Picture], Picture]) -> None:
    """Whatever a messenger does to it, and either of the two may have come first."""
    original, copy = printed(drawn()), printed(change(drawn()))
    assert is_copy(original, copy)
    assert is_copy(copy, original)
    assert bits_apart(bands_of(original), bands_of(copy)) <= LIKE_BITS


def test_the_same_place_from_a_step_aside_is_another_picture() -> None:
    """Who comes by later is a new witness."""
    assert not is_copy(printed(drawn()), printed(drawn(view=1)))


def test_a_picture_of_which_a_third_is_cut_off_is_another() -> None:
    """Laid over each other they would have to move too far."""
    assert not is_copy(printed(drawn()), printed(cut(drawn(), 0.33, 0.0, 0.0, 0.33)))


@pytest.mark.parametrize("grey", [0, 128, 250])
def test_snow_night_or_fog_alone_has_no_print(grey: int) -> None:
    """Light that only fades over the picture is in every photo of a snowed field."""
    fading: NDArray[np.float64] = np.linspace(-40, 40, 480)[:, None] + np.zeros((480, 640))
    noise = np.random.default_rng(5).normal(0, 6, (480, 640))
    field = np.clip(grey + fading + noise, 0, 255).astype(np.uint8)
    assert print_of(np.dstack([field] * 3)) is None


def test_two_with_one_horizon_and_other_detail_are_two() -> None:
    """Sky above and snow below make most of both: what is left must fit too."""
    rng = np.random.default_rng(6)
    prints = []
    for _each in range(2):
        field = np.full((480, 640), 235.0)
        field[240:] = 60.0
        spots = Image.fromarray(rng.normal(0, 9, (48, 64))).resize((640, 480), Image.Resampling.BILINEAR)
        grey = np.clip(field + np.asarray(spots), 0, 255).astype(np.uint8)
        prints.append(printed(Image.fromarray(grey).convert("RGB")))
    misfit, detail_misfit = misfits(*prints)
    assert misfit < 0.05
    assert detail_misfit > 0.02
    assert not is_copy(*prints)


def test_nothing_fits_better_than_itself() -> None:
    """Laid over each other the way back is found."""
    original = printed(drawn())
    misfit, _detail = misfits(original, original)
    assert abs(misfit) < 1e-9
    cut_off = misfits(original, printed(saved(cut(drawn(), 0.0, 0.02, 0.02, 0.0), 90)))
    assert 0 <= cut_off[0] < 0.0018
