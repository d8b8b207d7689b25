"""A phone that sends a file in pieces, as the protocol says."""

from __future__ import annotations

import hashlib
from typing import Any

from werkzeug.test import TestResponse

from tests.phone import Phone

PIECE = 65_536


def sha256(data: bytes) -> str:
    """How the protocol names a file."""
    return hashlib.sha256(data).hexdigest()


def put_piece(phone: Phone, file: bytes, offset: int, length: int = PIECE, **options: Any) -> TestResponse:
    """Send one piece of a file."""
    path = f"/uploads/{sha256(file)}/{offset}?total={len(file)}"
    options = {"data": file[offset : offset + length], "content_type": "application/octet-stream"} | options
    return phone.put(path, **options)


def standing(phone: Phone, data: bytes) -> dict[str, Any]:
    """How far a file has come."""
    answer: dict[str, Any] = phone.get(f"/uploads/{sha256(data)}").json  # type: ignore[assignment]
    return answer


def send_all(phone: Phone, *files: bytes, length: int = PIECE) -> str:
    """Send files whole, going on where the server says; returns what the field «uploaded» says of them."""
    for data in files:
        while not (known := standing(phone, data))["whole"]:
            answer = put_piece(phone, data, known["have"], length)
            assert answer.status_code == 200, answer.text
    return ",".join(sha256(data) for data in files)
