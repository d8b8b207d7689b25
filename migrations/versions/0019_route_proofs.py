"""reconciliations of routes as they were when the routes were closed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "route_proofs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("route_version", sa.Integer(), nullable=False),
        sa.Column("made_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", backend.database.Json, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_route_proofs_route_id_routes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_proofs")),
    )
    with op.batch_alter_table("route_proofs", schema=None) as batch_op:
        batch_op.create_index("uq_route_proofs_route_id_number", ["route_id", "number"], unique=True)
    forbid_changes("route_proofs")


def downgrade() -> None:
    allow_changes("route_proofs")
    with op.batch_alter_table("route_proofs", schema=None) as batch_op:
        batch_op.drop_index("uq_route_proofs_route_id_number")
    op.drop_table("route_proofs")
