"""Citizens' reports through the public door (Open311), and what a dispatcher decided on each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "citizen_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("service", sa.String(length=12), nullable=False),
        sa.Column("moderation", sa.String(length=10), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("app", sa.String(length=60), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("requested_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("text_shown", sa.Boolean(), nullable=False),
        sa.Column("photos_shown", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["defects.id"], name=op.f("fk_citizen_requests_id_defects")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_citizen_requests_district_id_districts")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_citizen_requests_decided_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_requests")),
        sa.UniqueConstraint("number", name=op.f("uq_citizen_requests_number")),
    )
    with op.batch_alter_table("citizen_requests", schema=None) as batch_op:
        batch_op.create_index("ix_citizen_requests_content_hash", ["content_hash"], unique=False)
        batch_op.create_index(
            "ix_citizen_requests_moderation_requested_at", ["moderation", "requested_at"], unique=False
        )


def downgrade() -> None:
    op.drop_table("citizen_requests")
