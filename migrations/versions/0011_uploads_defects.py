"""uploads in pieces, evidence keys and defects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_keys",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("blobs", backend.database.Json, nullable=False),
        sa.Column("kept_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", name=op.f("pk_evidence_keys")),
    )
    with op.batch_alter_table("evidence_keys", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_keys_kept_at"), ["kept_at"], unique=False)

    op.create_table(
        "uploads",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("touched_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_uploads_device_id_devices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_uploads_touched_at"), ["touched_at"], unique=False)
        batch_op.create_index("uq_uploads_device_id_sha256", ["device_id", "sha256"], unique=True)

    op.create_table(
        "upload_pieces",
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["uploads.id"], name=op.f("fk_upload_pieces_upload_id_uploads"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "offset", name=op.f("pk_upload_pieces")),
    )
    op.create_table(
        "defects",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("captured_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("time_sure", sa.Boolean(), nullable=False),
        sa.Column("device_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("heading_deg", sa.Double(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("kind_guess", sa.String(length=20), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.String(length=100), nullable=False),
        sa.Column("photo_hashes", backend.database.Json, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(lat IS NULL) = (lon IS NULL) AND (lat IS NULL) = (accuracy_m IS NULL)",
            name=op.f("ck_defects_whole_place"),
        ),
        sa.ForeignKeyConstraint(["device_id"], ["devices.id"], name=op.f("fk_defects_device_id_devices")),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_defects_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["reported_by"], ["users.id"], name=op.f("fk_defects_reported_by_users")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_defects_task_id_tasks")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defects")),
    )
    with op.batch_alter_table("defects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_defects_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_defects_district_id_received_at", ["district_id", "received_at"], unique=False
        )
        batch_op.create_index(
            "ix_defects_reported_by_received_at", ["reported_by", "received_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_defects_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_defects_task_id"), ["task_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("defects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_defects_task_id"))
        batch_op.drop_index(batch_op.f("ix_defects_state"))
        batch_op.drop_index("ix_defects_reported_by_received_at")
        batch_op.drop_index("ix_defects_district_id_received_at")
        batch_op.drop_index(batch_op.f("ix_defects_case_id"))

    op.drop_table("defects")
    op.drop_table("upload_pieces")
    with op.batch_alter_table("uploads", schema=None) as batch_op:
        batch_op.drop_index("uq_uploads_device_id_sha256")
        batch_op.drop_index(batch_op.f("ix_uploads_touched_at"))

    op.drop_table("uploads")
    with op.batch_alter_table("evidence_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_keys_kept_at"))

    op.drop_table("evidence_keys")
