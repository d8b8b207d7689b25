"""Headers of JPEG, PNG and WebP, read by hand: the size must be known before any decoder sees the bytes.

Pillow allocates a WebP's whole canvas when it opens the file, so even its "lazy" opening is too late.
Sources: ITU-T T.81 annex B (JPEG), W3C PNG 3rd edition, RFC 9649 (WebP), ISO/IEC 14496-12 (brands of HEIC and
AVIF).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PictureKind(StrEnum):
    """Kinds of photo that are taken."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"

    @property
    def label(self) -> str:
        """The kind's name in messages, which is also Pillow's name of the format."""
        return self.value.upper()


@dataclass(frozen=True, slots=True)
class Header:
    """Stored size, and whether the file's end is there and its structure is an honest one."""

    kind: PictureKind
    width_px: int
    height_px: int
    complete: bool


def read_header(data: bytes) -> Header | None:
    """Kind and size of a photo; None when the bytes are of no known kind. A size of 0 × 0 means a header cut
    off."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def foreign_kind(data: bytes) -> str | None:
    """The name of a well-known kind that is not taken, for a message that helps."""
    if data[4:8] == b"ftyp":
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(len(data), 64), 4))}
        if brands & {b"avif", b"avis"}:
            return "AVIF"
        if brands & {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}:
            return "HEIC"
        return "MP4"
    for start, name in _FOREIGN_STARTS:
        if data.startswith(start):
            return name
    return None


_FOREIGN_STARTS = (
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"%PDF", "PDF"),
    (b"<svg", "SVG"),
    (b"PK\x03\x04", "ZIP"),
)

_JPEG_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_START_OF_SCAN = 0xDA
_JPEG_MAX_SEGMENTS = (
    1000  # cameras write about 20; walking millions of empty ones would be an attack on the web process
)
_JPEG_MAX_SCANS = (
    32  # progressive pictures have about 10; each further scan makes a decoder redraw the whole picture
)


def _jpeg(data: bytes) -> Header:
    """Walk the segments up to the first scan; of several frame headers the largest counts, as an attacker's
    would."""
    width_px = height_px = 0
    at = 2
    for _segment in range(_JPEG_MAX_SEGMENTS):
        at = data.find(b"\xff", at)  # decoders skip stray bytes between segments
        if at < 0 or at + 4 > len(data):
            break
        marker = data[at + 1]
        if marker in (0xFF, 0x00, 0x01) or 0xD0 <= marker <= 0xD8:  # fill bytes and markers without a body
            at += 1 if marker == 0xFF else 2
            continue
        if marker == _JPEG_START_OF_SCAN:
            complete = data.rfind(b"\xff\xd9") > at and data.count(b"\xff\xda", at) <= _JPEG_MAX_SCANS
            return Header(PictureKind.JPEG, width_px, height_px, complete)
        if marker in _JPEG_SIZE_MARKERS and at + 9 <= len(data):
            height = int.from_bytes(data[at + 5 : at + 7])
            width = int.from_bytes(data[at + 7 : at + 9])
            if width * height > width_px * height_px:
                width_px, height_px = width, height
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4]))
    return Header(PictureKind.JPEG, width_px, height_px, complete=False)


def _png(data: bytes) -> Header:
    if data[12:16] != b"IHDR" or len(data) < 24:
        return Header(PictureKind.PNG, 0, 0, complete=False)
    width_px, height_px = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])
    end = data.rfind(b"IEND")
    complete = end > 24 and len(data) >= end + 8  # the name and its checksum
    return Header(PictureKind.PNG, width_px, height_px, complete)


def _webp(data: bytes) -> Header:
    complete = len(data) >= 8 + int.from_bytes(data[4:8], "little")
    chunk, body = data[12:16], data[20:30]
    width_px = height_px = 0
    if len(body) == 10:
        if chunk == b"VP8X":
            width_px = 1 + int.from_bytes(body[4:7], "little")
            height_px = 1 + int.from_bytes(body[7:10], "little")
        elif chunk == b"VP8L":
            bits = int.from_bytes(body[1:5], "little")
            width_px, height_px = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        elif chunk == b"VP8 ":
            width_px = int.from_bytes(body[6:8], "little") & 0x3FFF
            height_px = int.from_bytes(body[8:10], "little") & 0x3FFF
    return Header(PictureKind.WEBP, width_px, height_px, complete=complete)
