"""Photos as they leave the phone: JPEG, upright, at most 1280 px, nothing of the camera's own data, small enough for a poor network.

The bytes made here are the evidence: their hashes stand in the manifest, so this comes before signing.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

LONG_SIDE_PX = 1280
CHECK_IN_BYTES = 700_000
MANIFEST_BYTES = 40_000  # 24 kB for twelve frames, sixty fixes and the multipart around them, and room
PHOTO_BYTES = 400_000
FEWER_PX = (1.0, 0.8, 0.64, 0.5, 0.4, 0.3, 0.2)
RUNGS = ((1.0, 88), *((scale, quality) for scale in FEWER_PX for quality in (80, 68)), (0.2, 40))
"""Scales and qualities from good to small: below a quality of 68 fewer pixels look better than coarser ones."""


class NotAPicture(ValueError):
    """The bytes hold no picture that can be read."""


def prepare(picture: bytes, *, most_bytes: int = PHOTO_BYTES) -> bytes:
    """One photo as JPEG of at most ``most_bytes`` bytes; NotAPicture when it cannot be read."""
    return _encoded(_opened(picture), most_bytes, 0)[0]


def prepare_frames(frames: Sequence[bytes], *, most_bytes: int = CHECK_IN_BYTES) -> tuple[bytes, ...]:
    """The frames of one check-in, which together with its manifest stay within ``most_bytes``.

    Frames of one capture are alike: what fitted one is where the next begins.
    """
    if not frames:
        return ()
    each_bytes = (most_bytes - MANIFEST_BYTES) // len(frames)
    prepared, rung = [], 0
    for frame in frames:
        data, rung = _encoded(_opened(frame), min(each_bytes, PHOTO_BYTES), rung)
        prepared.append(data)
    return tuple(prepared)


def _opened(picture: bytes) -> Image.Image:
    """The picture upright, in three colours, with its long side at most LONG_SIDE_PX."""
    from PIL import Image, ImageOps  # a tenth of a second, and most starts of the app take no picture

    try:
        with Image.open(io.BytesIO(picture)) as image:
            image.draft("RGB", (LONG_SIDE_PX, LONG_SIDE_PX))  # decodes a large JPEG at an eighth of the work
            upright = ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, SyntaxError, struct.error, Image.DecompressionBombError) as error:
        raise NotAPicture("the photo cannot be read: take it again") from error
    upright.info.clear()  # or Pillow writes the camera's comment and profile again
    upright.thumbnail((LONG_SIDE_PX, LONG_SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return upright


def _encoded(image: Image.Image, most_bytes: int, first: int) -> tuple[bytes, int]:
    """JPEG on the first rung that is small enough, the last at the latest, and which rung that is."""
    for rung in range(first, len(RUNGS)):
        scale, quality = RUNGS[rung]
        data = _jpeg(_scaled(image, scale), quality)
        if len(data) <= most_bytes:
            break
    return data, rung


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    if scale == 1.0:
        return image
    from PIL import Image

    width, height = (max(round(side * scale), 1) for side in image.size)
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    written = io.BytesIO()
    image.save(written, "JPEG", quality=quality, optimize=True)
    return written.getvalue()
