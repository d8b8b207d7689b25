"""Views of photos: re-encoded without metadata, so that what a browser opens is never the uploaded file itself."""

from __future__ import annotations

import io

from PIL import Image

from backend.adapters import settings
from backend.errors import Conflict
from backend.faces.pictures import BadPicture, read_picture

JPEG_QUALITY = 88


def jpeg_view(evidence: bytes) -> bytes:
    """A JPEG of a photo, upright, at most 1280 px long, without EXIF; Conflict for one that is damaged inside."""
    limits = settings()
    try:
        picture = read_picture(
            evidence,
            max_bytes=limits.photo_max_mb * 1_000_000,
            max_pixels=limits.photo_max_megapixels * 1_000_000,
        )
    except BadPicture as error:
        raise Conflict(error.message, slug="bad-photo") from error
    buffer = io.BytesIO()
    Image.fromarray(picture.pixels).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
