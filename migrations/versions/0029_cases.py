"""cases of faults, their views, merges, moves and repairs; the city's table of repairs; conditions of streets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

APPEND_ONLY = ("road_care",)


def upgrade() -> None:
    op.create_table(
        "street_conditions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("is_newest", sa.Boolean(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("photos", sa.Integer(), nullable=False),
        sa.Column("assessed", sa.Integer(), nullable=False),
        sa.Column("units_seen", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("faults", backend.database.Json, nullable=False),
        sa.Column("scales", backend.database.Json, nullable=False),
        sa.Column("evidence_from", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("evidence_until", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reckoned_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_conditions")),
    )
    with op.batch_alter_table("street_conditions", schema=None) as batch_op:
        batch_op.create_index(
            "ix_street_conditions_is_newest_score", ["is_newest", "score", "segment_id"], unique=False
        )
        batch_op.create_index("ix_street_conditions_segment_id", ["segment_id", "reckoned_at"], unique=False)

    op.create_table(
        "road_care",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", backend.database.Json, nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_road_care_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_care")),
    )
    with op.batch_alter_table("road_care", schema=None) as batch_op:
        batch_op.create_index("uq_road_care_number", ["number"], unique=True)

    op.create_table(
        "road_cases",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("cell", sa.BigInteger(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=True),
        sa.Column("along_m", sa.Double(), nullable=True),
        sa.Column("right", sa.Double(), nullable=True),
        sa.Column("street_class", sa.Integer(), nullable=True),
        sa.Column("belief", backend.database.Json, nullable=False),
        sa.Column("look_sum", sa.LargeBinary(), nullable=True),
        sa.Column("views", sa.Integer(), nullable=False),
        sa.Column("witnesses", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("joined_into", sa.Uuid(), nullable=True),
        sa.Column("earlier_case_id", sa.Uuid(), nullable=True),
        sa.Column("returns", sa.Integer(), nullable=False),
        sa.Column("opened_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_road_cases_district_id_districts")
        ),
        sa.ForeignKeyConstraint(
            ["earlier_case_id"], ["road_cases.id"], name=op.f("fk_road_cases_earlier_case_id_road_cases")
        ),
        sa.ForeignKeyConstraint(
            ["joined_into"], ["road_cases.id"], name=op.f("fk_road_cases_joined_into_road_cases")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_road_cases_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_cases")),
    )
    with op.batch_alter_table("road_cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_road_cases_district_id_opened_at", ["district_id", "opened_at"], unique=False
        )
        batch_op.create_index("ix_road_cases_is_open_cell", ["is_open", "cell"], unique=False)
        batch_op.create_index("ix_road_cases_opened_at", ["opened_at", "id"], unique=False)
        batch_op.create_index("ix_road_cases_segment_id", ["segment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_road_cases_task_id"), ["task_id"], unique=False)

    op.create_table(
        "asked_case_moves",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(length=12), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["users.id"], name=op.f("fk_asked_case_moves_asked_by_users")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["road_cases.id"], name=op.f("fk_asked_case_moves_case_id_road_cases")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_case_moves")),
    )
    with op.batch_alter_table("asked_case_moves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_asked_case_moves_case_id"), ["case_id"], unique=False)

    op.create_table(
        "case_merges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("defect_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("from_case_id", sa.Uuid(), nullable=True),
        sa.Column("opened", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("evidence", backend.database.Json, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.Column("undone_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["road_cases.id"], name=op.f("fk_case_merges_case_id_road_cases")
        ),
        sa.ForeignKeyConstraint(["defect_id"], ["defects.id"], name=op.f("fk_case_merges_defect_id_defects")),
        sa.ForeignKeyConstraint(
            ["from_case_id"], ["road_cases.id"], name=op.f("fk_case_merges_from_case_id_road_cases")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_case_merges_made_by_users")),
        sa.ForeignKeyConstraint(["undone_by"], ["users.id"], name=op.f("fk_case_merges_undone_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_merges")),
    )
    with op.batch_alter_table("case_merges", schema=None) as batch_op:
        batch_op.create_index("ix_case_merges_case_id", ["case_id", "made_at"], unique=False)
        batch_op.create_index("ix_case_merges_defect_id", ["defect_id", "made_at"], unique=False)

    op.create_table(
        "case_moves",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("target", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=True),
        sa.Column("moved_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["road_cases.id"], name=op.f("fk_case_moves_case_id_road_cases")
        ),
        sa.ForeignKeyConstraint(["moved_by"], ["users.id"], name=op.f("fk_case_moves_moved_by_users")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_moves")),
    )
    op.create_table(
        "case_repairs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("contractor", sa.String(length=200), nullable=False),
        sa.Column("repaired_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("warranty_months", sa.Integer(), nullable=False),
        sa.Column("warranty_until", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("proof_id", sa.Uuid(), nullable=True),
        sa.Column("proof_check", sa.String(length=10), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("returned_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["road_cases.id"], name=op.f("fk_case_repairs_case_id_road_cases")
        ),
        sa.ForeignKeyConstraint(["checked_by"], ["users.id"], name=op.f("fk_case_repairs_checked_by_users")),
        sa.ForeignKeyConstraint(["proof_id"], ["defects.id"], name=op.f("fk_case_repairs_proof_id_defects")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["users.id"], name=op.f("fk_case_repairs_recorded_by_users")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_case_repairs_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_repairs")),
    )
    with op.batch_alter_table("case_repairs", schema=None) as batch_op:
        batch_op.create_index("ix_case_repairs_case_id", ["case_id", "recorded_at"], unique=False)

    op.create_table(
        "case_views",
        sa.Column("defect_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("heading_deg", sa.Double(), nullable=True),
        sa.Column("segment_id", sa.BigInteger(), nullable=True),
        sa.Column("along_m", sa.Double(), nullable=True),
        sa.Column("right", sa.Double(), nullable=True),
        sa.Column("seen_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=True),
        sa.Column("cannot", sa.String(length=12), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=True),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("faults", backend.database.Json, nullable=False),
        sa.Column("scale", sa.String(length=20), nullable=False),
        sa.Column("look", sa.LargeBinary(), nullable=True),
        sa.Column("is_witness", sa.Boolean(), nullable=False),
        sa.Column("doubts", backend.database.Json, nullable=False),
        sa.Column("taken_in_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["road_cases.id"], name=op.f("fk_case_views_case_id_road_cases")
        ),
        sa.ForeignKeyConstraint(["defect_id"], ["defects.id"], name=op.f("fk_case_views_defect_id_defects")),
        sa.PrimaryKeyConstraint("defect_id", name=op.f("pk_case_views")),
    )
    with op.batch_alter_table("case_views", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_views_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_case_views_segment_id_seen_at", ["segment_id", "seen_at"], unique=False)
    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    with op.batch_alter_table("case_views", schema=None) as batch_op:
        batch_op.drop_index("ix_case_views_segment_id_seen_at")
        batch_op.drop_index(batch_op.f("ix_case_views_case_id"))

    op.drop_table("case_views")
    with op.batch_alter_table("case_repairs", schema=None) as batch_op:
        batch_op.drop_index("ix_case_repairs_case_id")

    op.drop_table("case_repairs")
    op.drop_table("case_moves")
    with op.batch_alter_table("case_merges", schema=None) as batch_op:
        batch_op.drop_index("ix_case_merges_defect_id")
        batch_op.drop_index("ix_case_merges_case_id")

    op.drop_table("case_merges")
    with op.batch_alter_table("asked_case_moves", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_asked_case_moves_case_id"))

    op.drop_table("asked_case_moves")
    with op.batch_alter_table("road_cases", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_road_cases_task_id"))
        batch_op.drop_index("ix_road_cases_segment_id")
        batch_op.drop_index("ix_road_cases_opened_at")
        batch_op.drop_index("ix_road_cases_is_open_cell")
        batch_op.drop_index("ix_road_cases_district_id_opened_at")

    op.drop_table("road_cases")
    with op.batch_alter_table("road_care", schema=None) as batch_op:
        batch_op.drop_index("uq_road_care_number")

    op.drop_table("road_care")
    with op.batch_alter_table("street_conditions", schema=None) as batch_op:
        batch_op.drop_index("ix_street_conditions_segment_id")
        batch_op.drop_index("ix_street_conditions_is_newest_score")

    op.drop_table("street_conditions")
