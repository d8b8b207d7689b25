"""vehicles, facilities, container sites and their emptyings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

IN_USE = sa.text("archived_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "container_sites",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("access_note", sa.String(length=500), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("containers", backend.database.Json, nullable=False),
        sa.Column("demand_m3", backend.database.Json, nullable=False),
        sa.Column("demand_kg", backend.database.Json, nullable=False),
        sa.Column("service_min", sa.Double(), nullable=False),
        sa.Column("hours", backend.database.Json, nullable=True),
        sa.Column("max_gross_t", sa.Double(), nullable=True),
        sa.Column("max_height_m", sa.Double(), nullable=True),
        sa.Column("max_width_m", sa.Double(), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("emptied_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_container_sites_district_id_districts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_container_sites")),
    )
    with op.batch_alter_table("container_sites", schema=None) as batch_op:
        batch_op.create_index(
            "ix_container_sites_district_id_created_at", ["district_id", "created_at"], unique=False
        )
        batch_op.create_index(
            "uq_container_sites_code", ["code"], unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE
        )

    op.create_table(
        "facilities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("hours", backend.database.Json, nullable=True),
        sa.Column("unload_min", sa.Double(), nullable=False),
        sa.Column("queue_min", sa.Double(), nullable=False),
        sa.Column("bays", sa.Integer(), nullable=True),
        sa.Column("capacity_t_day", sa.Double(), nullable=True),
        sa.Column("capacity_m3_day", sa.Double(), nullable=True),
        sa.Column("closed_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_facilities_district_id_districts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilities")),
    )
    with op.batch_alter_table("facilities", schema=None) as batch_op:
        batch_op.create_index("ix_facilities_created_at", ["created_at"], unique=False)

    op.create_table(
        "container_emptyings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("emptied_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("volume_m3", sa.Double(), nullable=True),
        sa.Column("weight_kg", sa.Double(), nullable=True),
        sa.Column("withdrawn_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["reported_by"], ["users.id"], name=op.f("fk_container_emptyings_reported_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["container_sites.id"], name=op.f("fk_container_emptyings_site_id_container_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_container_emptyings")),
    )
    with op.batch_alter_table("container_emptyings", schema=None) as batch_op:
        batch_op.create_index(
            "ix_container_emptyings_site_id_emptied_at", ["site_id", "emptied_at"], unique=False
        )
        batch_op.create_index("uq_container_emptyings_stop_id", ["stop_id"], unique=True)

    op.create_table(
        "vehicles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("board_number", sa.String(length=20), nullable=False),
        sa.Column("plate", sa.String(length=15), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("container_types", backend.database.Json, nullable=False),
        sa.Column("capacity_kg", sa.Double(), nullable=True),
        sa.Column("capacity_m3", sa.Double(), nullable=True),
        sa.Column("compaction", sa.Double(), nullable=False),
        sa.Column("gross_weight_t", sa.Double(), nullable=True),
        sa.Column("height_m", sa.Double(), nullable=True),
        sa.Column("width_m", sa.Double(), nullable=True),
        sa.Column("depot_id", sa.Uuid(), nullable=True),
        sa.Column("cost_fixed_kzt", sa.Double(), nullable=False),
        sa.Column("cost_per_km_kzt", sa.Double(), nullable=False),
        sa.Column("cost_per_h_kzt", sa.Double(), nullable=False),
        sa.Column("out_reason", sa.String(length=200), nullable=True),
        sa.Column("out_since", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("archived_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["depot_id"], ["facilities.id"], name=op.f("fk_vehicles_depot_id_facilities")
        ),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_vehicles_district_id_districts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
    )
    with op.batch_alter_table("vehicles", schema=None) as batch_op:
        batch_op.create_index("ix_vehicles_created_at", ["created_at"], unique=False)
        batch_op.create_index(
            "uq_vehicles_board_number",
            ["board_number"],
            unique=True,
            sqlite_where=IN_USE,
            postgresql_where=IN_USE,
        )
        batch_op.create_index(
            "uq_vehicles_plate", ["plate"], unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE
        )


def downgrade() -> None:

    with op.batch_alter_table("vehicles", schema=None) as batch_op:
        batch_op.drop_index("uq_vehicles_plate", sqlite_where=IN_USE, postgresql_where=IN_USE)
        batch_op.drop_index("uq_vehicles_board_number", sqlite_where=IN_USE, postgresql_where=IN_USE)
        batch_op.drop_index("ix_vehicles_created_at")

    op.drop_table("vehicles")
    with op.batch_alter_table("container_emptyings", schema=None) as batch_op:
        batch_op.drop_index("uq_container_emptyings_stop_id")
        batch_op.drop_index("ix_container_emptyings_site_id_emptied_at")

    op.drop_table("container_emptyings")
    with op.batch_alter_table("facilities", schema=None) as batch_op:
        batch_op.drop_index("ix_facilities_created_at")

    op.drop_table("facilities")
    with op.batch_alter_table("container_sites", schema=None) as batch_op:
        batch_op.drop_index("uq_container_sites_code", sqlite_where=IN_USE, postgresql_where=IN_USE)
        batch_op.drop_index("ix_container_sites_district_id_created_at")

    op.drop_table("container_sites")
