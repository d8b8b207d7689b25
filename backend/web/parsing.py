"""How JSON bodies are read: strictly (no NaN, no double names, bounded depth), and only when they say that they are JSON."""

from __future__ import annotations

from typing import Any

from flask import Request
from webargs import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest

from backend.errors import Invalid, WrongType
from shared.contracts import DecodeError, parse_json
from shared.i18n import Message

_ = Message


class StrictParser(FlaskParser):
    """webargs with the wire's own JSON reader."""

    def _raw_load_json(self, req: Request) -> Any:
        try:
            body = req.get_data(cache=True)
        except UnicodeDecodeError as error:
            raise BadRequest from error
        if not req.is_json:
            if req.mimetype or body:
                raise WrongType(_("Send the body as application/json, not as {value}.").format(value=req.mimetype or "?"))
            return missing
        if not body:
            return missing
        try:
            return parse_json(body)
        except DecodeError as error:
            raise Invalid(dict(error.by_field()), slug="bad-json") from error
