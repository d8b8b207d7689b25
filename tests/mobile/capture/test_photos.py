"""Photos as they leave the phone: small enough, upright, and with nothing in them but the picture."""

from __future__ import annotations

import io
import random

import pytest
from PIL import Image

from mobile.capture.photos import (
    CHECK_IN_BYTES,
    LONG_SIDE_PX,
    MANIFEST_BYTES,
    NotAPicture,
    prepare,
    prepare_frames,
)

RED, BLUE = (220, 20, 20), (20, 20, 220)


def picture(width: int = 1600, height: int = 1200, *, noise: float = 0.0, **options: object) -> bytes:
    """A JPEG whose upper half is red and whose lower half is blue; noise is what a poor light makes of it."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width, height // 2))
    if noise:
        grain = Image.frombytes("RGB", image.size, random.Random(1).randbytes(3 * width * height))
        image = Image.blend(image, grain, noise)
    written = io.BytesIO()
    image.save(written, "JPEG", quality=95, **options)
    return written.getvalue()


def opened(data: bytes) -> Image.Image:
    """What a reader sees."""
    return Image.open(io.BytesIO(data))


def test_photo_is_scaled_to_its_longest_side() -> None:
    """A smaller one stays as large as it is."""
    assert (LONG_SIDE_PX, 960) == opened(prepare(picture())).size
    assert (960, LONG_SIDE_PX) == opened(prepare(picture(3000, 4000))).size
    assert (640, 480) == opened(prepare(picture(640, 480))).size


def test_camera_s_own_data_does_not_travel() -> None:
    """No position, no serial number, no time, no thumbnail, no profile."""
    exif = Image.Exif()
    exif[0x010F] = "Camera maker"
    exif.get_ifd(0x8825)[1] = "N"
    said = prepare(picture(exif=exif, icc_profile=b"profile", comment=b"comment"))
    assert ({}, None) == (dict(opened(said).getexif()), opened(said).info.get("icc_profile"))
    for secret in (b"Camera", b"profile", b"comment", b"Exif"):
        assert secret not in said


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photo_is_turned_upright(orientation: int) -> None:
    """As its orientation says; afterwards there is none."""
    upright = Image.open(io.BytesIO(picture(80, 60)))
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    exif = Image.Exif()
    exif[0x0112] = orientation
    written = io.BytesIO()
    (upright.transpose(undo[orientation]) if orientation in undo else upright).save(
        written, "JPEG", exif=exif
    )
    said = opened(prepare(written.getvalue()))
    assert (80, 60) == said.size
    (red, _, blue), (below_red, _, below_blue) = said.getpixel((40, 10)), said.getpixel((40, 50))
    assert red > blue
    assert below_blue > below_red


@pytest.mark.parametrize("noise", [0.0, 0.15, 0.5])
def test_check_in_stays_within_its_bytes(noise: float) -> None:
    """Twelve frames with their manifest, in the dark as well, and still large enough to see a face."""
    frames = [picture(1280, 960, noise=noise)] * 12
    prepared = prepare_frames(frames)
    assert sum(map(len, prepared)) <= CHECK_IN_BYTES - MANIFEST_BYTES
    assert min(max(opened(each).size) for each in prepared) >= 256
    assert len(frames) == len(prepared)


def test_no_frames_are_no_work() -> None:
    """Nothing is made of nothing."""
    assert () == prepare_frames([])


def test_other_pictures_become_jpeg() -> None:
    """A desktop's camera folder may hold anything: transparency goes, grey becomes colour."""
    for mode in ("RGBA", "L", "P", "CMYK"):
        written = io.BytesIO()
        Image.new(mode, (50, 40)).save(written, "TIFF" if mode == "CMYK" else "PNG")
        said = opened(prepare(written.getvalue()))
        assert ("JPEG", "RGB", (50, 40)) == (said.format, said.mode, said.size)


@pytest.mark.parametrize(
    "data", [b"", b"no picture", picture()[:5000], b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*"]
)
def test_what_is_no_picture_is_told(data: bytes) -> None:
    """Before anything is signed."""
    with pytest.raises(NotAPicture):
        prepare(data)
