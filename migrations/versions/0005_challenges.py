"""challenges, clocks and what stands of a check-in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("nonce_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("moves", backend.database.Json, nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("issued_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("spent_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_challenges_device_id_devices")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_challenges_person_id_people")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
    )
    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.create_index("ix_challenges_device_id_person_id", ["device_id", "person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_challenges_expires_at"), ["expires_at"], unique=False)

    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("device_at", backend.database.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("challenge_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("spot_check_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("liveness_version", sa.String(length=80), nullable=True))
        batch_op.add_column(sa.Column("standing", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("review_state", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("review_cause", sa.String(length=10), nullable=True))
        batch_op.add_column(sa.Column("decision", backend.database.Json, nullable=True))
        batch_op.create_index(batch_op.f("ix_check_ins_review_state"), ["review_state"], unique=False)
        batch_op.create_index(batch_op.f("ix_check_ins_spot_check_id"), ["spot_check_id"], unique=False)
    # What was judged before stands, and what was sent to people now has a desk
    op.execute("UPDATE check_ins SET device_at = captured_at, standing = outcome")
    op.execute(
        "UPDATE check_ins SET review_state = 'open', review_cause = 'doubt' WHERE outcome = 'to_review'"
    )
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.alter_column("device_at", nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("check_ins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_check_ins_spot_check_id"))
        batch_op.drop_index(batch_op.f("ix_check_ins_review_state"))
        for name in (
            "decision",
            "review_cause",
            "review_state",
            "standing",
            "liveness_version",
            "spot_check_id",
            "challenge_id",
            "device_at",
        ):
            batch_op.drop_column(name)

    with op.batch_alter_table("challenges", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_challenges_expires_at"))
        batch_op.drop_index("ix_challenges_device_id_person_id")

    op.drop_table("challenges")
