"""reconciliations by the streets driven, as workers made them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proof_drafts",
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("due", sa.Boolean(), nullable=False),
        sa.Column("asked_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("made_of", sa.String(length=200), nullable=True),
        sa.Column("positions", sa.String(length=80), nullable=True),
        sa.Column("made_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("content", backend.database.Json, nullable=True),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_proof_drafts_route_id_routes")),
        sa.PrimaryKeyConstraint("route_id", name=op.f("pk_proof_drafts")),
    )
    with op.batch_alter_table("proof_drafts", schema=None) as batch_op:
        batch_op.create_index("ix_proof_drafts_due", ["due"], unique=False)


def downgrade() -> None:
    op.drop_table("proof_drafts")
