"""The parts of the paper way's requests: one strict JSON part, and files that are pictures or PDFs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import request
from marshmallow import ValidationError

from backend.adapters import settings
from backend.attendance.paper.rules import Errors
from backend.attendance.paper.sealed import Document
from backend.errors import Invalid
from backend.faces.pictures import BadPicture, inspect_picture
from backend.web.problems import flatten
from backend.web.uploads import part_bytes
from backend.web.wire import Schema
from shared.contracts import DecodeError, parse_json
from shared.i18n import Message

_ = Message
JSON_PART_MAX_BYTES = 20_000
PDF_START, PDF_END, PDF_END_WITHIN_BYTES = b"%PDF-", b"%%EOF", 1024  # ISO 32000-1, 7.5 and annex H, note 18


def json_part(name: str, schema: type[Schema]) -> tuple[bytes, dict[str, Any]]:
    """A required JSON part: its bytes exactly as sent, and what they say. Raises Invalid naming every field."""
    sent = part_bytes(name)
    if len(sent) > JSON_PART_MAX_BYTES:
        message = _("must have at most {max} bytes, were {count}: files belong in parts of their own")
        raise Invalid({name: [message.format(max=JSON_PART_MAX_BYTES, count=len(sent))]})
    try:
        said: dict[str, Any] = schema().load(parse_json(sent))  # type: ignore[arg-type]  # it refuses what is no object
    except DecodeError as error:
        raise Invalid({name: [text for _path, text in error.errors]}, slug="bad-json") from error
    except ValidationError as error:
        raise Invalid(within(name, flatten(error.messages))) from error
    return sent, said


def within(name: str, errors: Errors) -> Errors:
    """The errors of a part, each path led by the part's name."""
    return {name if path == "body" else f"{name}.{path}": texts for path, texts in errors.items()}


def require_different(name: str, files: Sequence[bytes]) -> None:
    """Refuse the same file twice in one request: a page was meant to be another one."""
    twice = [index for index, data in enumerate(files) if data in files[:index]]
    if twice:
        message = _("is the same file as an earlier one: send each page once")
        raise Invalid({f"{name}[{index}]": [message] for index in twice})


def read_documents(name: str, *, least: int, most: int) -> list[Document]:
    """All parts of a name as pictures or PDFs; every one that cannot be used is named with the reason."""
    files = request.files.getlist(name)
    if not least <= len(files) <= most:
        message = _("must be sent {least} to {most} times, once for each document; there were {count}")
        raise Invalid({name: [message.format(least=least, most=most, count=len(files))]})
    read = [file.stream.read() for file in files]
    documents = [Document(data, data.startswith(PDF_START)) for data in read]
    flaws = {
        f"{name}[{index}]": [flaw]
        for index, document in enumerate(documents)
        if (flaw := _flaw(document)) is not None
    }
    if flaws:
        raise Invalid(flaws, slug="bad-document")
    require_different(name, read)
    return documents


def _flaw(document: Document) -> Message | None:
    limits = settings()
    max_bytes = limits.photo_max_mb * 1_000_000
    if document.is_pdf:
        return _pdf_flaw(document.data, max_bytes)
    try:
        inspect_picture(
            document.data,
            max_bytes=max_bytes,
            max_pixels=limits.photo_max_megapixels * 1_000_000,
        )
    except BadPicture as error:
        return error.message
    return None


def _pdf_flaw(data: bytes, max_bytes: int) -> Message | None:
    """Only its size, start and end are looked at: the server never opens a PDF, it hands it out as it came."""
    if len(data) > max_bytes:
        message = _("The PDF must have at most {max_mb} MB, was {size_mb} MB: scan it at a lower resolution")
        return message.format(max_mb=max_bytes // 1_000_000, size_mb=round(len(data) / 1e6, 1))
    if PDF_END not in data[-PDF_END_WITHIN_BYTES:]:
        return _("The PDF stops half-way ({size_bytes} bytes arrived): send it again").format(
            size_bytes=len(data)
        )
    return None
