"""papers whose time is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = ("paper_sheets", "absences")


def upgrade() -> None:
    for table in TABLES:
        # In place: SQLite does not let a table go to which other rows refer
        with op.batch_alter_table(table, schema=None, recreate="never") as batch_op:
            batch_op.add_column(
                sa.Column("purged_at", backend.database.UtcDateTime(timezone=True), nullable=True)
            )


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None, recreate="never") as batch_op:
            batch_op.drop_column("purged_at")
