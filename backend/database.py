"""The database: base class, column types, and the one way to open a transaction (SQLite or PostgreSQL)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

import structlog
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    Uuid,
    event,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Session

W = TypeVar("W", bound=StrEnum)
log = structlog.get_logger()
READ_ONLY = "qala_read_only"
BUSY_TIMEOUT_S = 15


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored in UTC; naive ones are refused because nobody knows what they mean."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What a value is in Python."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time needs its offset, was {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Word(TypeDecorator[W]):
    """A word of the vocabulary (a StrEnum), stored as its text."""

    impl = String
    cache_ok = True

    def __init__(self, words: type[W], length: int) -> None:
        super().__init__(length)
        self.words = words

    def process_bind_param(self, value: W | None, dialect: Dialect) -> str | None:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> W | None:
        return None if value is None else self.words(value)


Json = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Every row of Qala; constraints get stable names so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        uuid.UUID: Uuid(),
        dict[str, Any]: Json,
        list[Any]: Json,
    }


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True, session_options={"expire_on_commit": False})


def bind_database(app: Flask) -> None:
    """Bind the session to an application and teach its engine this house's transactions."""
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)


@contextmanager
def transaction(*, read_only: bool = False) -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on an exception; services never commit themselves.

    On SQLite a writing transaction takes its lock at once (BEGIN IMMEDIATE): one that reads first and writes later fails
    at once under concurrency instead of waiting. What only reads sees one moment, on both. What was passed to ``after_commit`` runs when the rows are durable.
    """
    session = db.session()
    if session.in_transaction():
        raise RuntimeError("transactions do not nest: a service must not open one")
    options: dict[str, Any] = {READ_ONLY: read_only}
    if db.engine.dialect.name == "postgresql":
        options["postgresql_readonly"] = read_only
        if read_only:
            options["isolation_level"] = "REPEATABLE READ"
    callbacks: list[Callable[[], None]] = []
    session.info["after_commit"] = callbacks
    session.expire_all()  # what an earlier transaction read may be old by now
    try:
        session.connection(execution_options=options)
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("after_commit", None)
    for callback in callbacks:
        try:
            callback()
        except Exception:  # the rows are durable: the caller must not be told otherwise
            log.exception("after_commit_failed")


def after_commit(callback: Callable[[], None]) -> None:
    """Run something once this transaction's rows are durable, and never if it rolls back."""
    db.session().info["after_commit"].append(callback)


def hold_alone(lock: int, of: str = "") -> None:
    """Wait until no other transaction holds a lock of the house, or of one thing of a kind, and hold it until this one ends.

    What is read afterwards is what the one before has left. On SQLite whoever writes is alone already.
    """
    session = db.session()
    if session.get_bind().dialect.name == "postgresql":
        which = (lock, func.hashtext(of)) if of else (lock,)
        session.execute(select(func.pg_advisory_xact_lock(*which)))


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_S * 1000}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        # An erased person's key must not stay in the file's free pages
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get(READ_ONLY, False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
