"""Outlines that people drew on photos, with their word; of earlier words there are none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("defect_labels", sa.Column("outlines", backend.database.Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("defect_labels", schema=None) as batch_op:
        batch_op.drop_column("outlines")
