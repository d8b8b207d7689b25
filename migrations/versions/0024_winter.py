"""winter: care, priorities, snowfalls, work on streets, piles; boundaries of districts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

APPEND_ONLY = ("winter_care", "snowfall_versions")


def upgrade() -> None:
    op.create_table(
        "street_states",
        sa.Column("segment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("work", sa.String(length=20), nullable=False),
        sa.Column("way", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("done_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_track", sa.Boolean(), nullable=False),
        sa.Column("recent_s", backend.database.Json, nullable=False),
        sa.PrimaryKeyConstraint("segment_id", "work", "way", name=op.f("pk_street_states")),
    )
    op.create_table(
        "street_works",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(length=20), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("metres", sa.Double(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("by_track", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_works")),
    )
    with op.batch_alter_table("street_works", schema=None) as batch_op:
        batch_op.create_index("ix_street_works_segment_id", ["segment_id", "work", "way"], unique=False)
        batch_op.create_index(
            "uq_street_works_stop_id", ["stop_id", "segment_id", "way", "work"], unique=True
        )

    op.create_table(
        "district_boundaries",
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_drawn", sa.Boolean(), nullable=False),
        sa.Column("boundary", backend.database.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_district_boundaries_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_district_boundaries_set_by_users")),
        sa.PrimaryKeyConstraint("district_id", name=op.f("pk_district_boundaries")),
    )
    op.create_table(
        "snow_piles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("volume_m3", sa.Double(), nullable=False),
        sa.Column("shape_m", backend.database.Json, nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("measured_by", sa.Uuid(), nullable=False),
        sa.Column("measured_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("gone_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_snow_piles_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["measured_by"], ["users.id"], name=op.f("fk_snow_piles_measured_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snow_piles")),
    )
    with op.batch_alter_table("snow_piles", schema=None) as batch_op:
        batch_op.create_index("ix_snow_piles_gone_at", ["gone_at"], unique=False)

    op.create_table(
        "snowfalls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("begun_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("depth_cm", sa.Double(), nullable=False),
        sa.Column("temperature_c", sa.Double(), nullable=False),
        sa.Column("icing", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_snowfalls_district_id_districts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snowfalls")),
    )
    with op.batch_alter_table("snowfalls", schema=None) as batch_op:
        batch_op.create_index("ix_snowfalls_begun_at", ["begun_at"], unique=False)

    op.create_table(
        "street_priorities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("street", sa.String(length=255), nullable=True),
        sa.Column("segment_ids", backend.database.Json, nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_street_priorities_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_priorities")),
    )
    with op.batch_alter_table("street_priorities", schema=None) as batch_op:
        batch_op.create_index("uq_street_priorities_key", ["key"], unique=True)

    op.create_table(
        "winter_care",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", backend.database.Json, nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_winter_care_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_winter_care")),
    )
    with op.batch_alter_table("winter_care", schema=None) as batch_op:
        batch_op.create_index("uq_winter_care_number", ["number"], unique=True)

    op.create_table(
        "snow_haulings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stop_id", sa.Uuid(), nullable=False),
        sa.Column("segment_id", sa.BigInteger(), nullable=True),
        sa.Column("pile_id", sa.Uuid(), nullable=True),
        sa.Column("route_id", sa.Uuid(), nullable=True),
        sa.Column("vehicle_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("volume_m3", sa.Double(), nullable=False),
        sa.Column("is_rest_gone", sa.Boolean(), nullable=False),
        sa.Column("by_track", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["pile_id"], ["snow_piles.id"], name=op.f("fk_snow_haulings_pile_id_snow_piles")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snow_haulings")),
    )
    with op.batch_alter_table("snow_haulings", schema=None) as batch_op:
        batch_op.create_index("ix_snow_haulings_segment_id", ["segment_id"], unique=False)
        batch_op.create_index("uq_snow_haulings_stop_id", ["stop_id"], unique=True)

    op.create_table(
        "snowfall_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("snowfall_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("begun_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("depth_cm", sa.Double(), nullable=False),
        sa.Column("temperature_c", sa.Double(), nullable=False),
        sa.Column("icing", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_snowfall_versions_set_by_users")),
        sa.ForeignKeyConstraint(
            ["snowfall_id"], ["snowfalls.id"], name=op.f("fk_snowfall_versions_snowfall_id_snowfalls")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snowfall_versions")),
    )
    with op.batch_alter_table("snowfall_versions", schema=None) as batch_op:
        batch_op.create_index(
            "uq_snowfall_versions_snowfall_id_version", ["snowfall_id", "version"], unique=True
        )

    for table in APPEND_ONLY:
        forbid_changes(table)


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    with op.batch_alter_table("snowfall_versions", schema=None) as batch_op:
        batch_op.drop_index("uq_snowfall_versions_snowfall_id_version")

    op.drop_table("snowfall_versions")
    with op.batch_alter_table("snow_haulings", schema=None) as batch_op:
        batch_op.drop_index("uq_snow_haulings_stop_id")
        batch_op.drop_index("ix_snow_haulings_segment_id")

    op.drop_table("snow_haulings")
    with op.batch_alter_table("winter_care", schema=None) as batch_op:
        batch_op.drop_index("uq_winter_care_number")

    op.drop_table("winter_care")
    with op.batch_alter_table("street_priorities", schema=None) as batch_op:
        batch_op.drop_index("uq_street_priorities_key")

    op.drop_table("street_priorities")
    with op.batch_alter_table("snowfalls", schema=None) as batch_op:
        batch_op.drop_index("ix_snowfalls_begun_at")

    op.drop_table("snowfalls")
    with op.batch_alter_table("snow_piles", schema=None) as batch_op:
        batch_op.drop_index("ix_snow_piles_gone_at")

    op.drop_table("snow_piles")
    op.drop_table("district_boundaries")
    with op.batch_alter_table("street_works", schema=None) as batch_op:
        batch_op.drop_index("uq_street_works_stop_id")
        batch_op.drop_index("ix_street_works_segment_id")

    op.drop_table("street_works")
    op.drop_table("street_states")
