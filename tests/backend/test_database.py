"""A transaction: what runs after it, and what the database's refusals mean."""

from __future__ import annotations

from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.accounts.models import District
from backend.database import after_commit, db, transaction


def district(code: str, **wished: object) -> District:
    """A row that may stand."""
    return District(**{"id": uuid4(), "code": code, "name_ru": "x", "name_kk": "x", "name_en": "x"} | wished)


def test_failure_after_the_commit_is_not_the_callers(app: Flask) -> None:
    """The rows are durable, so nobody is told otherwise; what else waited for the commit still runs."""
    done: list[str] = []
    with app.app_context():
        with transaction() as session:
            session.add(district("east"))
            after_commit(lambda: 1 // 0)  # type: ignore[arg-type,return-value]
            after_commit(lambda: done.append("next"))
        with transaction(read_only=True) as session:
            assert ["east"] == list(session.scalars(sa.select(District.code)))
    assert ["next"] == done


@pytest.mark.parametrize("own_app", [True])
@pytest.mark.parametrize(
    ("rows", "status"),
    [
        ([{}, {}], 409),
        ([{"name_ru": None}], 500),
    ],
    ids=["unique", "not null"],
)
def test_only_a_clash_of_keys_is_the_callers_conflict(
    app: Flask, own_app: bool, rows: list[dict[str, None]], status: int
) -> None:
    """Anything else that the database refuses is a defect of ours and is told as one."""

    def clash() -> str:
        with transaction() as session:
            session.add_all([district("east", **row) for row in rows])
        return "done"

    app.add_url_rule("/clash", view_func=clash)
    try:
        assert status == app.test_client().get("/clash").status_code
    finally:
        with app.app_context():
            db.session.remove()
