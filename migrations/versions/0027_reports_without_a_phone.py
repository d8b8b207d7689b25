"""Reports that no phone signed: citizens' and those of driving vehicles; what a moderator holds back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

SIGNED = (
    ("reported_by", sa.Uuid()),
    ("device_id", sa.Uuid()),
    ("manifest", sa.LargeBinary()),
    ("signature", sa.String(length=100)),
)
SIGNS = "source <> 'phone' OR (reported_by IS NOT NULL AND device_id IS NOT NULL AND manifest IS NOT NULL)"


def upgrade() -> None:
    with op.batch_alter_table("defects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=10), nullable=False, server_default="phone"))
        batch_op.add_column(sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
        for name, kind in SIGNED:
            batch_op.alter_column(name, existing_type=kind, nullable=True)
        batch_op.create_check_constraint("phones_sign", SIGNS)


def downgrade() -> None:
    op.execute("DELETE FROM defects WHERE source <> 'phone'")
    with op.batch_alter_table("defects", schema=None) as batch_op:
        batch_op.drop_constraint("phones_sign", type_="check")
        for name, kind in SIGNED:
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.drop_column("held")
        batch_op.drop_column("source")
