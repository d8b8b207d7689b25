"""The photos of a request: multipart parts, or the names of files that have arrived in pieces before."""

from __future__ import annotations

import re

from flask import request

from backend.adapters import settings
from backend.errors import Invalid
from backend.faces.pictures import BadPicture, inspect_picture
from backend.uploads import steps
from backend.web import uploads as parts
from backend.web.principal import Principal
from shared.i18n import Message

_ = Message
FIELD = "uploaded"
SHA256 = re.compile(r"[0-9a-f]{64}")
DESCRIPTION = {
    "type": "string",
    "description": "Instead of the photo parts: SHA-256 of each file sent with PUT /uploads, in the manifest's order, joined by commas",
}


def read_photos(name: str, *, least: int, most: int, by: Principal) -> list[bytes]:
    """The request's photos; every one that cannot be used is named with the reason. Opens transactions of its own."""
    sha256s = named()
    if not sha256s:
        if least == 0 and not request.files.getlist(name):
            return []
        return parts.read_photos(name, least=least, most=most)
    _require_names(sha256s, name, least, most)
    photos = steps.whole_files(sha256s, by)
    flaws = {
        f"{FIELD}[{index}]": [flaw]
        for index, photo in enumerate(photos)
        if (flaw := _flaw(photo)) is not None
    }
    if flaws:
        raise Invalid(flaws, slug="bad-photo")
    return photos


def named() -> list[str]:
    """The files that the request names instead of sending them, as it wrote them."""
    text = request.form.get(FIELD, "").strip()
    return [each.strip() for each in text.split(",")] if text else []


def discard_named(by: Principal) -> None:
    """Forget the files that the request named, once its report stands. Opens transactions of its own."""
    steps.discard([each for each in named() if SHA256.fullmatch(each)], by)


def _require_names(sha256s: list[str], name: str, least: int, most: int) -> None:
    if request.files.getlist(name):
        message = _("must not stand beside {name} parts: name every photo here, or send every one")
        raise Invalid({FIELD: [message.format(name=name)]})
    if not least <= len(sha256s) <= most:
        message = _("must name {least} to {most} files, one for each photo; there were {count}")
        raise Invalid({FIELD: [message.format(least=least, most=most, count=len(sha256s))]})
    errors = {
        f"{FIELD}[{index}]": [_("must be a SHA-256: 64 digits 0-9 a-f in lower case")]
        for index, each in enumerate(sha256s)
        if not SHA256.fullmatch(each)
    }
    if errors:
        raise Invalid(errors)


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
