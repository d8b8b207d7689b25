"""A flask-smorest blueprint whose every route names the action it needs: deny by default, one transaction a request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

import flask_smorest
from flask import Flask, Request, Response, request

from backend.database import transaction
from backend.web.parsing import StrictParser
from backend.web.principal import enter
from backend.web.problems import PROBLEM_RESPONSE

PUBLIC = "public"  # the action of endpoints that need no principal
PUBLIC_BODY_MAX_BYTES = 64_000  # a sign-in has 1 kB
JSON_BODY_MAX_BYTES = 4_000_000  # a geofence of 50,000 vertices has 2 MB
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ACTIONS: dict[str, str] = {}  # endpoint name -> action; the policy test and create_app read it

View = Callable[..., Any]
Entrance = Callable[[Request, str], object]  # authenticates a request for an action, or raises


class Blueprint(flask_smorest.Blueprint):
    """Routes of one feature.

    ``action`` is a row of accounts.policy or PUBLIC. The request's body is read before the transaction opens, so a slow
    client never holds the database's lock. A view that commits midway (``own_transactions``) opens its own.
    """

    ARGUMENTS_PARSER = StrictParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after_request(keep_out_of_caches)

    def register_views_in_doc(self, api: Any, app: Flask, *args: Any, **kwargs: Any) -> None:
        """Describe the views in OpenAPI, where that is wanted."""
        if app.config["QALA_DESCRIBE_API"]:
            super().register_views_in_doc(api, app, *args, **kwargs)

    def route(
        self,
        rule: str,
        *,
        action: str,
        methods: tuple[str, ...] = ("GET",),
        own_transactions: bool = False,
        writes: bool | None = None,
        problems: tuple[int, ...] = (),
        entrance: Entrance = enter,
        **options: Any,
    ) -> Callable[[View], View]:
        """Bind a view to a rule; ``writes`` overrides what the method says about the transaction, ``entrance`` who may come in."""
        bind = super().route(rule, methods=list(methods), **options)

        def decorate(view: View) -> View:
            ACTIONS[f"{self.name}.{options.get('endpoint', view.__name__)}"] = action
            read_only = request_reads_only if writes is None else (lambda: not writes)
            guarded = _guard(view, action, None if own_transactions else read_only, entrance)
            security = _security(action, entrance)
            guarded = _document(self, guarded, action, rule, methods, problems, security)
            bind(guarded)
            return view

        return decorate


def keep_out_of_caches(response: Response) -> Response:
    """What the API answers is for this caller now: no browser or proxy may keep it."""
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def request_reads_only() -> bool:
    """Whether the method promises to change nothing."""
    return request.method in SAFE_METHODS


def read_body(action: str) -> None:
    """Take the whole body off the wire before any lock is taken; strangers and JSON get less room than photos."""
    if action == PUBLIC:
        request.max_content_length = PUBLIC_BODY_MAX_BYTES
    elif request.mimetype != "multipart/form-data":
        request.max_content_length = JSON_BODY_MAX_BYTES
    if request.mimetype == "multipart/form-data":
        _ = request.files
    else:
        request.get_data(cache=True)


def _guard(view: View, action: str, read_only: Callable[[], bool] | None, entrance: Entrance) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if action != PUBLIC:
            entrance(request, action)
        read_body(action)
        if read_only is None:
            return view(*args, **kwargs)
        with transaction(read_only=read_only()):
            return view(*args, **kwargs)

    return guarded


def _document(
    blueprint: Blueprint,
    view: View,
    action: str,
    rule: str,
    methods: tuple[str, ...],
    problems: tuple[int, ...],
    security: list[dict[str, list[str]]],
) -> View:
    """Name every problem an endpoint can answer with, so that the API page is whole."""
    statuses = {HTTPStatus(status) for status in problems}
    statuses |= {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.TOO_MANY_REQUESTS}
    if action != PUBLIC:
        statuses |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    if "<" in rule:
        statuses |= {HTTPStatus.NOT_FOUND}
    if set(methods) - SAFE_METHODS:
        statuses |= {
            HTTPStatus.CONFLICT,
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        }
    documented: View = blueprint.doc(security=security, **{"x-action": action})(view)
    # What alt_response would write, which copies the whole description and wraps the view for each status
    responses = vars(documented)["_apidoc"].setdefault("response", {}).setdefault("responses", {})
    for status in sorted(statuses):
        responses.setdefault(status, []).append(PROBLEM_RESPONSE)
    return documented


def _security(action: str, entrance: Entrance) -> list[dict[str, list[str]]]:
    """What an endpoint asks for, in OpenAPI's words: nothing, a person's access token, or a vehicle's id."""
    if action == PUBLIC:
        return []
    return [{"bearer": []}] if entrance is enter else [{"tracker": []}]
