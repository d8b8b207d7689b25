"""terms of orders and calendars of districts keep their history."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

import backend.database
from migrations.append_only import allow_changes, forbid_changes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

EVER_SINCE = date(2000, 1, 1)
APPEND_ONLY = ("district_calendars", "order_terms")
STALE = "credit_is_stale"
OF_ORDERS = (
    "district_id",
    "employed",
    "hours_total_min",
    "daily_cap_min",
    "weekly_cap_min",
    "allowed_weekdays",
    "starts_on",
    "ends_on",
)
OF_DISTRICTS = ("rest_weekdays", "holidays")


def upgrade() -> None:
    calendars = op.create_table(
        "district_calendars",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("rest_weekdays", backend.database.Json, nullable=False),
        sa.Column("holidays", backend.database.Json, nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_district_calendars_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_district_calendars_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_district_calendars")),
    )
    with op.batch_alter_table("district_calendars", schema=None) as batch_op:
        batch_op.create_index(
            "uq_district_calendars_district_id_number", ["district_id", "number"], unique=True
        )

    terms = op.create_table(
        "order_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=False),
        sa.Column("employed", sa.Boolean(), nullable=False),
        sa.Column("hours_total_min", sa.Integer(), nullable=False),
        sa.Column("daily_cap_min", sa.Integer(), nullable=False),
        sa.Column("weekly_cap_min", sa.Integer(), nullable=True),
        sa.Column("allowed_weekdays", backend.database.Json, nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", backend.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_order_terms_district_id_districts")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_terms_order_id_orders")),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_order_terms_set_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_terms")),
    )
    with op.batch_alter_table("order_terms", schema=None) as batch_op:
        batch_op.create_index("uq_order_terms_order_id_number", ["order_id", "number"], unique=True)
        batch_op.create_index("ix_order_terms_district_id", ["district_id"], unique=False)

    # In place: SQLite does not let a table go to which other rows refer
    with op.batch_alter_table("orders", schema=None, recreate="never") as batch_op:
        batch_op.add_column(
            sa.Column("credit_is_stale", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index(
            "ix_orders_person_id_stale",
            ["person_id"],
            unique=False,
            sqlite_where=sa.text(STALE),
            postgresql_where=sa.text(STALE),
        )

    _begin_histories(calendars, terms)
    for table in APPEND_ONLY:
        forbid_changes(table)


def _begin_histories(calendars: sa.Table, terms: sa.Table) -> None:
    """What stands now is the first row of each history; it also holds on the days before it."""
    connection, moment = op.get_bind(), datetime.now(UTC)
    columns = {column.name: column.type for column in (*calendars.columns, *terms.columns)}
    districts = sa.table("districts", *(sa.column(name, columns[name]) for name in OF_DISTRICTS), _uuid("id"))
    orders = sa.table(
        "orders",
        *(sa.column(name, columns[name]) for name in OF_ORDERS),
        _uuid("id"),
        _uuid("created_by"),
        sa.column("changed_at", columns["set_at"]),
    )
    of_districts = [
        {
            "id": uuid4(),
            "district_id": row.id,
            "number": 1,
            "counts_from": EVER_SINCE,
            "set_by": None,
            "set_at": moment,
            **{name: getattr(row, name) for name in OF_DISTRICTS},
        }
        for row in connection.execute(sa.select(districts))
    ]
    of_orders = [
        {
            "id": uuid4(),
            "order_id": row.id,
            "number": 1,
            "counts_from": row.starts_on,
            "set_by": row.created_by,
            "set_at": row.changed_at,
            **{name: getattr(row, name) for name in OF_ORDERS},
        }
        for row in connection.execute(sa.select(orders))
    ]
    op.bulk_insert(calendars, of_districts)
    op.bulk_insert(terms, of_orders)


def _uuid(name: str) -> sa.ColumnClause[object]:
    return sa.column(name, sa.Uuid())


def downgrade() -> None:
    for table in APPEND_ONLY:
        allow_changes(table)
    with op.batch_alter_table("orders", schema=None, recreate="never") as batch_op:
        batch_op.drop_index("ix_orders_person_id_stale")
        batch_op.drop_column("credit_is_stale")

    with op.batch_alter_table("order_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_order_terms_district_id")
        batch_op.drop_index("uq_order_terms_order_id_number")

    op.drop_table("order_terms")
    with op.batch_alter_table("district_calendars", schema=None) as batch_op:
        batch_op.drop_index("uq_district_calendars_district_id_number")

    op.drop_table("district_calendars")
