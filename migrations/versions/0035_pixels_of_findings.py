"""What the eye saw pixel by pixel, beside each finding; of earlier ones nobody knows it any more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("defect_photos", sa.Column("pixels", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("defect_photos", schema=None) as batch_op:
        batch_op.drop_column("pixels")
