"""A morning at work: a supervisor with a task in the park, an enrolled person, a dispatcher who set it up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import CheckInDraft, enrol, frames_of, make_geofence, make_order, make_person, make_task
from tests.fakes import face_photo
from tests.phone import Phone

IN_THE_YARD = (54.8695, 69.1575)


@dataclass
class Morning:
    """Everybody and everything that a check-in needs."""

    supervisor: Phone
    dispatcher: Phone
    clock: Clock
    district_id: UUID
    person_id: str
    task_id: str
    geofence_id: str
    asks: bool = True  # for a challenge, whenever a check-in is drafted

    def draft(self, who: str = "serik", **changes: Any) -> CheckInDraft:
        """A check-in that is all right; ``who`` is the face in the frames."""
        fields = {"person_id": self.person_id, "task_id": self.task_id, "frames": frames_of(who), **changes}
        fields = {"asks": self.asks, **fields}
        draft = CheckInDraft(device_id=self.supervisor.device_id, captured_at=self.clock(), **fields)
        if draft.asks:
            draft.ask(self.supervisor)
        return draft


@pytest.fixture
def morning(staff: Callable[..., Phone], clock: Clock, district_id: UUID) -> Morning:
    """Set the morning up through the API."""
    dispatcher, supervisor = staff(Role.DISPATCHER), staff(Role.SUPERVISOR)
    person_id = make_person(dispatcher, district_id)
    make_order(dispatcher, person_id)
    assert (
        enrol(dispatcher, person_id, [face_photo("serik", shot) for shot in range(4)]).json["state"]
        == "enrolled"
    )  # type: ignore[index]
    geofence_id = make_geofence(dispatcher, district_id)
    user_id = supervisor.get("/me").json["id"]  # type: ignore[index]
    task_id = make_task(
        dispatcher,
        district_id,
        start=clock(),
        geofence_id=geofence_id,
        assignee_ids=[user_id],
        person_ids=[person_id],
    )
    return Morning(supervisor, dispatcher, clock, district_id, person_id, task_id, geofence_id)


@dataclass
class Yard:
    """Another site of the same hours, under another supervisor, to which the morning's person may be sent."""

    morning: Morning
    supervisor: Phone
    geofence_id: str
    task_id: str

    def send_here(self) -> None:
        """Let the person's order name this site from now on."""
        self.change_order(geofence_id=self.geofence_id)

    def change_order(self, **wished: Any) -> None:
        """Let the dispatcher change the person's order."""
        [order] = self.morning.dispatcher.get(f"/people/{self.morning.person_id}/orders").json["items"]  # type: ignore[index]
        changed = self.morning.dispatcher.patch(f"/orders/{order['id']}", json=wished)
        assert 200 == changed.status_code, changed.text

    def draft(self, **changes: Any) -> CheckInDraft:
        """A check-in of the person here, by this site's supervisor."""
        fields = {"task_id": self.task_id, "at": IN_THE_YARD, "frames": frames_of("serik"), **changes}
        fields = {"person_id": self.morning.person_id, "captured_at": self.morning.clock(), **fields}
        draft = CheckInDraft(device_id=self.supervisor.device_id, **fields)
        draft.ask(self.supervisor)
        return draft


@pytest.fixture
def yard(morning: Morning, staff: Callable[..., Phone]) -> Yard:
    """A kilometre east of the park, until the evening."""
    supervisor = staff(Role.SUPERVISOR)
    west, south, east, north = 69.155, 54.868, 69.160, 54.871
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    boundary = {"type": "Polygon", "coordinates": [corners]}
    geofence_id = make_geofence(morning.dispatcher, morning.district_id, boundary, name="Двор")
    task_id = make_task(
        morning.dispatcher,
        morning.district_id,
        start=morning.clock(),
        geofence_id=geofence_id,
        assignee_ids=[supervisor.tokens["user"]["id"]],
        person_ids=[],
        hours=8,
    )
    return Yard(morning, supervisor, geofence_id, task_id)
