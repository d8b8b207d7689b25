"""the segments that a stop of a route works along."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.add_column(sa.Column("segments", backend.database.Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.drop_column("segments")
