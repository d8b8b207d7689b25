"""streets: imports, the network in force."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "street_imports",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("attribution", sa.String(length=255), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("counts", backend.database.Json, nullable=False),
        sa.Column("skipped", backend.database.Json, nullable=False),
        sa.Column("imported_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.String(length=100), nullable=False),
        sa.Column("pack_sha256", sa.String(length=64), nullable=False),
        sa.Column("pack_bytes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_street_imports")),
    )
    op.create_table(
        "street_networks",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("arrays", sa.LargeBinary(), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["version"], ["street_imports.version"], name=op.f("fk_street_networks_version_street_imports")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_street_networks")),
    )
    op.create_table(
        "street_nodes",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("signal", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_nodes")),
    )
    op.create_table(
        "street_segments",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_node", sa.BigInteger(), nullable=False),
        sa.Column("to_node", sa.BigInteger(), nullable=False),
        sa.Column("street_class", sa.Integer(), nullable=False),
        sa.Column("name_ru", sa.String(length=255), nullable=False),
        sa.Column("name_kk", sa.String(length=255), nullable=False),
        sa.Column("name_en", sa.String(length=255), nullable=False),
        sa.Column("length_m", sa.Double(), nullable=False),
        sa.Column("access_forward", sa.Integer(), nullable=False),
        sa.Column("access_backward", sa.Integer(), nullable=False),
        sa.Column("speed_forward_kmh", sa.Double(), nullable=False),
        sa.Column("speed_backward_kmh", sa.Double(), nullable=False),
        sa.Column("lanes_forward", sa.Integer(), nullable=False),
        sa.Column("lanes_backward", sa.Integer(), nullable=False),
        sa.Column("max_weight_t", sa.Double(), nullable=True),
        sa.Column("max_height_m", sa.Double(), nullable=True),
        sa.Column("width_m", sa.Double(), nullable=False),
        sa.Column("islet", sa.Boolean(), nullable=False),
        sa.Column("west", sa.Double(), nullable=False),
        sa.Column("south", sa.Double(), nullable=False),
        sa.Column("east", sa.Double(), nullable=False),
        sa.Column("north", sa.Double(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_node"], ["street_nodes.id"], name=op.f("fk_street_segments_from_node_street_nodes")
        ),
        sa.ForeignKeyConstraint(
            ["to_node"], ["street_nodes.id"], name=op.f("fk_street_segments_to_node_street_nodes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_street_segments")),
    )
    with op.batch_alter_table("street_segments", schema=None) as batch_op:
        batch_op.create_index("ix_street_segments_south_north", ["south", "north"], unique=False)
    op.create_table(
        "street_bans",
        sa.Column("from_segment", sa.BigInteger(), nullable=False),
        sa.Column("from_forward", sa.Boolean(), nullable=False),
        sa.Column("to_segment", sa.BigInteger(), nullable=False),
        sa.Column("to_forward", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_segment"], ["street_segments.id"], name=op.f("fk_street_bans_from_segment_street_segments")
        ),
        sa.ForeignKeyConstraint(
            ["to_segment"], ["street_segments.id"], name=op.f("fk_street_bans_to_segment_street_segments")
        ),
        sa.PrimaryKeyConstraint(
            "from_segment", "from_forward", "to_segment", "to_forward", name=op.f("pk_street_bans")
        ),
    )


def downgrade() -> None:
    op.drop_table("street_bans")
    with op.batch_alter_table("street_segments", schema=None) as batch_op:
        batch_op.drop_index("ix_street_segments_south_north")
    op.drop_table("street_segments")
    op.drop_table("street_nodes")
    op.drop_table("street_networks")
    op.drop_table("street_imports")
