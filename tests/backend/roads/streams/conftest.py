"""A camera in a vehicle of the district."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.camera import Camera, make_camera
from tests.phone import Phone


@pytest.fixture
def camera(client: FlaskClient, dispatcher: Phone, district_id: UUID) -> Camera:
    """A camera in a vehicle of the district."""
    return make_camera(client, dispatcher, district_id)
