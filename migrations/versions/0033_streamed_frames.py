"""Frames that cameras of vehicles send while they drive."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("trackers", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("sends_frames", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_table(
        "streamed_frames",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("tracker_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=False),
        sa.Column("drive_id", sa.Uuid(), nullable=False),
        sa.Column("at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("accuracy_m", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["defects.id"], name=op.f("fk_streamed_frames_report_id_defects")
        ),
        sa.ForeignKeyConstraint(
            ["tracker_id"], ["trackers.id"], name=op.f("fk_streamed_frames_tracker_id_trackers")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_streamed_frames_vehicle_id_vehicles")
        ),
        sa.PrimaryKeyConstraint("report_id", name=op.f("pk_streamed_frames")),
    )
    with op.batch_alter_table("streamed_frames", schema=None) as batch_op:
        batch_op.create_index("ix_streamed_frames_at", ["at"], unique=False)
        batch_op.create_index(
            "ix_streamed_frames_tracker_id_drive_id_at", ["tracker_id", "drive_id", "at"], unique=False
        )
        batch_op.create_index("ix_streamed_frames_vehicle_id_at", ["vehicle_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("streamed_frames")
    with op.batch_alter_table("trackers", schema=None) as batch_op:
        batch_op.drop_column("sends_frames")
