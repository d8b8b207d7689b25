"""Photos whose decoding takes much memory are decoded in a process of their own, which ends: the worker never holds them whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from backend.faces.picture_headers import PictureKind
from backend.faces.pictures import BadPicture, Picture, damaged, inspect_picture, read_picture

BYTES_A_PIXEL = {PictureKind.JPEG: 1, PictureKind.PNG: 4, PictureKind.WEBP: 16}
"""While it is decoded: JPEG is reduced meanwhile (a progressive one keeps 3), PNG is not, and Pillow's WebP has four copies."""
HERE_MOST_BYTES = 24_000_000
PATIENCE_S = 120.0
PROJECT_DIR = Path(__file__).parents[2]
BAD, SIZE_BYTES = 3, 4


def read_picture_apart(
    data: bytes, *, max_bytes: int, max_pixels: int, here_most_bytes: int = HERE_MOST_BYTES
) -> Picture:
    """As ``read_picture``, in another process where it would take more than so many bytes here. Raises BadPicture.

    Raises RuntimeError where that process was killed or took too long, which is not the photo's fault for certain.
    """
    info = inspect_picture(data, max_bytes=max_bytes, max_pixels=max_pixels)
    if BYTES_A_PIXEL[info.kind] * info.width_px * info.height_px <= here_most_bytes:
        return read_picture(data, max_bytes=max_bytes, max_pixels=max_pixels)
    command = [sys.executable, "-m", "backend.faces.pictures_apart", str(max_bytes), str(max_pixels)]
    try:
        ended = subprocess.run(
            command, input=data, stdout=subprocess.PIPE, cwd=PROJECT_DIR, timeout=PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(
            f"a photo of {len(data)} bytes was not decoded within {PATIENCE_S:.0f} s"
        ) from error
    if ended.returncode == BAD:
        raise damaged(data, info)
    if ended.returncode:
        raise RuntimeError(f"decoding a photo of {len(data)} bytes ended with {ended.returncode}")
    rows, columns = (int.from_bytes(ended.stdout[at : at + SIZE_BYTES], "big") for at in (0, SIZE_BYTES))
    pixels = np.frombuffer(ended.stdout, np.uint8, offset=2 * SIZE_BYTES)
    return Picture(pixels.reshape(rows, columns, 3), info)


def main(max_bytes: int, max_pixels: int) -> int:
    """The other process: a photo from its standard input, rows, columns and pixels to its output."""
    try:
        pixels = read_picture(sys.stdin.buffer.read(), max_bytes=max_bytes, max_pixels=max_pixels).pixels
    except BadPicture:
        return BAD
    for side in pixels.shape[:2]:
        sys.stdout.buffer.write(side.to_bytes(SIZE_BYTES, "big"))
    sys.stdout.buffer.write(pixels.tobytes())
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
