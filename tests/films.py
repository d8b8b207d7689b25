"""Makers of what a dashboard camera leaves: small real films whose pictures carry their number, and tracks of the drive."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.roads.frames.rules import Position
from backend.roads.seeing.finding import Finding
from shared.vocabulary import DefectKind, Severity
from tests.fakes import SQUARE, outline_of

WIDTH_PX, HEIGHT_PX = 320, 240
BLOCK_PX, BITS = 32, 9
RATE = 10  # pictures a second
GREY, DARK, LIGHT = 120, 25, 235


def make_film(
    path: Path,
    seconds: float = 10.0,
    *,
    made_at: str | None = None,
    hole: Callable[[float], bool] = lambda _second: False,
    codec: str = "mpeg4",
    b_frames: int = 0,
    key_every: int = 10,
    turned_deg: int | None = None,
    size: tuple[int, int] = (WIDTH_PX, HEIGHT_PX),
    **options: str,
) -> Path:
    """A film of a grey road; the first row of blocks is the picture's number in bits, a dark square in the middle is a hole."""
    with av.open(str(path), "w", options=options) as container:
        stream: Any = container.add_stream(codec, rate=RATE)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.gop_size, stream.max_b_frames = key_every, b_frames
        stream.bit_rate = 2_000_000
        if turned_deg is not None:
            stream.set_display_rotation(turned_deg)
        if made_at is not None:
            container.metadata["creation_time"] = made_at
        for number in range(round(seconds * RATE)):
            pixels = road(number, size, has_hole=hole(number / RATE))
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode())
    return path


def road(number: int, size: tuple[int, int], *, has_hole: bool = False) -> NDArray[np.uint8]:
    """One picture."""
    width, height = size
    pixels = np.full((height, width, 3), GREY, np.uint8)
    for bit in range(BITS):
        pixels[:BLOCK_PX, bit * BLOCK_PX : (bit + 1) * BLOCK_PX] = LIGHT if number >> bit & 1 else DARK
    if has_hole:
        pixels[height // 3 : height * 2 // 3, width // 3 : width * 2 // 3] = DARK
    return pixels


def number_of(jpeg: bytes) -> int:
    """The number that a picture out of a film carries."""
    with Image.open(io.BytesIO(jpeg)) as opened:
        pixels = np.asarray(opened.convert("L"))
    middle = BLOCK_PX // 2
    return sum(
        1 << bit for bit in range(BITS) if pixels[middle, bit * BLOCK_PX + middle] > (DARK + LIGHT) // 2
    )


class RoadFilmEye:
    """Sees a pothole where the middle of a picture is dark."""

    def look(self, picture: NDArray[np.uint8]) -> Finding:
        height, width = picture.shape[:2]
        dark = int(picture[height // 2, width // 2].mean()) < (DARK + GREY) // 2
        outlines = (outline_of(DefectKind.POTHOLE, Severity.MEDIUM),) if dark else ()
        return Finding(
            model="film-1", cannot=None, outlines=outlines, road_share=0.5, road=(SQUARE,), look=b"\x00\x3c"
        )


def gpx(positions: Sequence[Position], *, with_times: bool = True) -> str:
    """The track as a camera or a phone exports it."""
    points = "".join(
        f'<trkpt lat="{each.place.lat}" lon="{each.place.lon}">'
        + (f"<time>{_stamp(each.at)}</time>" if with_times else "")
        + f"<hdop>{each.accuracy_m / 5}</hdop></trkpt>"
        for each in positions
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><gpx version="1.1" creator="camera" '
        f'xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'
    )


def nmea(positions: Sequence[Position]) -> str:
    """The same as a receiver writes it, with a camera's brackets before each sentence."""
    lines = []
    for each in positions:
        at, place = each.at.strftime("%H%M%S.00"), _degrees_minutes(each)
        for sentence in (
            f"GPGGA,{at},{place},1,08,{each.accuracy_m / 5:.1f},140.0,M,,M,,",
            f"GPRMC,{at},A,{place},10.0,90.0,{each.at:%d%m%y},,,A",
        ):
            lines.append(f"[{round(each.at.timestamp() * 1000)}]${sentence}*{_checksum(sentence):02X}")
    return "\r\n".join(lines)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _degrees_minutes(each: Position) -> str:
    lat, lon = each.place.lat, each.place.lon
    return f"{int(lat):02}{lat % 1 * 60:09.6f},N,{int(lon):03}{lon % 1 * 60:09.6f},E"


def _checksum(sentence: str) -> int:
    total = 0
    for letter in sentence.encode():
        total ^= letter
    return total
