"""Alembic's entry: migrations run with the application's own engine and models."""

from __future__ import annotations

from alembic import context
from flask import current_app
from sqlalchemy import JSON
from sqlalchemy.engine import Connection

from backend.database import Base, Word, db


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """Leave tables alone that are not ours."""
    return kind != "table" or name in Base.metadata.tables


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Migrations name plain columns, not the types by which today's code reads them."""
    if kind == "type" and isinstance(item, Word):
        return f"sa.String(length={item.impl_instance.length})"
    if kind == "type" and isinstance(item, JSON):
        return "backend.database.Json"
    return False


def run(connection: Connection) -> None:
    """Run the migrations on one connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        include_name=include_name,
        render_item=render_item,
        user_module_prefix="backend.database.",
    )
    with context.begin_transaction():
        context.run_migrations()


with current_app.app_context(), db.engine.connect() as connection:
    run(connection)
    connection.commit()
