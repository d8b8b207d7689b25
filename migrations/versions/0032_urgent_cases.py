"""An index by which the most urgent open cases are listed."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_road_cases_urgency", "road_cases", ["is_open", "priority", "due_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_road_cases_urgency", table_name="road_cases")
