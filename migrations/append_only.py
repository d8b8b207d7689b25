"""Triggers that make the database itself refuse to change or remove rows of a table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op


def forbid_changes(table: str) -> None:
    """Refuse UPDATE, DELETE, (PostgreSQL) TRUNCATE and (SQLite) INSERT OR REPLACE onto a row on a table."""
    if op.get_bind().dialect.name == "sqlite":
        _forbid_replacing(table)
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION qala_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION qala_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION qala_append_only()"
    )


def _forbid_replacing(table: str) -> None:
    """SQLite's INSERT OR REPLACE removes the row in its way without asking a DELETE trigger: it is stopped before."""
    unique = sa.inspect(op.get_bind()).get_unique_constraints(table)
    keys = [["rowid"], ["id"], *(constraint["column_names"] for constraint in unique)]
    there = " OR ".join(
        "(" + " AND ".join(f"{column} = NEW.{column}" for column in key) + ")" for key in keys
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {there}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def allow_changes(table: str) -> None:
    """Take the triggers off again, before the table is dropped."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete", "replace"):
            op.execute(f"DROP TRIGGER {table}_no_{verb}")
        return
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
