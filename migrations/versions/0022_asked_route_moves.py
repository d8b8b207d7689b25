"""moves of routes under ids made by phones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_route_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_asked_route_moves_asked_by_users")),
        sa.ForeignKeyConstraint(
            ["route_id"], ["routes.id"], name=op.f("fk_asked_route_moves_route_id_routes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_route_moves")),
    )
    with op.batch_alter_table("asked_route_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asked_route_moves_route_id"), ["route_id"], unique=False)


def downgrade() -> None:
    op.drop_table("asked_route_moves")
