"""One structured line per request, with an id that the caller gets too; never bodies, names or tokens."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request

from backend.config import Settings
from backend.web.metrics import REQUEST_SECONDS

log = structlog.get_logger()
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
QUIET = frozenset({"health.healthz", "health.readyz", "health.metrics", "static", "console.static"})


def configure_logging(settings: Settings) -> None:
    """Structured lines to standard error, as JSON or for people; libraries' records go the same way."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    machine = settings.log_format == "json"
    renderer: structlog.typing.Processor = structlog.processors.JSONRenderer(ensure_ascii=False)
    # Plain traces: the prettier ones print local variables, and with them passwords and names
    if not machine:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    trace: list[Any] = [structlog.processors.format_exc_info] if machine else []
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, settings.log_level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *trace, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for chatty in ("huey", "werkzeug", "httpx", "httpcore", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def install_request_log(app: Flask) -> None:
    """Give each request an id and log its end."""

    @app.before_request
    def begin() -> None:
        offered = request.headers.get("X-Request-Id", "")
        g.request_id = offered if REQUEST_ID.fullmatch(offered) else secrets.token_hex(8)
        g.started = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        endpoint = request.endpoint or "none"
        # A stranger may invent millions of them
        method = request.method if request.method in METHODS else "other"
        REQUEST_SECONDS.labels(endpoint, method, str(response.status_code)).observe(seconds)
        if endpoint not in QUIET:
            principal = g.get("principal")
            log.info(
                "request",
                method=request.method,
                route=request.url_rule.rule if request.url_rule else None,
                status=response.status_code,
                ms=round(seconds * 1000, 1),
                user=str(principal.user_id) if principal else None,
            )
        return response
