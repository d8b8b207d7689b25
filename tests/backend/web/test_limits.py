"""How often a stranger may ask."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from backend.app import create_app
from backend.config import Settings
from backend.database import db
from tests.conftest import Clock
from tests.fakes import FakeVerifier
from tests.phone import API

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def limited(settings: Settings, clock: Clock, **changes: Any) -> Iterator[Flask]:
    """An application with its limits in force."""
    changed = replace(settings, login_rate="3 per minute", **changes)
    app = create_app(changed, clock=clock, verifier=FakeVerifier, jobs_immediate=True)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def refresh(app: Flask, token: str) -> int:
    """The status of a refresh with a token that nobody knows."""
    body = {"refresh_token": token, "nonce": "x", "signature": "x"}
    return app.test_client().post(f"{API}/auth/refresh", json=body).status_code


@ONE_DATABASE
def test_refreshes_are_limited_by_session_not_by_address(settings: Settings, clock: Clock) -> None:
    """Behind one address of an operator hundreds of phones refresh every quarter of an hour."""
    with limited(settings, clock) as app:
        assert [401, 401, 401, 429] == [refresh(app, "one") for _ in range(4)]
        assert 401 == refresh(app, "another")


@ONE_DATABASE
def test_too_large_a_refresh_is_told_as_such(settings: Settings, clock: Clock) -> None:
    """Looking for its token must not fail first."""
    with limited(settings, clock) as app:
        assert 413 == refresh(app, "x" * 100_000)


@ONE_DATABASE
def test_limits_hold_while_redis_is_away(settings: Settings, clock: Clock) -> None:
    """Each process counts for itself then, and nobody gets 500."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"redis://127.0.0.1:{probe.getsockname()[1]}/0"
    with limited(settings, clock, jobs_url=nobody) as app:
        body = {
            "login": "x",
            "password": "x",
            "device_key": "x",
            "device_name": "x",
            "nonce": "x",
            "signature": "x",
        }
        statuses = [app.test_client().post(f"{API}/auth/login", json=body).status_code for _ in range(4)]
    assert [422, 422, 422, 429] == statuses
