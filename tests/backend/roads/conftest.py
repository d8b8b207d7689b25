"""A shift with a route: defects and stops are reported by the same phones in the same way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from shared.vocabulary import Role
from tests.backend.routing.conftest import shift as shift
from tests.fakes import LostWakeUps
from tests.phone import Phone


@pytest.fixture
def asleep(app: Flask) -> None:
    """No worker comes by itself: what is received waits."""
    app.extensions["qala_jobs"] = LostWakeUps()


@pytest.fixture
def crew(staff: Callable[..., Phone]) -> Phone:
    """A signed-in crew."""
    return staff(Role.CREW)


@pytest.fixture
def dispatcher(staff: Callable[..., Phone]) -> Phone:
    """A signed-in dispatcher of the same district."""
    return staff(Role.DISPATCHER)
