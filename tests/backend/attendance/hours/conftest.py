"""A morning under an order: hours are asked for through the API, as a dispatcher would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from backend.attendance.hours import service
from backend.config import Settings
from backend.database import transaction
from shared.vocabulary import Role
from tests.backend.attendance.conftest import Morning
from tests.factories import make_task
from tests.phone import Phone


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """No spot check comes by chance, nobody goes to review by chance, and nobody has to sign in anew during a shift."""
    return replace(
        settings, spot_checks_per_shift=0.0, review_sample_share=0.0, access_token_minutes=10_000_000
    )


@dataclass
class Work:
    """A morning, and the order that it counts towards."""

    app: Flask
    morning: Morning
    order_id: str
    officer: Phone

    def check_in(self, kind: str, hours_later: float = 0.0, **changes: Any) -> str:
        """Let time pass and check the person in; returns the id of what must have been accepted."""
        self.morning.clock.advance(hours=hours_later)
        draft = self.morning.draft(kind=kind, **changes)
        answer = draft.send(self.morning.supervisor)
        assert "accepted" == answer.json["outcome"], answer.text  # type: ignore[index]
        self.refresh()
        return draft.id

    def next_day(self, *, hours: float = 4) -> None:
        """Nine in the next morning after a shift of four hours, with a task of its own."""
        morning = self.morning
        morning.clock.advance(hours=20)
        morning.task_id = make_task(
            morning.dispatcher,
            morning.district_id,
            start=morning.clock(),
            geofence_id=morning.geofence_id,
            assignee_ids=[morning.supervisor.tokens["user"]["id"]],
            person_ids=[morning.person_id],
            hours=hours,
        )

    def refresh(self) -> None:
        """What follows every verdict."""
        with self.app.app_context(), transaction():
            service.refresh(UUID(self.morning.person_id))

    def hours(self, query: str = "", *, phone: Phone | None = None) -> dict[str, Any]:
        """The person's hours this month."""
        answer = (phone or self.officer).get(f"/people/{self.morning.person_id}/hours{query}")
        assert 200 == answer.status_code, answer.text
        return answer.json  # type: ignore[return-value]

    def order(self) -> dict[str, Any]:
        """The order as it stands."""
        return self.morning.dispatcher.get(f"/orders/{self.order_id}").json  # type: ignore[return-value]


@pytest.fixture
def work(app: Flask, morning: Morning, staff: Callable[..., Phone]) -> Work:
    """A morning under the order that it came with."""
    [order] = morning.dispatcher.get(f"/people/{morning.person_id}/orders").json["items"]  # type: ignore[index]
    return Work(app, morning, order["id"], staff(Role.PROBATION_OFFICER))
