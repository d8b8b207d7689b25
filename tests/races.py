"""Acts that meet: each is begun when those before it stand at a lock, and none goes on before all have begun. PostgreSQL alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from flask import Flask

from backend.database import db
from backend.ledger.service import CHAIN_LOCK
from backend.roads.cases.turns import CASES_LOCK
from tests.phone import Phone

BEFORE_COMMIT = f"SELECT pg_advisory_xact_lock({CHAIN_LOCK})"  # whoever did something accountable stops there
AT_THEIR_TURN = f"SELECT pg_advisory_xact_lock({CASES_LOCK})"  # whoever would change cases stops before it
STANDING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
PATIENCE_S, LOOK_EVERY_S = 90.0, 0.005


def meet(app: Flask, hold: str, *acts: Callable[[], Any]) -> list[Any]:
    """What acts give of which each meets those before it where they stand: at what ``hold`` has locked, or at one another.

    ``hold`` is a statement that locks something; it is let go when all have begun. What an act raises is raised here.
    """
    with app.app_context():
        engine = db.engine
    with engine.connect() as gate, ThreadPoolExecutor(len(acts)) as pool:
        gate.exec_driver_sql(hold)
        begun: list[Future[Any]] = []
        for act in acts:
            begun.append(pool.submit(act))
            _stand(engine, begun)
        gate.rollback()
        return [each.result(PATIENCE_S) for each in begun]


def _stand(engine: sa.Engine, begun: list[Future[Any]]) -> None:
    """Wait until all that were begun and are not done stand at a lock."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        going = sum(not each.done() for each in begun)
        with engine.connect() as looking:
            if looking.exec_driver_sql(STANDING).scalar_one() >= going:
                return
        time.sleep(LOOK_EVERY_S)
    raise TimeoutError("an act neither ended nor met a lock")


def twin(app: Flask, phone: Phone) -> Phone:
    """The same signed-in device for another thread: a client of Flask serves one."""
    other = Phone(app.test_client(), name=phone.name)
    other.key, other.headers, other.tokens = phone.key, phone.headers, phone.tokens
    return other
