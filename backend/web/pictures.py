"""Views of photos: re-encoded without metadata, so that what a browser opens is never the uploaded file itself."""

from __future__ import annotations

import io

from PIL import Image

from backend.faces.pictures import read_picture

JPEG_QUALITY = 88


def jpeg_view(evidence: bytes) -> bytes:
    """A JPEG of a photo, upright, at most 1280 px long, without EXIF."""
    buffer = io.BytesIO()
    Image.fromarray(read_picture(evidence).pixels).save(buffer, "JPEG", quality=JPEG_QUALITY)
    return buffer.getvalue()
