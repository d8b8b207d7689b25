"""plans of a day, their runs and moves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("wishes", backend.database.Json, nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_plans_created_by_users")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_plans_district_id_districts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plans")),
    )
    with op.batch_alter_table("plans", schema=None) as batch_op:
        batch_op.create_index("ix_plans_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_plans_day_kind", ["day", "kind"], unique=False)

    op.create_table(
        "plan_moves",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=True),
        sa.Column("moved_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moved_by"], ["users.id"], name=op.f("fk_plan_moves_moved_by_users")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_moves_plan_id_plans")),
        sa.PrimaryKeyConstraint("plan_id", "number", name=op.f("pk_plan_moves")),
    )
    op.create_table(
        "plan_runs",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("events", backend.database.Json, nullable=True),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("stop_asked", sa.Boolean(), nullable=False),
        sa.Column("day", backend.database.Json, nullable=False),
        sa.Column("progress", backend.database.Json, nullable=False),
        sa.Column("result", backend.database.Json, nullable=True),
        sa.Column("based_on", backend.database.Json, nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("leased_until", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by"], ["users.id"], name=op.f("fk_plan_runs_accepted_by_users")),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_plan_runs_asked_by_users")),
        sa.ForeignKeyConstraint(["plan_id"], ["plans.id"], name=op.f("fk_plan_runs_plan_id_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_runs")),
    )
    with op.batch_alter_table("plan_runs", schema=None) as batch_op:
        batch_op.create_index("uq_plan_runs_plan_id_number", ["plan_id", "number"], unique=True)


def downgrade() -> None:
    for table in ("plan_runs", "plan_moves", "plans"):
        op.drop_table(table)
