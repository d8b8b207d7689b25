"""attendance."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "check_ins",
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("captured_by", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("captured_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_manifest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.String(length=100), nullable=False),
        sa.Column("frame_hashes", backend.database.Json, nullable=False),
        sa.Column("expected", backend.database.Json, nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("remedy", sa.String(length=20), nullable=True),
        sa.Column("findings", backend.database.Json, nullable=False),
        sa.Column("decided_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("model_version", sa.String(length=80), nullable=True),
        sa.Column("threshold_version", sa.String(length=80), nullable=True),
        sa.Column("enrolment_id", sa.Uuid(), nullable=True),
        sa.Column("limits", backend.database.Json, nullable=True),
        sa.Column("frames_purged_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ledger_id", sa.BigInteger(), nullable=True),
        sa.Column("ledger_hash", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("leased_until", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["captured_by"], ["users.id"], name=op.f("fk_check_ins_captured_by_users")),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_check_ins_device_id_devices")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_check_ins_district_id_districts")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_check_ins_enrolment_id_enrolments")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_check_ins_person_id_people")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_check_ins_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_ins")),
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.create_index(
            "ix_check_ins_captured_by_received_at", ["captured_by", "received_at"], unique=False
        )
        batch_op.create_index(
            "ix_check_ins_district_id_received_at", ["district_id", "received_at"], unique=False
        )
        batch_op.create_index(
            "ix_check_ins_person_id_captured_at", ["person_id", "captured_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_check_ins_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_ins_task_id"), ["task_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_ins_task_id"))
        batch_op.drop_index(batch_op.f("ix_check_ins_state"))
        batch_op.drop_index("ix_check_ins_person_id_captured_at")
        batch_op.drop_index("ix_check_ins_district_id_received_at")
        batch_op.drop_index("ix_check_ins_captured_by_received_at")

    op.drop_table("check_ins")
