"""Untrusted photos: each kind of bad file is named, and none costs more than its header."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from backend.faces.picture_headers import PictureKind
from backend.faces.pictures import BadPicture, PictureInfo, PictureProblem, inspect_picture, read_picture


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (320, 240), mode: str = "RGB", **options: object
) -> bytes:
    """A file of a colour ramp: red grows to the right, green downwards."""
    width, height = size
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width)[None]
    pixels[..., 1] = np.linspace(0, 255, height)[:, None]
    file = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(file, kind, **options)
    return file.getvalue()


def png_bomb(width_px: int, height_px: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def problem_of(data: bytes, **limits: int) -> PictureProblem:
    with pytest.raises(BadPicture) as caught:
        read_picture(data, **limits)
    assert str(caught.value) == caught.value.message
    return caught.value.problem


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"exif": b"Exif\0\0"}),
    ],
)
def test_header_gives_kind_and_size_of_each_kind(kind: str, options: dict[str, object]) -> None:
    """Plain and unusual encodings of the three kinds are understood without decoding."""
    assert PictureInfo(PictureKind(kind.lower()), 320, 240) == inspect_picture(photo(kind, **options))


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "1"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    """The encoder always gets three channels of bytes."""
    kind = "JPEG" if mode == "CMYK" else "PNG"
    pixels = read_picture(photo(kind, mode=mode)).pixels
    assert ((240, 320, 3), np.uint8) == (pixels.shape, pixels.dtype)


def test_transparency_and_palette_become_rgb() -> None:
    """Screenshots come with an alpha channel or a palette."""
    for mode in ("RGBA", "P", "LA"):
        assert (240, 320, 3) == read_picture(photo("PNG", mode=mode)).pixels.shape


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    """A 16-bit PNG of middle grey reads as middle grey."""
    file = io.BytesIO()
    Image.fromarray(np.full((100, 100), 0x8000, np.uint16)).save(file, "PNG")
    assert 128 == read_picture(file.getvalue()).pixels[50, 50, 0]


@pytest.mark.parametrize(
    ("orientation", "red_grows"), [(1, "right"), (3, "left"), (6, "down"), (8, "up"), (2, "left")]
)
def test_exif_rotation_is_applied(orientation: int, red_grows: str) -> None:
    """A phone held sideways gives an upright picture."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    red = read_picture(photo(exif=exif)).pixels[..., 0].astype(int)
    across, down = (
        int(red[120 % red.shape[0], -5] - red[120 % red.shape[0], 5]),
        int(red[-5, 100] - red[5, 100]),
    )
    seen = {"right": across > 100, "left": across < -100, "down": down > 100, "up": down < -100}
    assert [red_grows] == [direction for direction, is_so in seen.items() if is_so]


def test_damaged_exif_does_not_refuse_the_photo() -> None:
    """Cameras write nonsense into EXIF; the pixels are still a photo, and no warning escapes."""
    data = photo(exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 40)
    assert (240, 320, 3) == read_picture(data).pixels.shape


def test_large_picture_is_reduced_to_the_working_size() -> None:
    """The long side becomes 1280 px; the header's size is kept for measures."""
    picture = read_picture(photo(size=(4000, 3000)))
    assert ((960, 1280, 3), (4000, 3000)) == (
        picture.pixels.shape,
        (picture.info.width_px, picture.info.height_px),
    )


@pytest.mark.parametrize("size", [(3464, 3464), (1280, 1280), (1110, 1107)])
def test_a_square_is_reduced_to_the_pixels_of_four_to_three(size: tuple[int, int]) -> None:
    """What networks need of memory grows with the area."""
    rows, columns, _ = read_picture(photo(size=size)).pixels.shape
    assert rows * columns == pytest.approx(1280 * 960, rel=0.002)
    assert columns / rows == pytest.approx(size[0] / size[1], rel=0.002)


@pytest.mark.parametrize("size", [(40_000, 40_000), (50_000_001, 1), (1, 2**31 - 1)])
def test_bomb_is_refused_from_its_header(size: tuple[int, int]) -> None:
    """A few hundred bytes that claim gigapixels are refused before any decoder sees them."""
    assert PictureProblem.TOO_MANY_PIXELS == problem_of(png_bomb(*size))


