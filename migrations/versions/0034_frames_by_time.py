"""An index by which the frames of a card are found when the same drive's come by themselves."""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_defects_source_captured_at", "defects", ["source", "captured_at"])


def downgrade() -> None:
    op.drop_index("ix_defects_source_captured_at", table_name="defects")
