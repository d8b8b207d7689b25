"""Many at once, on both databases: two machines in one street, and the same request twice."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.winter import service as winter
from backend.winter.models import SnowPileRow, StreetPriority, StreetState
from shared.vocabulary import Role, WinterWork
from tests.backend.test_concurrency import THREADS, at_once
from tests.backend.winter.test_service import Staff
from tests.conftest import Clock
from tests.invented_streets import a_segment, import_streets
from tests.phone import Phone
from tests.winter import box, pile


def test_machines_that_work_on_one_street_at_once_all_count(app: Flask, clock: Clock) -> None:
    """Whatever the order in which each names its pieces; the latest six passes are kept."""
    pieces = [11, 12, 13]

    def work(index: int) -> None:
        works = [
            winter.DoneWork(
                segment_id=piece,
                forward=True,
                work=WinterWork.CLEAR,
                done_at=clock() + timedelta(minutes=index),
                metres=None,
                share=1.0,
                by_track=False,
            )
            for piece in (pieces if index % 2 else reversed(pieces))
        ]
        with app.app_context(), transaction():
            winter.record_works(works, route_id=None, stop_id=uuid4(), vehicle_id=None, actor="test")

    at_once(THREADS, work)
    with app.app_context(), transaction(read_only=True):
        states = list(db.session().scalars(sa.select(StreetState)))
        latest = [(clock() + timedelta(minutes=THREADS - 1 - back)).timestamp() for back in range(6)]
        assert [latest] * 3 == [state.recent_s for state in states]


def test_the_same_request_twice_at_once_is_one(
    app: Flask, staff: Staff, clock: Clock, district_id: UUID
) -> None:
    """Priorities, care tables, boundaries and piles: equal answers, one row, no failure."""
    import_streets(app)
    admin = staff(Role.ADMINISTRATOR, districts=[])
    priority = {"segment_ids": [a_segment(admin)], "priority": 1}
    boundary = {"boundary": box(69.0, 54.8, 69.3, 55.0)}
    requests = {
        "/winter/priorities": priority,
        "/winter/care": {"machines": {"blade_m": 2.8, "overlap_m": 0.5, "spread_m": 6}},
        f"/districts/{district_id}/boundary": boundary,
        f"/winter/piles/{uuid4()}": pile(clock()),
    }
    for path, body in requests.items():

        def send(_index: int, path: str = path, body: object = body) -> int:
            phone = Phone(app.test_client())
            phone.headers = admin.headers
            return phone.put(path, json=body).status_code

        assert {200} == set(at_once(THREADS, send)), path
    assert '"1"' == admin.get("/winter/care").headers["ETag"]
    with app.app_context(), transaction(read_only=True):
        counts = [
            db.session().scalar(sa.select(sa.func.count()).select_from(model))
            for model in (StreetPriority, SnowPileRow)
        ]
        assert [1, 1] == counts
