"""paper sheets and absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APPEND_ONLY = ("paper_sheet_decisions", "absence_decisions")


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_absences_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_absences_entered_by_users")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index(
            "ix_absences_district_id_entered_at", ["district_id", "entered_at"], unique=False
        )
        batch_op.create_index("ix_absences_person_id_from_day", ["person_id", "from_day"], unique=False)
        batch_op.create_index(batch_op.f("ix_absences_state"), ["state"], unique=False)

    op.create_table(
        "absence_documents",
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("is_pdf", sa.Boolean(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["absences.id"], name=op.f("fk_absence_documents_absence_id_absences")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_absence_documents_added_by_users")),
        sa.PrimaryKeyConstraint("absence_id", "position", name=op.f("pk_absence_documents")),
    )

    op.create_table(
        "paper_sheets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("came_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("outside_window", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("sealed_note", sa.LargeBinary(), nullable=False),
        sa.Column("photo_hashes", backend.database.Json, nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_paper_sheets_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_paper_sheets_entered_by_users")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_paper_sheets_person_id_people")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_paper_sheets_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheets")),
    )
    with op.batch_alter_table("paper_sheets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_paper_sheets_district_id_entered_at", ["district_id", "entered_at"], unique=False
        )
        batch_op.create_index("ix_paper_sheets_person_id_came_at", ["person_id", "came_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_sheets_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_sheets_task_id"), ["task_id"], unique=False)

    op.create_table(
        "paper_sheet_decisions",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("appeal_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["paper_sheets.id"], name=op.f("fk_paper_sheet_decisions_sheet_id_paper_sheets")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_paper_sheet_decisions_decided_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheet_decisions")),
    )
    with op.batch_alter_table("paper_sheet_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_sheet_decisions_sheet_id"), ["sheet_id"], unique=False)

    op.create_table(
        "absence_decisions",
        sa.Column("absence_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed_words", sa.LargeBinary(), nullable=True),
        sa.Column("appeal_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["absences.id"], name=op.f("fk_absence_decisions_absence_id_absences")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_absence_decisions_decided_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_decisions")),
    )
    with op.batch_alter_table("absence_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_absence_decisions_absence_id"), ["absence_id"], unique=False)

    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)

    with op.batch_alter_table("absence_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absence_decisions_absence_id"))

    op.drop_table("absence_decisions")

    with op.batch_alter_table("paper_sheet_decisions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_sheet_decisions_sheet_id"))

    op.drop_table("paper_sheet_decisions")

    with op.batch_alter_table("paper_sheets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_sheets_task_id"))
        batch_op.drop_index(batch_op.f("ix_paper_sheets_state"))
        batch_op.drop_index("ix_paper_sheets_person_id_came_at")
        batch_op.drop_index("ix_paper_sheets_district_id_entered_at")

    op.drop_table("paper_sheets")

    op.drop_table("absence_documents")

    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_absences_state"))
        batch_op.drop_index("ix_absences_person_id_from_day")
        batch_op.drop_index("ix_absences_district_id_entered_at")

    op.drop_table("absences")