def test_second_jpeg_header_cannot_hide_a_bomb() -> None:
    """Of several frame headers the largest counts."""
    data = bytearray(photo())
    start = data.index(b"\xff\xc0")
    length = 2 + int.from_bytes(data[start + 2 : start + 4])
    fake = bytearray(data[start : start + length])
    fake[5:9] = struct.pack(">HH", 40_000, 40_000)
    assert PictureProblem.TOO_MANY_PIXELS == problem_of(bytes(data[:start] + fake + data[start:]))


def test_jpeg_of_many_scans_is_refused() -> None:
    """Each scan makes the decoder redraw the picture; cameras write about ten."""
    data = photo(progressive=True)
    assert PictureProblem.TRUNCATED == problem_of(data[:-2] + b"\xff\xda\0\x02" * 100 + b"\xff\xd9")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_truncated_photo_is_refused_already_at_upload(kind: str, share: float) -> None:
    """A transfer that broke off is seen from the file's end, without decoding."""
    data = photo(kind, size=(640, 480))
    with pytest.raises(BadPicture) as caught:
        inspect_picture(data[: int(len(data) * share)])
    assert caught.value.problem is PictureProblem.TRUNCATED


def test_truncated_photo_with_a_forged_end_is_refused_when_decoded() -> None:
    """A PNG whose middle is missing has its end but no picture."""
    data = photo("PNG", size=(640, 480))
    assert problem_of(data[: len(data) // 2] + data[-12:]) in (
        PictureProblem.DAMAGED,
        PictureProblem.TRUNCATED,
    )


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "HEIC"),
        (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "AVIF"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "MP4"),
        (b"GIF89a" + bytes(50), "GIF"),
        (b"II*\0" + bytes(50), "TIFF"),
        (b"%PDF-1.7" + bytes(50), "PDF"),
    ],
)
def test_unsupported_kind_is_named(data: bytes, named: str) -> None:
    """HEIC is recognised by its brand, and the message says what to set on the phone."""
    with pytest.raises(BadPicture, match=f"^{named} is not supported") as caught:
        inspect_picture(data)
    assert caught.value.problem is PictureProblem.UNSUPPORTED_KIND


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", PictureProblem.EMPTY),
        (b"hello, this is no photo", PictureProblem.NOT_A_PICTURE),
        (b"<html>", PictureProblem.NOT_A_PICTURE),
        (b"\xff\xd8\xff", PictureProblem.TRUNCATED),
        (b"\x89PNG\r\n\x1a\n", PictureProblem.TRUNCATED),
        (b"RIFF\x10\0\0\0WEBP", PictureProblem.TRUNCATED),
        (b"\xff\xd8" + b"\xff" * 5000, PictureProblem.TRUNCATED),
        (photo(size=(30, 30)), PictureProblem.TOO_SMALL),
    ],
)
def test_what_is_no_usable_photo_is_refused(data: bytes, problem: PictureProblem) -> None:
    """Each has its own code, so that the phone can say the right thing."""
    assert problem == problem_of(data)


def test_thirty_megabytes_are_refused_with_both_numbers() -> None:
    """The message names limit and value."""
    with pytest.raises(BadPicture, match="at most 12 MB, was 30 MB"):
        inspect_picture(b"\xff\xd8\xff" + bytes(29_999_997))


def test_limits_are_arguments() -> None:
    """A city may lower them."""
    assert PictureProblem.TOO_MANY_BYTES == problem_of(photo(), max_bytes=100)
    assert PictureProblem.TOO_MANY_PIXELS == problem_of(photo(), max_pixels=1000)


def test_random_damage_never_raises_anything_else() -> None:
    """Five hundred flipped files give a picture or BadPicture, nothing else, and no warning."""
    rng = np.random.default_rng(5)
    originals = [photo(kind, size=(96, 80)) for kind in ("JPEG", "PNG", "WEBP")]
    for number in range(500):
        data = bytearray(originals[number % 3])
        for position in rng.integers(0, len(data), 4):
            data[position] = rng.integers(256)
        try:
            picture = read_picture(bytes(data), max_pixels=1_000_000)
        except BadPicture:
            continue
        assert picture.pixels.dtype == np.uint8


def test_web_processes_do_not_load_dlib() -> None:
    """Whatever a web process imports of faces stays cheap."""
    program = (
        "import sys, backend.faces.pictures, backend.faces.compare, backend.faces.threshold, "
        "backend.faces.verifier; print('dlib' in sys.modules, 'face_recognition' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "False False" == answer.stdout.strip()
