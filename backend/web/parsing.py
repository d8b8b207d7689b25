"""How JSON bodies and queries are read: strictly (no NaN, no double or unknown names, bounded depth, texts that can be stored)."""

from __future__ import annotations

from typing import Any

from flask import Request
from marshmallow import RAISE
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from backend.errors import Invalid, WrongType
from shared.contracts import DecodeError, parse_json, path_text
from shared.i18n import Message
from shared.scalars import unstorable

_ = Message


class StrictParser(FlaskParser):
    """webargs with the wire's own JSON reader."""

    # A filter with a typing error would otherwise show everything, and nobody would notice.
    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012 - webargs reads it from the class
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        try:
            body = req.get_data(cache=True)
        except UnicodeDecodeError as error:
            raise BadRequest from error
        if not req.is_json:
            if req.mimetype or body:
                raise WrongType(
                    _("Send the body as application/json, not as {value}.").format(value=req.mimetype or "?")
                )
            return missing
        if not body:
            return missing
        try:
            value = parse_json(body)
        except DecodeError as error:
            raise Invalid(dict(error.by_field()), slug="bad-json") from error
        if b"\\u0000" in body:
            refuse_unstorable(value)
        return value


def refuse_unstorable(value: object) -> None:
    """Refuse a text with NUL wherever it stands: PostgreSQL cannot hold it, and SQLite would hide what follows."""
    pending: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while pending:
        path, each = pending.pop()
        if isinstance(each, dict):
            pending += [((*path, "{}"), name) for name in each]
            pending += [((*path, name), part) for name, part in each.items()]
        elif isinstance(each, list):
            pending += [((*path, at), part) for at, part in enumerate(each)]
        elif (
            isinstance(each, str)
            and (wrong := unstorable(each, str(path[-1]) if path else "body")) is not None
        ):
            raise Invalid({path_text(path): [wrong]})
