"""Every error leaves as RFC 9457 problem+json in the caller's language, with a stable type and errors by field."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from http import HTTPStatus
from itertools import islice
from typing import Any

import structlog
from apispec import APISpec
from flask import Flask, Response, g, json, request
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, default_exceptions

from backend import errors
from backend.extensions import limiter
from backend.web.language import current_language
from backend.web.wire import Schema, fields
from shared.i18n import Message, translate

_ = Message
log = structlog.get_logger()

STATUS_OF: dict[type[errors.DomainError], HTTPStatus] = {
    errors.NotAuthenticated: HTTPStatus.UNAUTHORIZED,
    errors.NotAllowed: HTTPStatus.FORBIDDEN,
    errors.NotFound: HTTPStatus.NOT_FOUND,
    errors.Conflict: HTTPStatus.CONFLICT,
    errors.Stale: HTTPStatus.PRECONDITION_FAILED,
    errors.Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.WrongType: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
}

MEDIA_TYPE = "application/problem+json"
HTTP_DETAILS: dict[int, Message] = {
    400: _("The request could not be read: check its syntax and that the whole body was sent."),
    404: _("There is nothing at this address; see the API page for what there is."),
    405: _("This address does not take that method; «Allow» names those it takes."),
    406: _("The server can only answer in JSON here."),
    413: _("The request is larger than {limit_mb} MB: send fewer or smaller photos."),
    415: _("This content type is not read here; see the API page for the right one."),
    422: _("Some values cannot be used; see «errors» for each field and what to do."),
    429: _("Too many requests: wait {retry_after_s} s and try again."),
    500: _(
        "The server failed; nothing was half-written. Try again, and report the request id {request_id} if it stays so."
    ),
    503: _("The server is busy: wait {retry_after_s} s and try again."),
}
COLLISION = _(
    "Somebody else changed the same thing at the same moment: read it again and repeat your change."
)
RETRY_AFTER_S = 5
ERRORS_MAX, NAME_MAX, TEXT_MAX = 50, 120, 1000  # a hostile body must not make a huge answer
PROBLEM_RESPONSE = "Problem"


class ProblemSchema(Schema):
    """RFC 9457 problem details; ``errors`` maps a field's path to its messages."""

    class Meta:
        title = "Problem"

    type = fields.String(required=True, metadata={"description": "Stable name: urn:qala:problem:…"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True, metadata={"description": "For people, in the caller's language"})
    request_id = fields.String(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


def describe_problems(spec: APISpec) -> None:
    """Name the one response that every error is."""
    content = {MEDIA_TYPE: {"schema": ProblemSchema}}
    spec.components.response(
        PROBLEM_RESPONSE, {"description": "RFC 9457 problem details", "content": content}
    )


def problem(
    status: int,
    slug: str,
    detail: str,
    *,
    by_field: Mapping[str, list[Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem+json response; messages are translated here and nowhere else."""
    language = current_language()
    body: dict[str, Any] = {
        "type": f"urn:qala:problem:{slug}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": translate(detail, language),
        "request_id": g.get("request_id", ""),
    }
    if by_field:
        body["errors"] = {
            shortened(path, NAME_MAX): [
                shortened(translate(text, language), TEXT_MAX) for text in texts[:ERRORS_MAX]
            ]
            for path, texts in islice(by_field.items(), ERRORS_MAX)
        }
    response = Response(json.dumps(body), status=status, content_type=MEDIA_TYPE)
    response.headers.update(headers or {})
    response.headers["Content-Language"] = language.value
    return response


def shortened(text: str, most: int) -> str:
    """The text, cut where it goes on for too long."""
    return text if len(text) <= most else text[: most - 1] + "…"


def install_problems(app: Flask) -> None:
    """Turn domain errors, HTTP errors and failures into problems."""
    app.register_error_handler(errors.DomainError, from_domain)
    for (
        status
    ) in default_exceptions:  # one by one: flask-smorest registers a handler of its own for all of them
        app.register_error_handler(status, from_http)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(IntegrityError, from_collision)
    app.register_error_handler(OperationalError, from_database)
    app.register_error_handler(NoConnectionFree, from_database)
    app.register_error_handler(Exception, from_failure)


def from_domain(error: errors.DomainError) -> Response:
    """A domain error as a problem."""
    status = next(STATUS_OF[kind] for kind in type(error).__mro__ if kind in STATUS_OF)
    headers: dict[str, str] = {}
    if isinstance(error, errors.Busy):
        headers["Retry-After"] = str(error.retry_after_s)
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    by_field = error.errors if isinstance(error, errors.Invalid) else None
    return problem(status, error.slug, error.detail, by_field=by_field, headers=headers)


def from_http(error: HTTPException) -> Response:
    """What Flask, werkzeug, webargs and the limiter raise, with their headers (405 keeps its Allow)."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()  # type: ignore[return-value]
    limit_mb = _limit_mb()
    headers = {
        name: value
        for name, value in error.get_headers()
        if name.lower() not in {"content-type", "content-length"}
    }
    retry_after_s = headers.get("Retry-After", _limited_for_s() or RETRY_AFTER_S)
    default = _("The request could not be answered: {reason}.").format(reason=HTTPStatus(error.code).phrase)
    detail = HTTP_DETAILS.get(error.code, default).format(
        limit_mb=limit_mb, retry_after_s=retry_after_s, request_id=g.get("request_id", "")
    )
    slug = HTTPStatus(error.code).phrase.lower().replace(" ", "-")
    data = getattr(error, "data", None) or {}
    by_field = flatten(data["messages"]) if "messages" in data else None
    if error.code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        headers.setdefault("Retry-After", str(retry_after_s))
    return problem(error.code, "invalid" if by_field else slug, detail, by_field=by_field, headers=headers)


def _limited_for_s() -> int | None:
    """How long the limit of this request lasts, whole seconds; None where none was reached."""
    reached = limiter.current_limit
    if reached is None or not reached.breached:
        return None
    return max(1, math.ceil(reached.reset_at - time.time()))


def from_collision(error: IntegrityError) -> Response:
    """Two requests wanted the same at once, and the database let one of them: the other may look again.

    What else the database refuses (a NULL, a row that is not there) is a defect of ours.
    """
    if not is_unique_clash(error):
        return from_failure(error)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    # Never the values: they may be names
    log.warning("collision", kind=type(error.orig).__name__, constraint=constraint)
    return problem(HTTPStatus.CONFLICT, "conflict", COLLISION)


def is_unique_clash(error: IntegrityError) -> bool:
    """Whether a row with the same key is there already, as PostgreSQL and SQLite say it."""
    sqlite = {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}
    return (
        getattr(error.orig, "sqlstate", None) == "23505"
        or getattr(error.orig, "sqlite_errorname", None) in sqlite
    )


def from_database(error: OperationalError | NoConnectionFree) -> Response:
    """A database that is locked, gone or has no connection free is a matter of waiting, not of the caller's input."""
    log.error("database_unavailable", error=str(getattr(error, "orig", error)))
    return _failed(HTTPStatus.SERVICE_UNAVAILABLE, "database-unavailable")


def from_failure(error: Exception) -> Response:
    """A defect of ours: logged with its trace, told without it."""
    if isinstance(error, StatementError):
        error.hide_parameters = (
            True  # the values of a statement are names, notes and hashes: none of the log's business
        )
    log.exception("request_failed", exc_info=error)
    return _failed(HTTPStatus.INTERNAL_SERVER_ERROR, "server-failed")


def _failed(status: HTTPStatus, slug: str) -> Response:
    detail = HTTP_DETAILS[status].format(request_id=g.get("request_id", ""), retry_after_s=RETRY_AFTER_S)
    return problem(status, slug, detail, headers={"Retry-After": str(RETRY_AFTER_S)})


def flatten(messages: Any, path: str = "") -> dict[str, list[Any]]:
    """marshmallow's nested messages as one flat mapping: ``{"fixes[0].lat": ["…"]}``; the location (json, query) is dropped."""
    if isinstance(messages, Mapping):
        flat: dict[str, list[Any]] = {}
        for key, value in messages.items():
            if path == "" and key in {
                "json",
                "query",
                "form",
                "files",
                "headers",
                "path",
                "query_and_headers",
                "json_or_form",
            }:
                part = ""
            elif key == "_schema":
                part = path
            elif isinstance(key, int):
                part = f"{path}[{key}]"
            else:
                part = f"{path}.{key}" if path else str(key)
            for name, texts in flatten(value, part).items():
                flat.setdefault(name, []).extend(texts)
        return flat
    return {path or "body": list(messages) if isinstance(messages, list | tuple) else [messages]}


def _limit_mb() -> str:
    """The largest body of this request, which is less for strangers and for JSON."""
    return f"{(request.max_content_length or 0) / 1_000_000:g}"
