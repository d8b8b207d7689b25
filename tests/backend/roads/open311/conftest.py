"""A city with streets whose district reaches over all of them, for reports that become cases on a street."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask

from backend.config import Settings
from shared.geometry import Point
from shared.vocabulary import Role
from tests.backend.roads.cases.conftest import crew as crew
from tests.backend.roads.cases.conftest import street as street
from tests.phone import Phone

Staff = Callable[..., Phone]
REACH_DEG = 0.05


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Room for many reports from one address, and one app's key."""
    return replace(
        settings, open311_rate="10000 per hour", open311_keys="ikomek=s3cret", open311_waiting_max=5
    )


@pytest.fixture
def desk(app: Flask, staff: Staff, district_id: UUID, street: Point) -> Phone:
    """Who lets reports in where there are streets."""
    west, south = street.lon - REACH_DEG, street.lat - REACH_DEG
    east, north = street.lon + REACH_DEG, street.lat + REACH_DEG
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    boundary = {"type": "Polygon", "coordinates": [ring]}
    drawn = staff(Role.ADMINISTRATOR).put(f"/districts/{district_id}/boundary", json={"boundary": boundary})
    assert 200 == drawn.status_code, drawn.text
    return staff(Role.DISPATCHER)
