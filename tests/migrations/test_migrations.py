"""The migrations build exactly the schema that the models describe, and can be taken back, on both databases."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from backend.app import create_app
from backend.config import load_settings
from backend.database import Base, db
from backend.ledger.models import APPEND_ONLY
from tests.fakes import FakeVerifier


def application(url: str, folder: Path) -> Flask:
    """An application on a database that need not have a schema."""
    return create_app(
        load_settings({}, instance_dir=folder, database_url=url), verifier=FakeVerifier, jobs_immediate=True
    )


def tables() -> set[str]:
    """The tables that are there, without Alembic's own."""
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_migrations_equal_the_models(database_url: str, tmp_path: Path) -> None:
    """Nothing to add, nothing to drop, no other type, index, constraint or default."""
    with application(database_url, tmp_path).app_context():
        with db.engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "target_metadata": Base.metadata}
            )
            assert [] == compare_metadata(context, Base.metadata)
        db.engine.dispose()


def test_migrations_go_down_to_nothing_and_up_again(database_url: str, tmp_path: Path) -> None:
    """Every step has a way back."""
    with application(database_url, tmp_path).app_context():
        before = tables()
        downgrade(revision="base")
        assert set() == tables()
        upgrade()
        assert before == tables() == set(Base.metadata.tables)
        db.engine.dispose()


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_append_only_tables_have_their_triggers(database_url: str, tmp_path: Path, table: str) -> None:
    """The refusal to change is part of the schema: two on PostgreSQL; on SQLite also one against INSERT OR REPLACE."""
    question = {
        "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table",
        "postgresql": "SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgrelid = CAST(:table AS regclass)",
    }
    with application(database_url, tmp_path).app_context():
        with db.engine.connect() as connection:
            expected = {"sqlite": 3, "postgresql": 2}[db.engine.dialect.name]
            assert expected == connection.scalar(sa.text(question[db.engine.dialect.name]), {"table": table})
        db.engine.dispose()


def test_a_migration_of_a_filled_database_keeps_its_rows(database_url: str, tmp_path: Path) -> None:
    """Upgrading what is newest already changes nothing."""
    with application(database_url, tmp_path).app_context():
        district = {"id": uuid4(), "code": "x", "name_ru": "x", "name_kk": "x", "name_en": "x"}
        with db.engine.begin() as connection:
            connection.execute(sa.insert(Base.metadata.tables["districts"]).values(district))
        upgrade()
        with db.engine.connect() as connection:
            assert "x" == connection.scalar(sa.text("SELECT code FROM districts"))
        db.engine.dispose()
