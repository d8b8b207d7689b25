"""Large photos are decoded in a process of their own, with the same result."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from backend.faces.pictures import MAX_BYTES, MAX_PIXELS, BadPicture, PictureProblem, read_picture
from backend.faces.pictures_apart import read_picture_apart

LIMITS = {"max_bytes": MAX_BYTES, "max_pixels": MAX_PIXELS}


def photo(kind: str) -> bytes:
    """A gradient of 1600 × 900 px."""
    across = np.linspace(0, 255, 1600, dtype=np.uint8)
    picture = np.stack([np.tile(across, (900, 1))] * 3, axis=2)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, kind)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_read_apart_is_what_is_read_here(kind: str) -> None:
    """To the pixel."""
    data = photo(kind)
    here, apart = read_picture(data, **LIMITS), read_picture_apart(data, **LIMITS, here_most_bytes=0)
    assert here.info == apart.info
    np.testing.assert_array_equal(here.pixels, apart.pixels)


def test_a_photo_that_is_damaged_inside_is_told_of_from_there() -> None:
    """As it would be here."""
    data = bytearray(photo("PNG"))
    begin = data.index(b"IDAT") + 4  # its stream of zlib
    data[begin : begin + 8] = b"\xff" * 8
    with pytest.raises(BadPicture) as told:
        read_picture_apart(bytes(data), **LIMITS, here_most_bytes=0)
    assert told.value.problem is PictureProblem.DAMAGED
