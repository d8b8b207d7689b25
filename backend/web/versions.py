"""ETags: a single resource says its version, and a change may name the version it was made from."""

from __future__ import annotations

from flask import request
from werkzeug.http import quote_etag, unquote_etag

from backend.errors import Stale
from shared.i18n import Message

_ = Message


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"ETag": quote_etag(str(version))}


def check_if_match(version: int) -> None:
    """Refuse a change that was made from another version; without If-Match the change is taken as it is."""
    wished = request.headers.get("If-Match")
    if wished is None or wished.strip() == "*":
        return
    known = {unquote_etag(part.strip())[0] for part in wished.split(",")}
    if str(version) not in known:
        raise Stale(
            _(
                "This has changed since you read it: it is now version {version}. Read it again and repeat your change."
            ).format(version=version)
        )
