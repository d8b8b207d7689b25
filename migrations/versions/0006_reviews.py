"""reviews and appeals."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("appeal_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_ins.id"], name=op.f("fk_decisions_check_in_id_check_ins")
        ),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_decisions_decided_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_check_in_id_number", ["check_in_id", "number"], unique=False)

    op.create_table(
        "appeals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("filed_as", sa.String(length=12), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("filed_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed_text", sa.LargeBinary(), nullable=False),
        sa.Column("appeal_until", sa.Date(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("due_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sealed_ruling", sa.LargeBinary(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_appeals_closed_by_users")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_appeals_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["filed_by"], ["users.id"], name=op.f("fk_appeals_filed_by_users")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_appeals_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeals")),
    )
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_appeals_district_id"), ["district_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_appeals_state_due_at", ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeals_subject_id"), ["subject_id"], unique=False)
        batch_op.create_index(
            "uq_appeals_open_kind_subject_id",
            ["kind", "subject_id"],
            unique=True,
            postgresql_where=sa.text("state = 'filed'"),
            sqlite_where=sa.text("state = 'filed'"),
        )

    forbid_changes("decisions")


def downgrade() -> None:
    allow_changes("decisions")
    with op.batch_alter_table("appeals", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appeals_open_kind_subject_id",
            postgresql_where=sa.text("state = 'filed'"),
            sqlite_where=sa.text("state = 'filed'"),
        )
        batch_op.drop_index(batch_op.f("ix_appeals_subject_id"))
        batch_op.drop_index("ix_appeals_state_due_at")
        batch_op.drop_index(batch_op.f("ix_appeals_person_id"))
        batch_op.drop_index(batch_op.f("ix_appeals_district_id"))

    op.drop_table("appeals")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_check_in_id_number")

    op.drop_table("decisions")
