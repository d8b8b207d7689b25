"""routes, stop reports and positions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

APPEND_ONLY = ("route_versions", "stop_reports")


def upgrade() -> None:
    op.create_table(
        "routes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("vehicle", sa.String(length=60), nullable=False),
        sa.Column("starts_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("length_m", sa.Double(), nullable=True),
        sa.Column("removed", backend.database.Json, nullable=False),
        sa.Column("changed_because", sa.String(length=500), nullable=False),
        sa.Column("report_count", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_routes_created_by_users")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_routes_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_routes_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routes")),
    )
    with op.batch_alter_table("routes", schema=None) as batch_op:
        batch_op.create_index("ix_routes_district_id_created_at", ["district_id", "created_at"], unique=False)
        batch_op.create_index("ix_routes_state_ends_at", ["state", "ends_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_routes_task_id"), ["task_id"], unique=False)

    op.create_table(
        "route_assignees",
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["route_id"], ["routes.id"], name=op.f("fk_route_assignees_route_id_routes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_route_assignees_user_id_users")),
        sa.PrimaryKeyConstraint("route_id", "user_id", name=op.f("pk_route_assignees")),
    )
    with op.batch_alter_table("route_assignees", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_route_assignees_user_id"), ["user_id"], unique=False)

    op.create_table(
        "route_moves",
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.Column("moved_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moved_by"], ["users.id"], name=op.f("fk_route_moves_moved_by_users")),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_route_moves_route_id_routes")),
        sa.PrimaryKeyConstraint("route_id", "number", name=op.f("pk_route_moves")),
    )
    op.create_table(
        "route_stops",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("detail", sa.String(length=500), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("line", backend.database.Json, nullable=True),
        sa.Column("side", sa.String(length=5), nullable=True),
        sa.Column("path", backend.database.Json, nullable=True),
        sa.Column("arrive_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("opens_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("photo_needed", sa.Boolean(), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("skip_reason", sa.String(length=20), nullable=True),
        sa.Column("proof_missing", sa.Boolean(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("reported_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_route_stops_route_id_routes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_stops")),
    )
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.create_index("ix_route_stops_route_id_number", ["route_id", "number"], unique=False)

    op.create_table(
        "route_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("plan", backend.database.Json, nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_route_versions_route_id_routes")),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_route_versions_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route_versions")),
    )
    with op.batch_alter_table("route_versions", schema=None) as batch_op:
        batch_op.create_index("uq_route_versions_route_id_number", ["route_id", "number"], unique=True)

    op.create_table(
        "stop_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("route_version", sa.Integer(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("skip_reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("captured_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("time_sure", sa.Boolean(), nullable=False),
        sa.Column("device_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("proof_missing", sa.Boolean(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.String(length=100), nullable=False),
        sa.Column("photo_hashes", backend.database.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_stop_reports_device_id_devices")
        ),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["users.id"], name=op.f("fk_stop_reports_reported_by_users")
        ),
        sa.ForeignKeyConstraint(["route_id"], ["routes.id"], name=op.f("fk_stop_reports_route_id_routes")),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["route_stops.id"], name=op.f("fk_stop_reports_stop_id_route_stops")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_reports")),
    )
    with op.batch_alter_table("stop_reports", schema=None) as batch_op:
        batch_op.create_index(
            "ix_stop_reports_route_id_received_at", ["route_id", "received_at"], unique=False
        )
        batch_op.create_index("ix_stop_reports_stop_id_captured_at", ["stop_id", "captured_at"], unique=False)
    op.create_table(
        "location_batches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("doubles", sa.Integer(), nullable=False),
        sa.Column("outside_shift", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_location_batches_device_id_devices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_location_batches_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_batches")),
    )
    op.create_table(
        "location_fixes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.Column("speed_mps", sa.Double(), nullable=True),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("mock", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_location_fixes_device_id_devices")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_location_fixes_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_fixes")),
    )
    with op.batch_alter_table("location_fixes", schema=None) as batch_op:
        batch_op.create_index("ix_location_fixes_at", ["at"], unique=False)
        batch_op.create_index("ix_location_fixes_route_id_at", ["route_id", "at"], unique=False)
        batch_op.create_index("ix_location_fixes_user_id_at", ["user_id", "at"], unique=False)
        batch_op.create_index("uq_location_fixes_device_id_taken_at", ["device_id", "taken_at"], unique=True)

    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    with op.batch_alter_table("location_fixes", schema=None) as batch_op:
        batch_op.drop_index("uq_location_fixes_device_id_taken_at")
        batch_op.drop_index("ix_location_fixes_user_id_at")
        batch_op.drop_index("ix_location_fixes_route_id_at")
        batch_op.drop_index("ix_location_fixes_at")

    op.drop_table("location_fixes")
    op.drop_table("location_batches")
    with op.batch_alter_table("stop_reports", schema=None) as batch_op:
        batch_op.drop_index("ix_stop_reports_stop_id_captured_at")
        batch_op.drop_index("ix_stop_reports_route_id_received_at")

    op.drop_table("stop_reports")
    with op.batch_alter_table("route_versions", schema=None) as batch_op:
        batch_op.drop_index("uq_route_versions_route_id_number")

    op.drop_table("route_versions")
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.drop_index("ix_route_stops_route_id_number")

    op.drop_table("route_stops")
    op.drop_table("route_moves")
    with op.batch_alter_table("route_assignees", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_route_assignees_user_id"))

    op.drop_table("route_assignees")
    with op.batch_alter_table("routes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_routes_task_id"))
        batch_op.drop_index("ix_routes_state_ends_at")
        batch_op.drop_index("ix_routes_district_id_created_at")

    op.drop_table("routes")
