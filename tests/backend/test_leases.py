"""Rows that wait for work, in the same order on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.database import UtcDateTime, transaction
from backend.leases import PENDING, Leased, unheld
from tests.conftest import Clock


class Base(DeclarativeBase):
    """Tables of this test alone."""

    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - SQLAlchemy reads it from the class


class Errand(Leased, Base):
    """Something that waits for work."""

    __tablename__ = "errands"
    state: Mapped[str] = mapped_column(String(10))


@pytest.mark.usefixtures("in_app")
def test_rows_never_tried_come_first_and_then_the_oldest_lease(clock: Clock) -> None:
    """NULL stands first on SQLite and last on PostgreSQL unless it is told; one that is held does not come at all."""
    waits_h = (-1, None, -3, None, 1, -2)
    with transaction() as session:
        Base.metadata.create_all(session.connection())
        for number, hours in enumerate(waits_h):
            until = None if hours is None else clock() + timedelta(hours=hours)
            session.add(Errand(id=UUID(int=number), state=PENDING, leased_until=until, attempts=0))
        session.add(Errand(id=UUID(int=9), state="done", leased_until=None, attempts=1))
    with transaction(read_only=True):
        assert [1, 3, 2, 5, 0] == [row_id.int for row_id in unheld(Errand, clock())]
        assert [1, 3] == [row_id.int for row_id in unheld(Errand, clock(), limit=2)]
