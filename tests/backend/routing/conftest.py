"""A shift: a dispatcher, a crew, and a route of three stops in its hands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from shared.contracts import RouteSheet, SyncAnswer, decode
from shared.vocabulary import Role
from tests.conftest import Clock
from tests.factories import ReportDraft, make_route, route_plan, stop_report_draft
from tests.phone import Phone


@dataclass
class Shift:
    """Everybody and everything that a stop's report needs."""

    dispatcher: Phone
    crew: Phone
    clock: Clock
    district_id: UUID
    route: dict[str, Any]

    @property
    def path(self) -> str:
        """The route's address."""
        return f"/routes/{self.route['id']}"

    @property
    def crew_id(self) -> str:
        """Who drives."""
        return str(self.crew.tokens["user"]["id"])

    def read(self) -> dict[str, Any]:
        """The route as the dispatcher reads it now."""
        found: dict[str, Any] = self.dispatcher.get(self.path).json  # type: ignore[assignment]
        return found

    def sheet(self, phone: Phone | None = None) -> RouteSheet:
        """The one route on the crew's phone."""
        (sheet,) = decode(SyncAnswer, (phone or self.crew).get("/sync").json).routes
        return sheet

    def report(self, stop: int = 0, **changes: Any) -> ReportDraft:
        """A report of a stop, done unless told otherwise."""
        return stop_report_draft(self.crew, self.route, self.clock(), stop=stop, **changes)

    def plan(self, **fields: Any) -> dict[str, Any]:
        """The route's plan as it stands, to be changed and sent again."""
        now = self.read()
        keys = ("title", "note", "vehicle", "starts_at", "ends_at", "assignee_ids", "kind")
        stop_keys = (
            "id",
            "action",
            "title",
            "detail",
            "lat",
            "lon",
            "line",
            "side",
            "photo_needed",
            "locked",
        )
        stops = [{key: stop[key] for key in stop_keys} for stop in now["stops"]]
        plan = route_plan(self.district_id, self.clock()) | {key: now[key] for key in keys}
        return plan | {"stops": stops, "reason": "Дорога перекрыта"} | fields


@pytest.fixture
def shift(staff: Callable[..., Phone], clock: Clock, district_id: UUID) -> Shift:
    """Set the shift up through the API."""
    dispatcher, crew = staff(Role.DISPATCHER), staff(Role.CREW)
    route = make_route(dispatcher, district_id, start=clock(), assignee_ids=[str(crew.tokens["user"]["id"])])
    return Shift(dispatcher, crew, clock, district_id, route)
