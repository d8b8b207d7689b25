"""snow that is hauled: whose a vehicle is, what a dump costs, what stops and reports say of volumes, counts at the gates of dumps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("vehicles", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contractor", sa.String(length=120), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("loading_m3_h", sa.Double(), nullable=True))
    with op.batch_alter_table("facilities", schema=None) as batch_op:
        batch_op.add_column(sa.Column("price_m3_kzt", sa.Double(), nullable=False, server_default="0"))
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.add_column(sa.Column("haul", backend.database.Json, nullable=True))
    op.add_column("stop_reports", sa.Column("volume_m3", sa.Double(), nullable=True))
    op.add_column("stop_reports", sa.Column("weight_kg", sa.Double(), nullable=True))
    op.add_column(
        "stop_reports", sa.Column("ticket", sa.String(length=60), nullable=False, server_default="")
    )
    op.create_table(
        "gate_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("board_number", sa.String(length=20), nullable=False),
        sa.Column("counted_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("volume_m3", sa.Double(), nullable=False),
        sa.Column("weight_kg", sa.Double(), nullable=True),
        sa.Column("ticket", sa.String(length=60), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["facility_id"], ["facilities.id"], name=op.f("fk_gate_counts_facility_id_facilities")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicles.id"], name=op.f("fk_gate_counts_vehicle_id_vehicles")
        ),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_gate_counts_entered_by_users")),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["users.id"], name=op.f("fk_gate_counts_withdrawn_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_counts")),
    )
    with op.batch_alter_table("gate_counts", schema=None) as batch_op:
        batch_op.create_index(
            "ix_gate_counts_facility_id_counted_at", ["facility_id", "counted_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("gate_counts", schema=None) as batch_op:
        batch_op.drop_index("ix_gate_counts_facility_id_counted_at")
    op.drop_table("gate_counts")
    op.drop_column("stop_reports", "ticket")
    op.drop_column("stop_reports", "weight_kg")
    op.drop_column("stop_reports", "volume_m3")
    with op.batch_alter_table("route_stops", schema=None) as batch_op:
        batch_op.drop_column("haul")
    with op.batch_alter_table("facilities", schema=None) as batch_op:
        batch_op.drop_column("price_m3_kzt")
    with op.batch_alter_table("vehicles", schema=None) as batch_op:
        batch_op.drop_column("loading_m3_h")
        batch_op.drop_column("contractor")
