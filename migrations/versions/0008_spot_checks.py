"""spot checks and hours."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

APPEND_ONLY = ("gap_decisions",)


def upgrade() -> None:
    op.create_table(
        "spot_check_draws",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("person_ids", backend.database.Json, nullable=False),
        sa.Column("starts_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("per_shift", sa.Double(), nullable=False),
        sa.Column("seed_sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed_seed", sa.LargeBinary(), nullable=False),
        sa.Column("committed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revealed_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_spot_check_draws_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_spot_check_draws_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check_draws")),
    )
    with op.batch_alter_table("spot_check_draws", schema=None) as batch_op:
        batch_op.create_index(
            "ix_spot_check_draws_revealed_at_ends_at", ["revealed_at", "ends_at"], unique=False
        )
        batch_op.create_index("uq_spot_check_draws_task_id_number", ["task_id", "number"], unique=True)

    op.create_table(
        "spot_checks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answer_by", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("foreknowledge", sa.Boolean(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_ins.id"], name=op.f("fk_spot_checks_check_in_id_check_ins")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_spot_checks_district_id_districts")
        ),
        sa.ForeignKeyConstraint(
            ["draw_id"], ["spot_check_draws.id"], name=op.f("fk_spot_checks_draw_id_spot_check_draws")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_spot_checks_person_id_people")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_spot_checks_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_checks")),
    )
    with op.batch_alter_table("spot_checks", schema=None) as batch_op:
        batch_op.create_index("ix_spot_checks_person_id_due_at", ["person_id", "due_at"], unique=False)
        batch_op.create_index("ix_spot_checks_state_answer_by", ["state", "answer_by"], unique=False)
        batch_op.create_index("ix_spot_checks_task_id_due_at", ["task_id", "due_at"], unique=False)

    op.create_table(
        "gap_decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gap_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("spot_check_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("credited", sa.Boolean(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("appeal_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_gap_decisions_decided_by_users")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_gap_decisions_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_gap_decisions_person_id_people")),
        sa.ForeignKeyConstraint(
            ["spot_check_id"], ["spot_checks.id"], name=op.f("fk_gap_decisions_spot_check_id_spot_checks")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_decisions")),
    )
    with op.batch_alter_table("gap_decisions", schema=None) as batch_op:
        batch_op.create_index("ix_gap_decisions_person_id", ["person_id"], unique=False)
        batch_op.create_index("uq_gap_decisions_gap_id_number", ["gap_id", "number"], unique=True)

    op.create_table(
        "spot_check_hand_overs",
        sa.Column("spot_check_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_spot_check_hand_overs_device_id_devices")
        ),
        sa.ForeignKeyConstraint(
            ["spot_check_id"],
            ["spot_checks.id"],
            name=op.f("fk_spot_check_hand_overs_spot_check_id_spot_checks"),
        ),
        sa.PrimaryKeyConstraint("spot_check_id", "device_id", name=op.f("pk_spot_check_hand_overs")),
    )

    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    op.drop_table("spot_check_hand_overs")
    with op.batch_alter_table("gap_decisions", schema=None) as batch_op:
        batch_op.drop_index("uq_gap_decisions_gap_id_number")
        batch_op.drop_index("ix_gap_decisions_person_id")

    op.drop_table("gap_decisions")
    with op.batch_alter_table("spot_checks", schema=None) as batch_op:
        batch_op.drop_index("ix_spot_checks_task_id_due_at")
        batch_op.drop_index("ix_spot_checks_state_answer_by")
        batch_op.drop_index("ix_spot_checks_person_id_due_at")

    op.drop_table("spot_checks")
    with op.batch_alter_table("spot_check_draws", schema=None) as batch_op:
        batch_op.drop_index("uq_spot_check_draws_task_id_number")
        batch_op.drop_index("ix_spot_check_draws_revealed_at_ends_at")

    op.drop_table("spot_check_draws")
