"""frames that were sent before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "seen_frames",
        sa.Column("frame_hash", sa.String(length=64), nullable=False),
        sa.Column("check_in_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("frame_hash", name=op.f("pk_seen_frames")),
    )


def downgrade() -> None:
    op.drop_table("seen_frames")
