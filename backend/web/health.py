"""Whether the server lives, whether it is ready, and what it counts; outside the API's prefix."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy.exc import SQLAlchemyError

from backend.clock import now
from backend.config import PROJECT_DIR
from backend.database import db, transaction
from backend.web.metrics import exposition

blp = Blueprint("health", __name__)
MIGRATIONS_DIR = PROJECT_DIR / "migrations"
Question = Callable[[datetime], str | None]
WARNINGS: dict[str, Question] = {}


def warning(ask: Question) -> Question:
    """Declare a question that /readyz asks with the time, in a read-only transaction; its answer is a warning or None."""
    WARNINGS[f"{ask.__module__}.{ask.__name__}"] = ask
    return ask


def newest_migration() -> str | None:
    """The schema version that this code needs."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS_DIR))
    return ScriptDirectory.from_config(config).get_current_head()


def present_migration() -> str | None:
    """The schema version that the database has."""
    if not sa.inspect(db.session().connection()).has_table("alembic_version"):
        return None
    version: str | None = db.session().execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return version


@blp.route("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blp.route("/readyz")
def readyz() -> tuple[Response, int]:
    """Everything a request needs is there; what is merely unwise is a warning."""
    settings = current_app.config["QALA"]
    problems: list[str] = []
    warnings: list[str] = []
    try:
        with transaction(read_only=True):
            present = present_migration()
        if present != newest_migration():
            problems.append("the database's schema is not this version's: run `qala migrate`")
        else:
            with transaction(read_only=True):
                warnings += [said for ask in WARNINGS.values() if (said := ask(now())) is not None]
    except SQLAlchemyError:
        problems.append("the database does not answer")
    if settings.anchor_dir is None:
        warnings.append("ledger anchors do not leave this machine: set QALA_ANCHOR_DIR to a place elsewhere")
    elif not settings.anchor_dir.is_dir():
        problems.append("QALA_ANCHOR_DIR is not there: mount it")
    status = 503 if problems else 200
    return jsonify(status="not ready" if problems else "ready", problems=problems, warnings=warnings), status


@blp.route("/metrics")
def metrics() -> Response:
    """Counters for Prometheus."""
    return Response(exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")
