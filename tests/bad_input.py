"""What strangers send: photos that are none, names that hurt, and the one check that every refusal must pass."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.fakes import face_photo

PROBLEM = "application/problem+json"
BOMB_ROWS = 1_000  # of a bomb that are packed at once; the same bytes follow one another for all of its rows
LARGEST_PRIME = 65_521  # below 2**16: what Adler's checksum counts by

NAMES = {  # harmless ones: kept letter for letter
    "sql": "Robert'); DROP TABLE people;--",
    "html": "<script>alert(1)</script>",
    "attribute": '" onload="alert(1)',
    "template": "{{7*7}}${7*7}%s{value}",
    "formula": '=HYPERLINK("http://x",1)',
    "kazakh": "ӘҒҚҢӨҰҮҺІ әғқңөұүһі",
    "arabic": "محمد",
    "emoji": "Ан👩‍🚒",
    "path": "../../etc/passwd",
}
HURTING_NAMES = {  # refused: they move the reader's eye or cannot be stored
    "NUL": "Ким\x00а",
    "bell": "Ким\x07",
    "escape": "\x1b[31mКим",
    "override": "Ким\u202eнаИ",
    "isolate": "Ким\u2066а",
    "C1 control": "Ким\x9b",
    "line separator": "Ким\u2028а",
}


@cache
def bad_photos(*, bombs: bool = True) -> dict[str, tuple[bytes, str]]:
    """Files that are not taken as a photo, each with what the refusal must say in English."""
    jpeg = jpeg_photo()
    png = face_photo("serik")
    return {
        "empty": (b"", "empty"),
        "text": (b"this is no photo, whatever its name says", "not a photo"),
        "html": (b"<!doctype html><script>alert(1)</script>" * 9, "not a photo"),
        "truncated JPEG": (jpeg[: len(jpeg) // 2], "stops half-way"),
        "JPEG's first bytes": (jpeg[:12], "stops half-way"),
        "truncated PNG": (png[: len(png) // 2], "stops half-way"),
        "bomb by its header": (png_of_size(40_000, 40_000), "at most 50 megapixels, was 40000 × 40000"),
        "bomb really compressed": (
            png_bomb(40_000, 40_000) if bombs else png_of_size(40_000, 40_000),
            "at most 50 megapixels, was 40000 × 40000",
        ),
        "thumbnail": (picture("PNG", (20, 20)), "at least 64 px"),
        "HEIC": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 64, "HEIC is not supported"),
        "AVIF": (
            b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + b"\x00" * 64,
            "AVIF is not supported",
        ),
        "GIF with a script": (b"GIF89a/*" + b"\x00" * 40 + b"*/=1;alert(1)", "GIF is not supported"),
        "SVG with a script": (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            "SVG is not supported",
        ),
        "PDF that is a ZIP too": (b"%PDF-1.7\nPK\x03\x04" + b"\x00" * 64, "PDF is not supported"),
        "TIFF": (picture("TIFF"), "TIFF is not supported"),
        "too many bytes": (jpeg[:-2] + b"\x00" * 8_000_001 + jpeg[-2:], "at most 8 MB"),
    }


def small_bad_photos() -> dict[str, tuple[bytes, str]]:
    """Those that are made in no time: bombs by their header alone."""
    return {name: each for name, each in bad_photos(bombs=False).items() if name != "too many bytes"}


def jpeg_photo(colour: tuple[int, int, int] = (90, 70, 60), *, orientation: int | None = None) -> bytes:
    """A JPEG, with an EXIF orientation if wished."""
    exif = Image.Exif()
    if orientation is not None:
        exif[0x0112] = orientation
    return picture("JPEG", (160, 96), colour, exif=exif)


def picture(
    kind: str, size: tuple[int, int] = (96, 96), colour: tuple[int, int, int] = (90, 70, 60), **options: Any
) -> bytes:
    """A picture of one colour."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **options)
    return buffer.getvalue()


def png_of_size(width_px: int, height_px: int, body: bytes = b"") -> bytes:
    """A PNG whose header claims a size."""
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


@cache
def png_bomb(width_px: int, height_px: int) -> bytes:
    """A PNG that really unpacks to as many black pixels: 1.6 GB from 1.6 MB; ``height_px`` in whole thousands."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    rows = packer.compress(bytes((width_px + 1) * BOMB_ROWS)) + packer.flush(zlib.Z_FULL_FLUSH)
    count, rest = divmod(height_px, BOMB_ROWS)
    if rest:
        raise ValueError(f"height_px must be a multiple of {BOMB_ROWS}, was {height_px}")
    checksum = (width_px + 1) * height_px % LARGEST_PRIME << 16 | 1  # Adler's, of zeros alone
    body = b"\x78\xda" + rows * count + packer.flush() + struct.pack(">I", checksum)
    return png_of_size(width_px, height_px, body)


def damaged_png(who: str, shot: int) -> bytes:
    """A PNG with an honest header and a broken body: only decoding finds out."""
    whole = bytearray(face_photo(who, shot))
    at = whole.index(b"IDAT") + 8
    whole[at : at + 8] = b"\xff" * 8
    return bytes(whole)


def multipart(parts: dict[str, Any]) -> dict[str, Any]:
    """A multipart body as bytes: the test client would leave large ones open in a temporary file."""
    values = {
        name: [_part(each) for each in (part if isinstance(part, list) else [part])]
        for name, part in parts.items()
    }
    boundary, body = encode_multipart(values)
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def _part(part: str | tuple[io.BytesIO, str]) -> str | FileStorage:
    return part if isinstance(part, str) else FileStorage(part[0], part[1])


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def refusal(answer: TestResponse, status: int, *fields: str, says: str = "", slug: str = "") -> list[str]:
    """What is wrong with a refusal: it must be a problem in the caller's language that names field, value and remedy."""
    said: dict[str, Any] = answer.get_json(silent=True) or {}
    errors = {name: " ".join(texts) for name, texts in said.get("errors", {}).items()}
    everything = " ".join([said.get("detail", ""), *errors.values()])
    claims = {
        f"status {answer.status_code}, not {status}": answer.status_code == status,
        f"content type {answer.content_type}": answer.content_type == PROBLEM,
        "status in the body": said.get("status") == answer.status_code,
        f"type {said.get('type')}": str(said.get("type", "")).startswith("urn:qala:problem:" + slug),
        "a detail": len(said.get("detail", "")) > 10,
        "the request's id": said.get("request_id") == answer.headers.get("X-Request-Id"),
        "the language": answer.headers.get("Content-Language") in {"ru", "kk", "en"},
        "kept by no cache": answer.headers.get("Cache-Control") == "no-store",
        f"fields {sorted(errors)}, not {sorted(fields)}": not fields or set(fields) <= set(errors),
        f"«{says}» is not said": says in everything,
        "no trace": "Traceback" not in answer.text,
        "short": len(answer.data) < 20_000,
    }
    return [f"{claim}: {answer.text[:400]}" for claim, holds in claims.items() if not holds]
