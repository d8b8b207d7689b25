"""shifts, trackers, and positions of vehicles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trackers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("heard_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("battery", sa.Double(), nullable=True),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("doubles", sa.Integer(), nullable=False),
        sa.Column("outside_shift", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("flaw", sa.String(length=20), nullable=True),
        sa.Column("flaw_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_trackers_created_by_users")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_trackers_vehicle_id_vehicles")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trackers")),
    )
    with op.batch_alter_table("trackers", schema=None) as batch_op:
        batch_op.create_index("ix_trackers_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_trackers_vehicle_id", ["vehicle_id"], unique=False)
        batch_op.create_index("uq_trackers_secret_hash", ["secret_hash"], unique=True)

    op.create_table(
        "vehicle_positions",
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("shift_id", sa.Uuid(), nullable=True),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("speed_mps", sa.Double(), nullable=True),
        sa.Column("heading_deg", sa.Double(), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_vehicle_positions_vehicle_id_vehicles")
        ),
        sa.PrimaryKeyConstraint("vehicle_id", name=op.f("pk_vehicle_positions")),
    )
    with op.batch_alter_table("vehicle_positions", schema=None) as batch_op:
        batch_op.create_index("ix_vehicle_positions_received_at", ["received_at"], unique=False)

    op.create_table(
        "vehicle_shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("driver_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("starts_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("breaks", backend.database.Json, nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("started_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_vehicle_shifts_created_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_vehicle_shifts_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["driver_id"], ["users.id"], name=op.f("fk_vehicle_shifts_driver_id_users")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_vehicle_shifts_vehicle_id_vehicles")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_shifts")),
    )
    with op.batch_alter_table("vehicle_shifts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_vehicle_shifts_district_id_starts_at", ["district_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_vehicle_shifts_driver_id_starts_at", ["driver_id", "starts_at"], unique=False
        )
        batch_op.create_index(
            "ix_vehicle_shifts_vehicle_id_starts_at", ["vehicle_id", "starts_at"], unique=False
        )

    with op.batch_alter_table("location_fixes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tracker_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("vehicle_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("shift_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("heading_deg", sa.Double(), nullable=True))
        batch_op.alter_column("user_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column("device_id", existing_type=sa.Uuid(), nullable=True)
        batch_op.alter_column("accuracy_m", existing_type=sa.Double(), nullable=True)
        batch_op.create_index("ix_location_fixes_vehicle_id_at", ["vehicle_id", "at"], unique=False)
        batch_op.create_index(
            "uq_location_fixes_tracker_id_taken_at", ["tracker_id", "taken_at"], unique=True
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_location_fixes_shift_id_vehicle_shifts"), "vehicle_shifts", ["shift_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_location_fixes_tracker_id_trackers"), "trackers", ["tracker_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_location_fixes_vehicle_id_vehicles"), "vehicles", ["vehicle_id"], ["id"]
        )


def downgrade() -> None:
    op.execute("DELETE FROM location_fixes WHERE tracker_id IS NOT NULL")
    with op.batch_alter_table("location_fixes", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_location_fixes_vehicle_id_vehicles"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_location_fixes_tracker_id_trackers"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("fk_location_fixes_shift_id_vehicle_shifts"), type_="foreignkey")
        batch_op.drop_index("uq_location_fixes_tracker_id_taken_at")
        batch_op.drop_index("ix_location_fixes_vehicle_id_at")
        batch_op.alter_column("accuracy_m", existing_type=sa.Double(), nullable=False)
        batch_op.alter_column("device_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.alter_column("user_id", existing_type=sa.Uuid(), nullable=False)
        batch_op.drop_column("heading_deg")
        batch_op.drop_column("shift_id")
        batch_op.drop_column("vehicle_id")
        batch_op.drop_column("tracker_id")

    with op.batch_alter_table("vehicle_shifts", schema=None) as batch_op:
        batch_op.drop_index("ix_vehicle_shifts_vehicle_id_starts_at")
        batch_op.drop_index("ix_vehicle_shifts_driver_id_starts_at")
        batch_op.drop_index("ix_vehicle_shifts_district_id_starts_at")

    op.drop_table("vehicle_shifts")
    with op.batch_alter_table("vehicle_positions", schema=None) as batch_op:
        batch_op.drop_index("ix_vehicle_positions_received_at")

    op.drop_table("vehicle_positions")
    with op.batch_alter_table("trackers", schema=None) as batch_op:
        batch_op.drop_index("uq_trackers_secret_hash")
        batch_op.drop_index("ix_trackers_vehicle_id")
        batch_op.drop_index("ix_trackers_created_at")

    op.drop_table("trackers")
