"""A city with streets, a crew that reports and a dispatcher who plans."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from backend.database import transaction
from backend.streets import service as streets
from shared.geometry import Point
from shared.vocabulary import Role
from tests.invented_streets import import_streets
from tests.phone import Phone

Staff = Callable[..., Phone]


@pytest.fixture
def crew(app: Flask, staff: Staff) -> Phone:
    """A crew of a city that has streets."""
    import_streets(app)
    return staff(Role.CREW)


@pytest.fixture
def dispatcher(staff: Staff) -> Phone:
    """Who plans repairs."""
    return staff(Role.DISPATCHER)


@pytest.fixture
def street(app: Flask, crew: Phone) -> Point:
    """A place in the middle of a long piece of street."""
    with app.app_context(), transaction(read_only=True):
        network = streets.network()
        long = [at for at in range(network.segments) if 150 < network.length_m[at] < 400]
        line = network.line(long[3])
    lon, lat = (line[0] + line[-1]) / 2
    return Point(lat=float(lat), lon=float(lon))
