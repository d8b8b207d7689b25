"""Which model a look of a place is of: looks of two models are not compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_views", sa.Column("looker", sa.String(length=40), nullable=True))
    op.execute(
        "UPDATE case_views SET looker = (SELECT model FROM defects WHERE defects.id = case_views.defect_id)"
    )


def downgrade() -> None:
    op.drop_column("case_views", "looker")
