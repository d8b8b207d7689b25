"""Everything a photo can be, through the real reading of pictures: a clear answer, and never a lost report."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from shared.vocabulary import CannotAssess
from tests.bad_input import bad_photos, damaged_png, jpeg_photo, refusal
from tests.conftest import Clock
from tests.factories import defect_draft
from tests.phone import Phone

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """A picture as a file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def grey_16_bit() -> bytes:
    """A PNG of 16 bits a pixel."""
    ramp = np.linspace(0, 65535, 96 * 80).reshape(80, 96).astype(np.uint16)
    return encoded(Image.fromarray(ramp), "PNG")


def animated(kind: str) -> bytes:
    """A picture that moves."""
    frames = [Image.new("RGB", (96, 80), (shade, 90, 60)) for shade in (20, 120, 220)]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)


def with_long_text() -> bytes:
    """A PNG that carries a megabyte of text."""
    about = PngImagePlugin.PngInfo()
    about.add_text("about", "x" * 1_000_000, zip=True)
    return encoded(Image.new("RGB", (96, 80)), "PNG", pnginfo=about)


ODD: dict[str, Callable[[], bytes]] = {
    "CMYK": lambda: encoded(Image.new("CMYK", (96, 80), (10, 80, 90, 0)), "JPEG"),
    "16 bit": grey_16_bit,
    "palette with transparency": lambda: encoded(Image.new("P", (96, 80), 3), "PNG", transparency=3),
    "one bit": lambda: encoded(Image.new("1", (96, 80), 1), "PNG"),
    "RGBA": lambda: encoded(Image.new("RGBA", (96, 80), (9, 9, 9, 9)), "WEBP"),
    "animated PNG": lambda: animated("PNG"),
    "animated WebP": lambda: animated("WEBP"),
    "very wide": lambda: encoded(Image.new("RGB", (9000, 64), (90, 90, 90)), "JPEG"),
    "long text": with_long_text,
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_photo_is_looked_at_like_any_other(
    crew: Phone, dispatcher: Phone, clock: Clock, name: str
) -> None:
    """And its view is a plain JPEG of a bounded size."""
    draft = defect_draft(crew, clock(), photos=[ODD[name]()])
    answer = draft.send(crew)
    assert (200, None) == (answer.status_code, answer.json["cannot"]), answer.text
    view = dispatcher.get(f"/defects/{draft.id}/photos/0")
    assert 200 == view.status_code
    with Image.open(io.BytesIO(view.data)) as shown:
        assert ("JPEG", "RGB", True) == (shown.format, shown.mode, max(shown.size) <= 1280)
        assert {} == dict(shown.getexif())


def test_a_photo_is_shown_upright(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """As its EXIF says; which the view itself does not carry on."""
    draft = defect_draft(crew, clock(), photos=[jpeg_photo(orientation=6)])
    draft.send(crew)
    with Image.open(io.BytesIO(draft.photos[0])) as sent:
        size = sent.size
    with Image.open(io.BytesIO(dispatcher.get(f"/defects/{draft.id}/photos/0").data)) as shown:
        assert size[::-1] == shown.size


@pytest.mark.parametrize("name", bad_photos())
def test_what_is_no_photo_is_refused_at_the_door(crew: Phone, clock: Clock, name: str) -> None:
    """With the reason and the remedy, before anything is decoded; a 1 × 1 among them."""
    data, says = bad_photos()[name]
    answer = defect_draft(crew, clock(), photos=[data]).send(crew)
    assert [] == refusal(answer, 422, "photo[0]", says=says, slug="bad-photo")


def test_a_single_pixel_and_a_hundred_megapixels_are_refused(crew: Phone, clock: Clock) -> None:
    """One says too little, the other is a bomb."""
    for size, says in (((1, 1), "at least 64 px"), ((11_000, 9_100), "at most 50 megapixels")):
        photo = encoded(Image.new("L", size, 90), "PNG")
        answer = defect_draft(crew, clock(), photos=[photo]).send(crew)
        assert [] == refusal(answer, 422, "photo[0]", says=says, slug="bad-photo")


def test_a_photo_damaged_inside_is_received_and_said(crew: Phone, dispatcher: Phone, clock: Clock) -> None:
    """With the remedy; the good photo beside it is looked at and shown."""
    alone = defect_draft(crew, clock(), photos=[damaged_png("street", 7)])
    answer = alone.send(crew).json
    assert CannotAssess.UNREADABLE == answer["cannot"]
    assert "photograph it again" in answer["summary"]
    both = defect_draft(crew, clock(), photos=[damaged_png("street", 8), jpeg_photo()])
    assert both.send(crew).json["cannot"] is None
    assert (409, 200) == tuple(
        dispatcher.get(f"/defects/{both.id}/photos/{index}").status_code for index in range(2)
    )
