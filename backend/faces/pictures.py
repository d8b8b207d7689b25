"""Untrusted photos: say what a file is from its header alone, and decode it without being hurt."""

from __future__ import annotations

import io
import math
import warnings
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from backend.faces.picture_headers import PictureKind, foreign_kind, read_header
from shared.i18n import Message
from shared.i18n import Message as _

MAX_BYTES = 12_000_000
"""A 12-megapixel JPEG of a phone has 3 to 6 MB; twice that leaves room."""
MAX_PIXELS = 50_000_000
"""The largest camera mode in common use; decoded it takes 150 MB, which a worker can stand."""
MIN_SIDE_PX = 64
"""Below this no face can be 64 px wide, so nothing can be read."""
WORKING_LONG_SIDE_PX = 1280
"""Larger pictures are reduced to this while decoding: the encoder sees a face at 150 px, the rest is only CPU
time."""
WORKING_MOST_PX = 1280 * 960
"""And to this many pixels, as a phone's 4 : 3 has: what networks need of memory grows with the area, and a square would need a
third more."""


class PictureProblem(StrEnum):
    """Why a file is not taken as a photo."""

    EMPTY = "empty"
    TOO_MANY_BYTES = "too_many_bytes"
    NOT_A_PICTURE = "not_a_picture"
    UNSUPPORTED_KIND = "unsupported_kind"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"


class BadPicture(ValueError):
    """A file that is not taken as a photo; ``message`` says what was wrong, with which value, and the
    remedy."""

    def __init__(self, problem: PictureProblem, message: Message) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message


@dataclass(frozen=True, slots=True)
class PictureInfo:
    """What the header says; sizes are as stored, before the EXIF rotation."""

    kind: PictureKind
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded photo: upright RGB, uint8, shape (height, width, 3), long side at most
    ``WORKING_LONG_SIDE_PX`` and about ``WORKING_MOST_PX`` pixels at most."""

    pixels: NDArray[np.uint8]
    info: PictureInfo


def inspect_picture(data: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> PictureInfo:
    """Kind and size of a photo from its header and its end, without decoding: microseconds, for web
    processes.

    Raises BadPicture. What passes may still be damaged inside; only ``read_picture`` knows.
    """
    if not data:
        raise BadPicture(PictureProblem.EMPTY, _("The photo is empty (0 bytes): take it again"))
    if len(data) > max_bytes:
        raise BadPicture(
            PictureProblem.TOO_MANY_BYTES,
            _(
                "The photo must have at most {max_mb} MB, was {size_mb} MB: lower the camera's resolution"
            ).format(max_mb=_megas(max_bytes), size_mb=_megas(len(data))),
        )
    header = read_header(data)
    if header is None:
        raise _not_ours(data)
    width_px, height_px = header.width_px, header.height_px
    if width_px * height_px > max_pixels:
        raise BadPicture(
            PictureProblem.TOO_MANY_PIXELS,
            _(
                "The photo must have at most {max_mp} megapixels, was {width_px} × {height_px} = {size_mp}: "
                "lower the camera's resolution"
            ).format(
                max_mp=_megas(max_pixels),
                width_px=width_px,
                height_px=height_px,
                size_mp=_megas(width_px * height_px),
            ),
        )
    if min(width_px, height_px) < MIN_SIDE_PX and width_px * height_px > 0:
        raise BadPicture(
            PictureProblem.TOO_SMALL,
            _(
                "The photo must be at least {min_px} px on each side, was {width_px} × {height_px}: take a larger one"
            ).format(min_px=MIN_SIDE_PX, width_px=width_px, height_px=height_px),
        )
    if not header.complete or width_px * height_px == 0:
        raise BadPicture(
            PictureProblem.TRUNCATED,
            _("The photo stops half-way ({size_bytes} bytes arrived): send it again").format(
                size_bytes=len(data)
            ),
        )
    return PictureInfo(header.kind, width_px, height_px)


def read_picture(data: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decode a photo: JPEG, PNG or WebP, upright after EXIF, RGB, reduced to the working size. Raises
    BadPicture."""
    info = inspect_picture(data, max_bytes=max_bytes, max_pixels=max_pixels)
    try:
        # Pillow warns about odd EXIF and about size; size is checked above, and odd EXIF is no reason to refuse.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Picture(_decode(data, info, max_pixels), info)
    except BadPicture:
        raise
    except (
        Exception
    ) as error:  # decoders of untrusted bytes raise nearly anything: OSError, SyntaxError, struct.error, …
        if "truncated" in str(error).lower():
            raise BadPicture(
                PictureProblem.TRUNCATED,
                _("The photo stops half-way ({size_bytes} bytes arrived): send it again").format(
                    size_bytes=len(data)
                ),
            ) from error
        raise damaged(data, info) from error


def damaged(data: bytes, info: PictureInfo) -> BadPicture:
    """What is said of a photo whose header is right and whose inside is not."""
    return BadPicture(
        PictureProblem.DAMAGED,
        _("The {kind} photo of {size_bytes} bytes is damaged and cannot be decoded: take it again").format(
            kind=info.kind.label, size_bytes=len(data)
        ),
    )


def _decode(data: bytes, info: PictureInfo, max_pixels: int) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data), formats=[info.kind.label]) as image:
        if image.width * image.height > max_pixels:  # a second header hidden behind the first
            raise OSError(f"header says {info.width_px} × {info.height_px}, decoder {image.size}")
        # JPEG decodes directly at 1/2, 1/4 or 1/8; harmless for other kinds.
        image.draft("RGB", _fitted(image.size))
        image.load()
        _turn_upright(image)
        rgb = _to_rgb(image)
    if _scale(rgb.size) < 1:
        rgb = rgb.resize(_fitted(rgb.size), Image.Resampling.BILINEAR, reducing_gap=2.0)
    return np.asarray(rgb, dtype=np.uint8)


def _fitted(size: tuple[int, int]) -> tuple[int, int]:
    """A size of working pictures."""
    scale = _scale(size)
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _scale(size: tuple[int, int]) -> float:
    return min(WORKING_LONG_SIDE_PX / max(size), math.sqrt(WORKING_MOST_PX / (size[0] * size[1])))


def _turn_upright(image: Image.Image) -> None:
    with suppress(Exception):  # damaged EXIF: the pixels are still a photo
        ImageOps.exif_transpose(image, in_place=True)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16-bit grey: Pillow would clip at 255 instead of scaling
        high = np.asarray(image, dtype=np.uint32) >> 8
        return Image.fromarray(high.clip(0, 255).astype(np.uint8)).convert("RGB")
    return image if image.mode == "RGB" else image.convert("RGB")


def _not_ours(data: bytes) -> BadPicture:
    foreign = foreign_kind(data)
    if foreign in ("HEIC", "AVIF"):
        return BadPicture(
            PictureProblem.UNSUPPORTED_KIND,
            _(
                "{kind} is not supported: set the camera to JPEG (most compatible) and take the photo again; "
                "JPEG, PNG and WebP are taken"
            ).format(kind=foreign),
        )
    if foreign is not None:
        return BadPicture(
            PictureProblem.UNSUPPORTED_KIND,
            _("{kind} is not supported: send the photo as JPEG, PNG or WebP").format(kind=foreign),
        )
    return BadPicture(
        PictureProblem.NOT_A_PICTURE,
        _("The file is not a photo (it begins with {start}): send a JPEG, PNG or WebP").format(
            start=data[:8].hex(" ")
        ),
    )


def _megas(count: int) -> str:
    return f"{count / 1e6:.1f}".removesuffix(".0")
