"""A camera in a vehicle for tests: registered like a tracker, it asks which frames are wanted and sends those."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from shared.geometry import Point
from tests.bad_input import multipart
from tests.fleet import make, make_vehicle
from tests.phone import API, Phone


@dataclass
class Camera:
    """One camera on one drive."""

    client: FlaskClient
    secret: str
    drive_id: UUID = field(default_factory=uuid4)
    language: str = "en"

    def ask(self, abouts: Sequence[dict[str, Any]], **options: Any) -> TestResponse:
        """Which frames are wanted."""
        body = {"frames": list(abouts)}
        return self.client.post(
            f"{API}/drives/{self.drive_id}/offers", json=body, headers=self.headers, **options
        )

    def asked(self, *abouts: dict[str, Any]) -> list[dict[str, Any]]:
        """What the server says of each."""
        answer = self.ask(abouts)
        assert answer.status_code == 200, answer.text
        return answer.json["frames"]  # type: ignore[index,no-any-return]

    def send(self, about: dict[str, Any] | str, photo: bytes, *, sha256: str | None = None) -> TestResponse:
        """Send a frame."""
        named = sha256 or hashlib.sha256(photo).hexdigest()
        parts = {
            "about": about if isinstance(about, str) else json.dumps(about),
            "photo": (io.BytesIO(photo), "frame.jpg"),
        }
        return self.client.put(
            f"{API}/drives/{self.drive_id}/frames/{named}",
            headers=self.headers,
            **multipart(parts),
        )

    def sent(self, about: dict[str, Any], photo: bytes) -> dict[str, Any]:
        """What became of a frame."""
        answer = self.send(about, photo)
        assert answer.status_code == 200, answer.text
        return answer.json  # type: ignore[return-value]

    @property
    def headers(self) -> dict[str, str]:
        """Who it is, and what language its installer reads."""
        return {"Authorization": f"Bearer {self.secret}", "Accept-Language": self.language}


def make_camera(
    client: FlaskClient, planner: Phone, district_id: UUID | None, *, vehicle_id: str | None = None
) -> Camera:
    """A camera in a vehicle, a fresh one if none is named."""
    vehicle = vehicle_id or make_vehicle(planner, district_id)["id"]
    body = {"vehicle_id": vehicle, "name": "Camera", "sends_frames": True}
    return Camera(client, make(planner, "/trackers", body)["device_id"])


def about(at: datetime, place: Point, **said: Any) -> dict[str, Any]:
    """When and where a frame was taken."""
    return {"taken_at": at.isoformat(), "lat": place.lat, "lon": place.lon, "accuracy_m": 6.0, **said}
