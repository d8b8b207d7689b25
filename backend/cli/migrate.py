"""`qala migrate`: bring the database's schema to this version."""

from __future__ import annotations

import click


@click.command()
def migrate() -> None:
    """Bring the database's schema to this version; does nothing when it is there already."""
    from backend.cli.application import application

    with application():
        before, after = upgrade()
    click.echo(f"schema {after}" if before == after else f"schema {before or '(empty)'} → {after}")


def upgrade() -> tuple[str | None, str | None]:
    """Run the migrations that are missing; the schema's version before and after."""
    import flask_migrate

    from backend.database import transaction
    from backend.web import health

    def version() -> str | None:
        with transaction(read_only=True):
            return health.present_migration()

    before = version()
    if before != health.newest_migration():
        flask_migrate.upgrade(directory=str(health.MIGRATIONS_DIR))
    return before, version()
