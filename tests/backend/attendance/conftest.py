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
