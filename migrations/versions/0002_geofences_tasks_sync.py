"""geofences tasks sync."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "geofences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("valid_from", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("valid_until", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("boundary", backend.database.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_geofences_district_id_districts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geofences")),
    )
    with op.batch_alter_table("geofences", schema=None) as batch_op:
        batch_op.create_index(
            "ix_geofences_district_id_created_at", ["district_id", "created_at"], unique=False
        )
        batch_op.create_index("ix_geofences_version_changed_at", ["version", "changed_at"], unique=False)

    op.create_table(
        "sync_snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", backend.database.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["device_id"], ["devices.id"], name=op.f("fk_sync_snapshots_device_id_devices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_snapshots")),
    )
    with op.batch_alter_table("sync_snapshots", schema=None) as batch_op:
        batch_op.create_index("ix_sync_snapshots_device_id_number", ["device_id", "number"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("starts_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("geofence_id", sa.Uuid(), nullable=True),
        sa.Column("place_lat", sa.Double(), nullable=True),
        sa.Column("place_lon", sa.Double(), nullable=True),
        sa.Column("radius_m", sa.Double(), nullable=True),
        sa.Column("required_evidence", backend.database.Json, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(geofence_id IS NULL) <> (place_lat IS NULL)", name=op.f("ck_tasks_one_place")),
        sa.CheckConstraint(
            "(place_lat IS NULL) = (place_lon IS NULL) AND (place_lat IS NULL) = (radius_m IS NULL)",
            name=op.f("ck_tasks_whole_place"),
        ),
        sa.ForeignKeyConstraint(["created_by"], ["users.id"], name=op.f("fk_tasks_created_by_users")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_tasks_district_id_districts")
        ),
        sa.ForeignKeyConstraint(
            ["geofence_id"], ["geofences.id"], name=op.f("fk_tasks_geofence_id_geofences")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.create_index("ix_tasks_district_id_created_at", ["district_id", "created_at"], unique=False)
        batch_op.create_index("ix_tasks_geofence_id", ["geofence_id"], unique=False)

    op.create_table(
        "task_assignees",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_assignees_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_task_assignees_user_id_users")),
        sa.PrimaryKeyConstraint("task_id", "user_id", name=op.f("pk_task_assignees")),
    )
    with op.batch_alter_table("task_assignees", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_assignees_user_id"), ["user_id"], unique=False)

    op.create_table(
        "task_moves",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("target", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.Column("moved_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["moved_by"], ["users.id"], name=op.f("fk_task_moves_moved_by_users")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_task_moves_task_id_tasks")),
        sa.PrimaryKeyConstraint("task_id", "number", name=op.f("pk_task_moves")),
    )
    op.create_table(
        "task_people",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_task_people_person_id_people")),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_people_task_id_tasks"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_task_people")),
    )
    with op.batch_alter_table("task_people", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_people_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("task_people", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_people_person_id"))

    op.drop_table("task_people")
    op.drop_table("task_moves")
    with op.batch_alter_table("task_assignees", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_assignees_user_id"))

    op.drop_table("task_assignees")
    with op.batch_alter_table("tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_tasks_geofence_id")
        batch_op.drop_index("ix_tasks_district_id_created_at")

    op.drop_table("tasks")
    with op.batch_alter_table("sync_snapshots", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_snapshots_device_id_number")

    op.drop_table("sync_snapshots")
    with op.batch_alter_table("geofences", schema=None) as batch_op:
        batch_op.drop_index("ix_geofences_version_changed_at")
        batch_op.drop_index("ix_geofences_district_id_created_at")

    op.drop_table("geofences")
