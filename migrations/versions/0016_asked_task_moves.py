"""moves of tasks under ids made by phones."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asked_task_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_asked_task_moves_asked_by_users")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_asked_task_moves_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_task_moves")),
    )
    with op.batch_alter_table("asked_task_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asked_task_moves_task_id"), ["task_id"], unique=False)


def downgrade() -> None:
    op.drop_table("asked_task_moves")
