"""routes that a planner made: plan, vehicle and shift; stops with their site and turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ROUTE_IDS = ("plan_id", "vehicle_id", "shift_id")


def upgrade() -> None:
    # In place: SQLite does not let a table go to which other rows refer
    with op.batch_alter_table("routes", schema=None, recreate="never") as batch_op:
        for name in ROUTE_IDS:
            batch_op.add_column(sa.Column(name, sa.Uuid(), nullable=True))
            batch_op.create_index(batch_op.f(f"ix_routes_{name}"), [name], unique=False)
    with op.batch_alter_table("route_stops", schema=None, recreate="never") as batch_op:
        batch_op.add_column(sa.Column("site_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("instructions", backend.database.Json, nullable=True))
        batch_op.create_index(batch_op.f("ix_route_stops_site_id"), ["site_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("route_stops", schema=None, recreate="never") as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_stops_site_id"))
        batch_op.drop_column("instructions")
        batch_op.drop_column("site_id")
    with op.batch_alter_table("routes", schema=None, recreate="never") as batch_op:
        for name in reversed(ROUTE_IDS):
            batch_op.drop_index(batch_op.f(f"ix_routes_{name}"))
            batch_op.drop_column(name)
