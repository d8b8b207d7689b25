"""looking at defects: the job of each report, what its photos showed, what people said of it."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

import backend.database

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("defects", schema=None) as batch_op:
        batch_op.add_column(sa.Column("suggested", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("cannot", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("model", sa.String(length=40), nullable=True))
        batch_op.add_column(
            sa.Column("looked_at", backend.database.UtcDateTime(timezone=True), nullable=True)
        )
        batch_op.add_column(sa.Column("look", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("same_photo_as", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("placed_by", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_defects_placed_by_users"), "users", ["placed_by"], ["id"])
    op.create_table(
        "lookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("done_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("originals_gone_at", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("leased_until", backend.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["defects.id"], name=op.f("fk_lookings_id_defects")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lookings")),
    )
    with op.batch_alter_table("lookings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lookings_state"), ["state"], unique=False)
    op.create_table(
        "defect_photos",
        sa.Column("defect_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("cannot", sa.String(length=12), nullable=True),
        sa.Column("finding", backend.database.Json, nullable=True),
        sa.Column("look", sa.LargeBinary(), nullable=True),
        sa.Column("faces", sa.Integer(), nullable=False),
        sa.Column("plates", sa.Integer(), nullable=False),
        sa.Column("view", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["defect_id"], ["defects.id"], name=op.f("fk_defect_photos_defect_id_defects")
        ),
        sa.PrimaryKeyConstraint("defect_id", "place", name=op.f("pk_defect_photos")),
    )
    with op.batch_alter_table("defect_photos", schema=None) as batch_op:
        batch_op.create_index("ix_defect_photos_sha256", ["sha256"], unique=False)
    op.create_table(
        "defect_labels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("defect_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=False),
        sa.Column("said_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fault", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=True),
        sa.Column("severity", sa.String(length=10), nullable=True),
        sa.Column("outlines_right", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("model", sa.String(length=40), nullable=True),
        sa.Column("model_kind", sa.String(length=20), nullable=True),
        sa.Column("model_severity", sa.String(length=10), nullable=True),
        sa.ForeignKeyConstraint(
            ["defect_id"], ["defects.id"], name=op.f("fk_defect_labels_defect_id_defects")
        ),
        sa.ForeignKeyConstraint(["said_by"], ["users.id"], name=op.f("fk_defect_labels_said_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defect_labels")),
    )
    with op.batch_alter_table("defect_labels", schema=None) as batch_op:
        batch_op.create_index("ix_defect_labels_defect_id_said_at", ["defect_id", "said_at"], unique=False)
    _ask_for_what_was_received()


def _ask_for_what_was_received() -> None:
    """Reports from before are looked at too; where the photos are purged already, a person is told so."""
    connection = op.get_bind()
    defects = sa.table(
        "defects", sa.column("id", sa.Uuid()), sa.column("photo_hashes", backend.database.Json)
    )
    photos = sa.table(
        "defect_photos",
        sa.column("defect_id", sa.Uuid()),
        sa.column("place", sa.Integer()),
        sa.column("sha256", sa.String()),
        sa.column("faces", sa.Integer()),
        sa.column("plates", sa.Integer()),
    )
    lookings = sa.table(
        "lookings",
        sa.column("id", sa.Uuid()),
        sa.column("state", sa.String()),
        sa.column("attempts", sa.Integer()),
    )
    for defect_id, kept in connection.execute(sa.select(defects.c.id, defects.c.photo_hashes)).all():
        hashes = json.loads(kept) if isinstance(kept, str) else kept
        connection.execute(sa.insert(lookings).values(id=defect_id, state="pending", attempts=0))
        for place, sha256 in enumerate(hashes):
            connection.execute(
                sa.insert(photos).values(defect_id=defect_id, place=place, sha256=sha256, faces=0, plates=0)
            )


def downgrade() -> None:
    op.drop_table("defect_labels")
    op.drop_table("defect_photos")
    op.drop_table("lookings")
    with op.batch_alter_table("defects", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_defects_placed_by_users"), type_="foreignkey")
        for name in ("placed_by", "same_photo_as", "look", "looked_at", "model", "cannot", "suggested"):
            batch_op.drop_column(name)
