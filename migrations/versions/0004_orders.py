"""orders, the calendar of a district, templates read anew."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

APPEND_ONLY = ("order_moves", "order_assignments", "deadline_notices")
NOT_CLOSED = "state NOT IN ('completed', 'removed')"


def upgrade() -> None:
    with op.batch_alter_table("districts", schema=None) as batch_op:
        # For the districts that are there already; the application says it itself
        batch_op.add_column(
            sa.Column("rest_weekdays", backend.database.Json, nullable=False, server_default=sa.text("'[6]'"))
        )
        batch_op.add_column(
            sa.Column("holidays", backend.database.Json, nullable=False, server_default=sa.text("'[]'"))
        )

    op.create_table(
        "rereadings",
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reasons", backend.database.Json, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("leased_until", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_rereadings_enrolment_id_enrolments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rereadings")),
    )
    with op.batch_alter_table("rereadings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rereadings_state"), ["state"], unique=False)
        batch_op.create_index("uq_rereadings_enrolment_id_model", ["enrolment_id", "model"], unique=True)

    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("regime", sa.String(length=20), nullable=False),
        sa.Column("hours_total_min", sa.Integer(), nullable=False),
        sa.Column("employed", sa.Boolean(), nullable=False),
        sa.Column("daily_cap_min", sa.Integer(), nullable=False),
        sa.Column("weekly_cap_min", sa.Integer(), nullable=True),
        sa.Column("allowed_weekdays", backend.database.Json, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("notified_on", sa.Date(), nullable=True),
        sa.Column("work_kind", sa.String(length=200), nullable=True),
        sa.Column("geofence_id", sa.Uuid(), nullable=True),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("credited_min", sa.Integer(), nullable=False),
        sa.Column("completion_proposed_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_orders_dates_in_order")),
        sa.CheckConstraint("hours_total_min > 0 AND daily_cap_min > 0", name=op.f("ck_orders_time_to_serve")),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_orders_created_by_users")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_orders_district_id_districts")
        ),
        sa.ForeignKeyConstraint(
            ["geofence_id"], ["geofences.id"], name=op.f("fk_orders_geofence_id_geofences")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_orders_person_id_people")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["users.id"], name=op.f("fk_orders_supervisor_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
    )
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_index("ix_orders_district_id_created_at", ["district_id", "created_at"], unique=False)
        batch_op.create_index("ix_orders_person_id_starts_on", ["person_id", "starts_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_orders_state"), ["state"], unique=False)
        batch_op.create_index(
            "uq_orders_person_id_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text(NOT_CLOSED),
            postgresql_where=sa.text(NOT_CLOSED),
        )

    op.create_table(
        "order_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("sealed_reason", sa.LargeBinary(), nullable=True),
        sa.Column("moved_by", sa.Uuid(), nullable=True),
        sa.Column("moved_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moved_by"], ["users.id"], name=op.f("fk_order_moves_moved_by_users")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_moves_order_id_orders")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_moves")),
    )
    with op.batch_alter_table("order_moves", schema=None) as batch_op:
        batch_op.create_index("uq_order_moves_order_id_number", ["order_id", "number"], unique=True)

    op.create_table(
        "order_assignments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("geofence_id", sa.Uuid(), nullable=True),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("since", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["geofence_id"], ["geofences.id"], name=op.f("fk_order_assignments_geofence_id_geofences")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_assignments_order_id_orders")
        ),
        sa.ForeignKeyConstraint(
            ["supervisor_id"], ["users.id"], name=op.f("fk_order_assignments_supervisor_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_assignments")),
    )
    with op.batch_alter_table("order_assignments", schema=None) as batch_op:
        batch_op.create_index("uq_order_assignments_order_id_number", ["order_id", "number"], unique=True)

    op.create_table(
        "deadline_notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("notice", sa.String(length=10), nullable=False),
        sa.Column("noted_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_deadline_notices_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_notices")),
    )
    with op.batch_alter_table("deadline_notices", schema=None) as batch_op:
        batch_op.create_index(
            "uq_deadline_notices_once", ["order_id", "kind", "due_on", "notice"], unique=True
        )

    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    with op.batch_alter_table("deadline_notices", schema=None) as batch_op:
        batch_op.drop_index("uq_deadline_notices_once")

    op.drop_table("deadline_notices")
    with op.batch_alter_table("order_assignments", schema=None) as batch_op:
        batch_op.drop_index("uq_order_assignments_order_id_number")

    op.drop_table("order_assignments")
    with op.batch_alter_table("order_moves", schema=None) as batch_op:
        batch_op.drop_index("uq_order_moves_order_id_number")

    op.drop_table("order_moves")
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_index("uq_orders_person_id_open")
        batch_op.drop_index(batch_op.f("ix_orders_state"))
        batch_op.drop_index("ix_orders_person_id_starts_on")
        batch_op.drop_index("ix_orders_district_id_created_at")

    op.drop_table("orders")
    with op.batch_alter_table("rereadings", schema=None) as batch_op:
        batch_op.drop_index("uq_rereadings_enrolment_id_model")
        batch_op.drop_index(batch_op.f("ix_rereadings_state"))

    op.drop_table("rereadings")
    with op.batch_alter_table("districts", schema=None) as batch_op:
        batch_op.drop_column("holidays")
        batch_op.drop_column("rest_weekdays")
