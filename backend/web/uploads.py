"""Photos that arrive as multipart parts: counted, bounded and looked at by their header before anything is stored."""

from __future__ import annotations

import io
from typing import IO, Any

from flask import Flask, Request, request
from werkzeug.datastructures import FileStorage

from backend.adapters import settings
from backend.errors import Invalid, WrongType
from backend.faces.pictures import BadPicture, inspect_picture
from shared.i18n import Message

_ = Message


class WholeRequest(Request):
    """A request whose body comes whole or not at all, and whose uploads stay in memory.

    Large uploads would otherwise lie on the disk unencrypted; MAX_CONTENT_LENGTH bounds them.
    """

    def __init__(self, environ: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        if environ.get("CONTENT_LENGTH"):
            # With this flag, which gunicorn sets, a body that stops half-way would pass for a whole one.
            environ.pop("wsgi.input_terminated", None)
        super().__init__(environ, *args, **kwargs)

    def _get_file_stream(self, *_sizes: Any, **_about: Any) -> IO[bytes]:
        return io.BytesIO()


def install_uploads(app: Flask) -> None:
    """Take only whole bodies, and keep what is uploaded off the disk until it is sealed."""
    app.request_class = WholeRequest


def multipart_body(parts: dict[str, dict[str, Any]], required: list[str]) -> dict[str, Any]:
    """The OpenAPI description of a multipart request body."""
    schema = {"type": "object", "properties": parts, "required": required}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


def require_multipart() -> None:
    """Refuse any other content type."""
    if request.mimetype != "multipart/form-data":
        raise WrongType(
            _("Send the photos as multipart/form-data, not as {value}.").format(
                value=request.mimetype or _("nothing")
            )
        )


def part_bytes(name: str) -> bytes:
    """The bytes of one required part, exactly as sent."""
    file = request.files.get(name)
    if file is not None:
        return file.read()
    text = request.form.get(name)
    if text is None:
        raise Invalid({name: [_("is missing: send it")]})
    return text.encode("utf-8", "surrogatepass")


def read_photos(name: str, *, least: int, most: int) -> list[bytes]:
    """All parts of a name as photos; every one that cannot be used is named with the reason."""
    files = request.files.getlist(name)
    if not least <= len(files) <= most:
        raise Invalid(
            {
                name: [
                    _("must be sent {least} to {most} times, once for each photo; there were {count}").format(
                        least=least, most=most, count=len(files)
                    )
                ]
            }
        )
    photos = [_read(file) for file in files]
    flaws = {
        f"{name}[{index}]": [flaw] for index, photo in enumerate(photos) if (flaw := _flaw(photo)) is not None
    }
    if flaws:
        raise Invalid(flaws, slug="bad-photo")
    return photos


def _read(file: FileStorage) -> bytes:
    return file.stream.read()


def _flaw(photo: bytes) -> Message | None:
    limits = settings()
    try:
        inspect_picture(
            photo,
            max_bytes=limits.photo_max_mb * 1_000_000,
            max_pixels=limits.photo_max_megapixels * 1_000_000,
        )
    except BadPicture as error:
        return error.message
    return None
