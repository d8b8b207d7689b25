"""Prints of photos, by which a copy that was saved anew is known; of earlier photos there is none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "photo_prints",
        sa.Column("defect_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("printed", sa.LargeBinary(), nullable=False),
        *(sa.Column(f"band_{number}", sa.Integer(), nullable=False) for number in range(4)),
        sa.ForeignKeyConstraint(
            ["defect_id"], ["defects.id"], name=op.f("fk_photo_prints_defect_id_defects")
        ),
        sa.PrimaryKeyConstraint("defect_id", "place", name=op.f("pk_photo_prints")),
    )
    for number in range(4):
        op.create_index(f"ix_photo_prints_band_{number}", "photo_prints", [f"band_{number}"])
    op.create_index("ix_case_views_lat_lon", "case_views", ["lat", "lon"])
    op.add_column("defects", sa.Column("saved_anew", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("defects", schema=None) as batch_op:
        batch_op.drop_column("saved_anew")
    op.drop_index("ix_case_views_lat_lon", "case_views")
    op.drop_table("photo_prints")
